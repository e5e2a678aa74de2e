/** A thread's work: makes columns in shared memory and runs trials over them. Floor 4. */
import type { MessagePort } from 'node:worker_threads'
import { EquityMemory } from '../../backtest/equity-memory.js'
import type { ParamSpecs, ParamValues } from '../../core/params.js'
import type { ReadyFrames } from '../../math/frame-columns.js'
import type { Column } from '../../model/bars.js'
import { InvariantError } from '../../model/errors.js'
import { runTrial, type TrialSetup } from '../run-trial.js'
import { type ColumnRecipe, columnId, columnRecipes } from './column-recipes.js'
import { Frames } from './frames.js'
import type { SlotMap, ThreadReply, ThreadRequest } from './thread-messages.js'

/** Serves a pool over a port until it is closed. */
export function serveTrials(port: MessagePort, setup: TrialSetup): void {
  const frames = setup.symbols.map(({ bars }) => new Frames(bars))
  const slots = new Map<number, Column>()
  const memory = new EquityMemory()
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
        answer({ kind: isMade(request) ? 'made' : 'unmade', task: request.task })
        return
      case 'trial': {
        const { columns, trial } = request
        // Without columns there is nothing to name, and what throws in `indicators` makes a row of its own.
        const ready = columns.length === 0 ? new Map() : columnsIn(columns, recipesOf(trial.params))
        const row = runTrial(setup, trial, { ready: readyFrames(ready), memory })
        answer({ kind: 'row', task: request.task, row })
        return
      }
    }
  })
  answer({ kind: 'ready' })

  function recipesOf(params: ParamValues<ParamSpecs>): readonly ColumnRecipe[] {
    return columnRecipes(setup.strategy, params, {
      atrPeriod: setup.settings.atrPeriod,
      symbols: setup.symbols.length,
    })
  }

  function isMade(request: ThreadRequest & { kind: 'make' }): boolean {
    try {
      makeColumn(request)
      return true
    } catch (error) {
      if (error instanceof InvariantError) throw error
      // An indicator of the strategy's own: the trial that makes it for itself says with which stack.
      return false
    }
  }

  function makeColumn({ place, params, slots: into, sources }: ThreadRequest & { kind: 'make' }): void {
    const recipes = recipesOf(params)
    const { symbolIndex, interval, indicator } = recipeAt(recipes, place)
    const bars = frames[symbolIndex]?.barsOf(interval)
    if (!bars) throw new InvariantError(`a sweep must have symbol ${symbolIndex}`)
    const known = columnsIn(sources, recipes)
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

  /** By this thread's own ids. */
  function columnsIn(map: SlotMap, recipes: readonly ColumnRecipe[]): ReadonlyMap<string, readonly Column[]> {
    return new Map(map.map(([place, numbers]) => [recipeAt(recipes, place).id, numbers.map(columnOf)]))
  }

  function columnOf(number: number): Column {
    const column = slots.get(number)
    if (!column) throw new InvariantError(`a thread must know slot ${number}`)
    return column
  }
}

function recipeAt(recipes: readonly ColumnRecipe[], place: number): ColumnRecipe {
  const recipe = recipes[place]
  if (!recipe)
    throw new InvariantError(`a trial must have the same columns in every thread, column ${place} is missing`)
  return recipe
}

function at(columns: readonly Column[] | undefined, k: number): Column {
  const column = columns?.[k]
  if (!column) throw new InvariantError('an indicator must be made after those it is made of')
  return column
}
