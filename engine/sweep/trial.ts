/** What a trial is asked with and what it answers: plain data that threads and queues carry. Floor 4. */
import type { ParamSpecs, ParamValues } from '../core/params.js'
import { METRIC_KEYS } from '../math/metrics/metric-table.js'
import type { SweepRange } from '../model/sweep-result.js'
import type { TrialMetrics } from './objective.js'

/** One parameter set over one range. */
export interface Trial {
  /** Hash of everything that can change its result: the same key is the same row, wherever it was run. */
  readonly key: string
  readonly params: ParamValues<ParamSpecs>
  readonly range: SweepRange
}

/** How a trial ended. */
export type TrialRow = DoneRow | FailedRow

/** A trial that ran to its end. */
export interface DoneRow {
  readonly status: 'DONE'
  /** In the order of `METRIC_KEYS`; NaN where one is undefined. */
  readonly metrics: Float64Array
  /** Daily returns from midnight to midnight, UTC. */
  readonly returns: Float64Array
}

/** A trial whose strategy threw. */
export interface FailedRow {
  readonly status: 'FAILED'
  readonly error: string
  readonly stack: string
  /** Whether the trial would fail anywhere: a thread that ended may have had other reasons. */
  readonly isLasting: boolean
}

/** The metrics of a row by key. */
export function metricsOf({ metrics }: Pick<DoneRow, 'metrics'>): TrialMetrics {
  // One value for every key.
  return Object.fromEntries(METRIC_KEYS.map((key, k) => [key, metrics[k] ?? Number.NaN])) as TrialMetrics
}
