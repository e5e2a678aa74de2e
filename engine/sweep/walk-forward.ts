/**
 * Walk-forward: what is chosen on one stretch is measured on the next, which it has never seen, and those
 * next stretches are joined to the run of one account. Floor 4.
 */
import { dailyMarks } from '../math/metrics/daily-marks.js'
import { runMetrics } from '../math/metrics/run-metrics.js'
import { ConfigError, InvariantError } from '../model/errors.js'
import type { RunResult } from '../model/run-result.js'
import type { SweepFold, SweepRange, SweepWalkForward } from '../model/sweep-result.js'
import { formatTime } from '../model/time.js'
import type { Objective } from './objective.js'
import { replayTrial, type TrialSetup } from './run-trial.js'
import type { EndedTrial } from './sweep-trials.js'

/** Lengths in milliseconds. */
export interface WalkForwardPlan {
  readonly train: number
  readonly test: number
  /** From one test window to the next: at least as long as one, so that none is counted twice. */
  readonly step: number
  /** Whether every training begins where the range does, and grows. */
  readonly isAnchored: boolean
}

/** One fold before it is run. */
export interface FoldWindows {
  readonly train: SweepRange
  readonly test: SweepRange
}

/** The folds of a range whose test windows are whole. Throws a ConfigError when there is none. */
export function foldsOf(
  [from, to]: SweepRange,
  { train, test, step, isAnchored }: WalkForwardPlan,
): readonly FoldWindows[] {
  const folds: FoldWindows[] = []
  for (let begin = from + train; begin + test <= to; begin += step) {
    folds.push({ train: [isAnchored ? from : begin - train, begin], test: [begin, begin + test] })
  }
  if (folds.length > 0) return folds
  throw new ConfigError(
    `--walk-forward must leave room for one fold, train and test together are longer than ${formatTime(from)} to ${formatTime(to)}; shorten them`,
  )
}

/** Trades below which a trial of a window is not ranked: as many a time as in the whole range. */
export function minTradesIn([from, to]: SweepRange, whole: SweepRange, minTrades: number): number {
  return Math.ceil((minTrades * (to - from)) / (whole[1] - whole[0]))
}

/** A fold, and the trial that its training chose. */
export interface ChosenFold extends FoldWindows {
  readonly chosen: EndedTrial
}

/**
 * Runs what each fold chose over its test window: with the cash that the fold before it left, and sold at
 * the end, since the next one may have other parameters.
 */
export function measureFolds(
  setup: TrialSetup,
  chosen: readonly ChosenFold[],
  { objective, isAnchored }: { readonly objective: Objective; readonly isAnchored: boolean },
): SweepWalkForward {
  let cash = setup.settings.cash
  const runs: RunResult[] = []
  const folds = chosen.map(({ train, test, chosen: trial }): SweepFold => {
    const settings = { ...setup.settings, cash, closeAtEnd: true }
    const result = replayTrial({ ...setup, settings }, trial.trial.params, test)
    runs.push(result)
    // What commissions took out of the BNB stock is bought anew.
    cash = result.cash - (result.bnb?.charged ?? 0n)
    const outOfSample = objective.valueOf(runMetrics(result).values)
    return { train, test, params: trial.values, inSample: trial.value, outOfSample }
  })
  const stitched = stitch(runs)
  const marks = dailyMarks(stitched)
  return {
    isAnchored,
    folds,
    stitched: {
      metrics: runMetrics(stitched).values,
      times: [...marks.times],
      equity: [...marks.equity],
    },
    efficiency: efficiencyOf(folds),
  }
}

/** Mean out of sample ÷ mean in sample; NaN where there was nothing to keep. */
function efficiencyOf(folds: readonly SweepFold[]): number {
  const mean = (key: 'inSample' | 'outOfSample'): number =>
    folds.reduce((sum, fold) => sum + fold[key], 0) / folds.length
  return mean('inSample') > 0 ? mean('outOfSample') / mean('inSample') : Number.NaN
}

/** Runs of one account over windows that follow each other, as one run; between windows it holds cash. */
function stitch(runs: readonly RunResult[]): RunResult {
  const [first] = runs
  const last = runs.at(-1)
  if (!first || !last) throw new InvariantError('a walk-forward must have a fold')
  const equity = new Float64Array(last.end - first.first)
  for (const run of runs) {
    const at = run.first - first.first
    equity.set(run.equity, at)
    // Until the next window, or to the end of the last.
    equity.fill(run.equity.at(-1) ?? 0, at + run.equity.length)
  }
  return {
    ...last,
    settings: first.settings,
    first: first.first,
    firstCall: first.firstCall,
    orders: runs.flatMap((run) => run.orders),
    fills: runs.flatMap((run) => run.fills),
    trades: runs.flatMap((run) => run.trades),
    decisions: runs.flatMap((run) => run.decisions),
    equity,
    exposedBars: runs.reduce((sum, run) => sum + run.exposedBars, 0),
  }
}
