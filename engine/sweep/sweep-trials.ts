/**
 * Drives a sweep over one range: asks a sampler, runs what is new, and tells it the values in the order of
 * the trials, so that nothing depends on who ran them or when. Floor 4.
 */
import type { ParamSpecs, ParamValues } from '../core/params.js'
import type { SweepRange, SweepValue } from '../model/sweep-result.js'
import type { Evaluator } from './evaluator.js'
import { gainOf, type Objective } from './objective.js'
import type { Sampler } from './samplers/sampler.js'
import { type Space, toParams, valuesAt } from './space.js'
import { metricsOf, type Trial, type TrialRow } from './trial.js'

/** A trial and how it ended. */
export interface EndedTrial {
  /** From 1, in the order in which the sampler proposed. */
  readonly number: number
  /** In the order of the space. */
  readonly values: readonly SweepValue[]
  readonly trial: Trial
  readonly row: TrialRow
  /** The objective; NaN where it failed or is undefined. */
  readonly value: number
  /** Whether it has trades enough and a value. */
  readonly isRanked: boolean
}

/** What a sweep over one range is made of. */
export interface SweepTask {
  readonly space: Space
  readonly isAllowed: (params: ParamValues<ParamSpecs>) => boolean
  readonly sampler: Sampler
  /** The most trials. */
  readonly limit: number
  readonly range: SweepRange
  readonly objective: Objective
  readonly minTrades: number
  readonly keyOf: (params: ParamValues<ParamSpecs>, range: SweepRange) => string
}

/** Who runs and remembers. */
export interface SweepHands {
  readonly evaluator: Evaluator
  readonly store: { get(key: string): TrialRow | undefined; put(trial: Trial, row: TrialRow): void }
  /** Told of every trial as it ends; `isKnown` when the store had it. */
  readonly onTrial?: (ended: EndedTrial, isKnown: boolean) => void
  /** Whether to begin no more. */
  readonly isStopped: () => boolean
}

/** Batches in a row without a new trial after which a space counts as exhausted. */
const BARREN_BATCHES = 60

/** Runs a sweep; gives its trials by number. After a stop it gives those that have ended. */
export async function sweepTrials(task: SweepTask, hands: SweepHands): Promise<readonly EndedTrial[]> {
  const { space, sampler, limit, isAllowed, objective } = task
  const gains = new Map<string, number>()
  const ended: EndedTrial[] = []
  let count = 0
  let barren = 0
  while (count < limit && barren < BARREN_BATCHES && !hands.isStopped()) {
    const points = sampler.ask()
    if (points.length === 0) break
    const names: (string | undefined)[] = []
    const fresh: Numbered[] = []
    for (const point of points) {
      const values = valuesAt(space, point)
      const name = JSON.stringify(values)
      if (gains.has(name)) {
        names.push(name)
        continue
      }
      const params = toParams(space, values)
      if (!isAllowed(params)) {
        names.push(undefined)
        continue
      }
      if (count === limit) break
      names.push(name)
      gains.set(name, Number.NaN)
      const trial = { key: task.keyOf(params, task.range), params, range: task.range }
      fresh.push({ number: ++count, values, trial, name })
    }
    const rows = await runAll(fresh, task, hands)
    for (const one of fresh) {
      const row = rows.get(one.number)
      if (!row) continue
      ended.push(row)
      gains.set(one.name, row.isRanked ? gainOf(objective, row.value) : Number.NaN)
    }
    sampler.tell(names.map((name) => (name === undefined ? Number.NaN : (gains.get(name) ?? Number.NaN))))
    barren = fresh.length === 0 ? barren + 1 : 0
  }
  return ended
}

interface Numbered {
  readonly number: number
  readonly values: readonly SweepValue[]
  readonly trial: Trial
  readonly name: string
}

async function runAll(
  fresh: readonly Numbered[],
  task: SweepTask,
  { evaluator, store, onTrial }: SweepHands,
): Promise<ReadonlyMap<number, EndedTrial>> {
  const rows = new Map<number, EndedTrial>()
  const end = (one: Numbered, row: TrialRow, isKnown: boolean): void => {
    const ended = toEnded(one, row, task)
    rows.set(one.number, ended)
    onTrial?.(ended, isKnown)
  }
  const missing = fresh.filter((one) => {
    const row = store.get(one.trial.key)
    if (row) end(one, row, true)
    return row === undefined
  })
  await evaluator.run(
    missing.map(({ trial }) => trial),
    (index, row) => {
      const one = missing[index]
      if (!one) return
      store.put(one.trial, row)
      end(one, row, false)
    },
  )
  return rows
}

function toEnded(one: Numbered, row: TrialRow, { objective, minTrades }: SweepTask): EndedTrial {
  const { number, values, trial } = one
  if (row.status === 'FAILED') return { number, values, trial, row, value: Number.NaN, isRanked: false }
  const metrics = metricsOf(row)
  const value = objective.valueOf(metrics)
  return { number, values, trial, row, value, isRanked: metrics.trades >= minTrades && !Number.isNaN(value) }
}

/** The ranked trial with the best value, the first of equals; undefined of none. */
export function bestOf(
  trials: readonly EndedTrial[],
  objective: Pick<Objective, 'direction'>,
): EndedTrial | undefined {
  let best: EndedTrial | undefined
  for (const one of trials) {
    if (!one.isRanked) continue
    if (best === undefined || gainOf(objective, one.value) > gainOf(objective, best.value)) best = one
  }
  return best
}
