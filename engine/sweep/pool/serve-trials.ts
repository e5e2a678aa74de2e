/** A thread's work: makes columns in shared memory and runs trials over them. Floor 4. */
import type { MessagePort } from 'node:worker_threads'
import type { ReadyFrames } from '../../math/frame-columns.js'
import type { Column } from '../../model/bars.js'
import { InvariantError } from '../../model/errors.js'
import { runTrial, type TrialSetup } from '../run-trial.js'
import { columnId, columnRecipes } from './column-recipes.js'
import { Frames } from './frames.js'
import type { SlotMap, ThreadReply, ThreadRequest } from './thread-messages.js'

/** Serves a pool over a port until it is closed. */
export function serveTrials(port: MessagePort, setup: TrialSetup): void {
  const frames = setup.symbols.map(({ bars }) => new Frames(bars))
  const slots = new Map<number, Column>()
  const answer = (reply: ThreadReply): void => port.postMessage(reply)
  port.on('message', (request: ThreadRequest) => {
    switch (request.kind) {
      case 'slot':
        slots.set(request.number, request.column)
        return
      case 'drop':
        slots.delete(request.number)
        return
      case 'make':
        makeColumn(request)
        answer({ kind: 'made', task: request.task })
        return
      case 'trial': {
        const ready = readyFrames(columnsIn(request.columns))
        answer({ kind: 'row', task: request.task, row: runTrial(setup, request.trial, ready) })
        return
      }
    }
  })
  answer({ kind: 'ready' })

  function makeColumn({ id, params, slots: into, sources }: ThreadRequest & { kind: 'make' }): void {
    const recipes = columnRecipes(setup.strategy, params, {
      atrPeriod: setup.settings.atrPeriod,
      symbols: setup.symbols.length,
    })
    const recipe = recipes.find((one) => one.id === id)
    if (!recipe) throw new InvariantError(`a column must be of the trial it is made for, ${id} is not`)
    const { symbolIndex, interval, indicator } = recipe
    const bars = frames[symbolIndex]?.barsOf(interval)
    if (!bars) throw new InvariantError(`a sweep must have symbol ${symbolIndex}`)
    const known = columnsIn(sources)
    const inputs = indicator.sources.map((source) => {
      if (source.kind === 'field') return bars[source.field]
      return at(known.get(columnId(symbolIndex, interval, source.key)), 0)
    })
    indicator.createKernel().run(inputs, into.map(columnOf), 0, bars.length)
  }

  function readyFrames(columns: ReadonlyMap<string, readonly Column[]>): readonly ReadyFrames[] {
    return frames.map((frame, k) => ({
      columns: (interval) => (key) => columns.get(columnId(k, interval, key)),
      resampler: (interval) => frame.resampler(interval),
    }))
  }

  function columnsIn(map: SlotMap): ReadonlyMap<string, readonly Column[]> {
    return new Map(map.map(([id, numbers]) => [id, numbers.map(columnOf)]))
  }

  function columnOf(number: number): Column {
    const column = slots.get(number)
    if (!column) throw new InvariantError(`a thread must know slot ${number}`)
    return column
  }
}

function at(columns: readonly Column[] | undefined, k: number): Column {
  const column = columns?.[k]
  if (!column) throw new InvariantError('an indicator must be made after those it is made of')
  return column
}
