/** Two to six runs side by side, as numbers: what the compare page, the terminal and programs are told. Floor 4. */
import { returnsOf } from '../engine/math/metrics/daily-marks.js'
import { fallsOf } from '../engine/math/metrics/drawdown.js'
import { METRIC_DIRECTIONS } from '../engine/math/metrics/metric-direction.js'
import { METRIC_KEYS, METRICS, type MetricKey } from '../engine/math/metrics/metric-table.js'
import { sharpe, volatility } from '../engine/math/metrics/return-ratios.js'
import { bootstrapMean, type MeanInterval } from '../engine/math/metrics/stationary-bootstrap.js'
import { newRandom } from '../engine/math/random.js'
import { valueAt } from '../engine/model/bars.js'
import { DAY_MS } from '../engine/model/time.js'
import { comparisonNotes } from './comparison-notes.js'
import { type Standing, standingOf } from './print-metric.js'
import { diffSettings, type SettingRow } from './setting-diff.js'
import type { LabelledRun, StoredRun } from './stored-run.js'
import { diffTrades, type TradeDiff } from './trade-diff.js'

/** How many runs are compared at least and at most. */
export const FEWEST_RUNS = 2
export const MOST_RUNS = 6

/** What runs are called where a name would be too long, or someone else's. */
const LETTERS = ['A', 'B', 'C', 'D', 'E', 'F'] as const

/** One metric of every run. */
export interface MetricRow {
  readonly key: MetricKey
  readonly cells: readonly MetricCell[]
}

/** One metric of one run. */
export interface MetricCell {
  /** NaN where it is undefined. */
  readonly value: number
  /** Value less that of the first run; NaN where either is undefined or they are not comparable. */
  readonly delta: number
  /** Whether no other run's is better, and some other's is worse. */
  readonly isBest: boolean
  readonly standing: Standing
}

/** Daily figures of one run over the days that all runs have. */
export interface SharedDays {
  readonly netReturn: number
  readonly volatility: number
  readonly sharpe: number
  /** Deepest fall from midnight to midnight, a fraction. */
  readonly maxDrawdown: number
}

/** A later run against the first. */
export interface PairComparison {
  readonly label: string
  /** Its daily returns less the first run's, of the shared days. */
  readonly differences: Float64Array
  readonly interval: MeanInterval
  readonly trades: TradeDiff
}

/** Runs side by side. */
export interface Comparison {
  readonly runs: readonly LabelledRun[]
  /** What limits the comparison, each a sentence. */
  readonly notes: readonly string[]
  readonly metrics: readonly MetricRow[]
  /** First and last midnight that all runs have; undefined where there are no two. */
  readonly shared: { readonly from: number; readonly to: number } | undefined
  /** One a run; empty without shared days. */
  readonly sharedDays: readonly SharedDays[]
  /** One for each run but the first. */
  readonly pairs: readonly PairComparison[]
  readonly settings: readonly SettingRow[]
  /** Of the intervals. */
  readonly seed: number
}

/** Compares runs; the first is what the others are measured against. */
export function compareRuns(stored: readonly StoredRun[], seed: number): Comparison {
  const runs = stored.map((run, i) => ({ label: LETTERS[i] ?? String(i + 1), run }))
  const shared = sharedRange(stored)
  const returns = stored.map((run) => returnsOf(marksOf(run, shared)))
  const [first] = stored
  return {
    runs,
    notes: comparisonNotes(runs, shared),
    metrics: METRIC_KEYS.map((key) => metricRow(key, stored)),
    shared,
    sharedDays: shared === undefined ? [] : stored.map((run) => sharedDaysOf(marksOf(run, shared))),
    pairs: runs.slice(1).map(({ label, run }, i) => {
      const differences = differencesOf(
        returns[i + 1] ?? new Float64Array(),
        returns[0] ?? new Float64Array(),
      )
      return {
        label,
        differences,
        interval: bootstrapMean(differences, { random: newRandom(seed) }),
        trades: diffTrades(first?.trades ?? [], run.trades),
      }
    }),
    settings: diffSettings(stored),
    seed,
  }
}

function differencesOf(returns: Float64Array, reference: Float64Array): Float64Array {
  return returns.map((value, i) => value - valueAt(reference, i))
}

/** From the latest first midnight to the earliest last one. */
function sharedRange(runs: readonly StoredRun[]): Comparison['shared'] {
  const from = Math.max(...runs.map(({ days }) => days.times[0] ?? Number.POSITIVE_INFINITY))
  const to = Math.min(...runs.map(({ days }) => days.times.at(-1) ?? Number.NEGATIVE_INFINITY))
  return to - from >= DAY_MS ? { from, to } : undefined
}

/** Daily marks of a run within the shared days; none without. Marks are a day apart. */
function marksOf({ days }: StoredRun, shared: Comparison['shared']): Float64Array {
  if (shared === undefined) return new Float64Array()
  const first = (shared.from - (days.times[0] ?? 0)) / DAY_MS
  return days.equity.subarray(first, first + (shared.to - shared.from) / DAY_MS + 1)
}

function sharedDaysOf(marks: Float64Array): SharedDays {
  const returns = returnsOf(marks)
  return {
    netReturn: valueAt(marks, marks.length - 1) / valueAt(marks, 0) - 1,
    volatility: volatility(returns),
    sharpe: sharpe(returns),
    maxDrawdown: fallsOf(marks, 1).deepest[0]?.depth ?? 0,
  }
}

/** Metrics that grow with the length of a run: of runs over other ranges none is the best. */
const GROW_WITH_TIME: ReadonlySet<MetricKey> = new Set<MetricKey>([
  ...(['net_return', 'max_drawdown', 'max_drawdown_days', 'best_trade', 'worst_trade', 'sqn'] as const),
  ...(['max_loss_streak', 'rejected', 'ambiguous_trades', 'psr', 'sharpe_se'] as const),
])

function metricRow(key: MetricKey, runs: readonly StoredRun[]): MetricRow {
  const values = runs.map(({ metrics }) => metrics[key])
  const standings = runs.map(({ data }) => standingOf(key, (data.to - data.from) / DAY_MS))
  const isComparable = METRICS[key].unit !== 'quote' || hasSameMoney(runs)
  const isSameRange = runs.every(
    ({ data }) => data.from === runs[0]?.data.from && data.to === runs[0]?.data.to,
  )
  const direction = METRIC_DIRECTIONS[key]
  const isRanked =
    direction !== 'none' &&
    isComparable &&
    (isSameRange || !(GROW_WITH_TIME.has(key) || METRICS[key].unit === 'quote'))
  const ranked = values.filter((value, i) => !Number.isNaN(value) && standings[i] !== 'hidden')
  const best = direction === 'lower' ? Math.min(...ranked) : Math.max(...ranked)
  const hasWorse = ranked.some((value) => value !== best)
  return {
    key,
    cells: values.map((value, i) => ({
      value,
      delta: isComparable ? value - (values[0] ?? Number.NaN) : Number.NaN,
      isBest: isRanked && hasWorse && value === best && standings[i] !== 'hidden',
      standing: standings[i] ?? 'plain',
    })),
  }
}

/** Whether amounts in quote mean the same: the same symbols, one starting cash. */
export function hasSameMoney(runs: readonly StoredRun[]): boolean {
  return runs.every(
    ({ symbols, metrics }) =>
      symbols.join() === runs[0]?.symbols.join() && metrics.start_equity === runs[0]?.metrics.start_equity,
  )
}
