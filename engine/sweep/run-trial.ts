/** One trial from parameters to a row: the replay of a run without its report. Floor 4. */
import { fileURLToPath } from 'node:url'
import type { EquityMemory } from '../backtest/equity-memory.js'
import { PortfolioReplay } from '../backtest/portfolio-replay.js'
import { Replay } from '../backtest/replay.js'
import type { BnbBars } from '../core/market/bnb-fees.js'
import type { ParamSpecs, ParamValues } from '../core/params.js'
import type { Strategy } from '../core/strategy.js'
import type { ReadyFrames } from '../math/frame-columns.js'
import { endedBars, returnsOf } from '../math/metrics/daily-marks.js'
import { METRIC_KEYS } from '../math/metrics/metric-table.js'
import { runMetrics } from '../math/metrics/run-metrics.js'
import { type Bars, countBefore, openTimeAt } from '../model/bars.js'
import { InvariantError } from '../model/errors.js'
import type { RunResult } from '../model/run-result.js'
import type { RunSettings } from '../model/settings.js'
import type { SweepRange } from '../model/sweep-result.js'
import type { SymbolRules } from '../model/symbol-rules.js'
import { toEpochMs } from '../model/time.js'
import type { FailedRow, Trial, TrialRow } from './trial.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** What all trials of a sweep share. */
export interface TrialSetup {
  readonly strategy: Strategy
  /** By name. */
  readonly symbols: readonly { readonly bars: Bars; readonly rules: SymbolRules }[]
  readonly settings: RunSettings
  /** The symbol whose prices stand for buying and holding. */
  readonly benchmark: string
  /** What BNB was worth, where commissions are paid in it and bars say so. */
  readonly bnbBars?: BnbBars | undefined
}

/** What a thread has for one trial after another. */
export interface TrialMeans {
  /** Indicator columns by symbol that are there already. */
  readonly ready?: readonly ReadyFrames[]
  /** Where the equity of one trial at a time is written; of each its own when left out. */
  readonly memory?: EquityMemory
}

/** Runs a trial over `range`. */
export function replayTrial(
  { strategy, symbols, settings, benchmark, bnbBars }: TrialSetup,
  params: ParamValues<ParamSpecs>,
  range: SweepRange,
  { ready = [], memory }: TrialMeans = {},
): RunResult {
  const [from, to] = range
  const [first] = symbols
  if (!first) throw new InvariantError('a trial must have a symbol')
  // Order ids are in no row, so trials need no identity of their own.
  const identity = { epoch: 0, hash6: '000000' }
  const common = { identity, strategy, params, settings, memory, bnbBars }
  if (symbols.length === 1) {
    const bars = first.bars
    const [own] = ready
    const replay = new Replay({
      ...common,
      bars,
      rules: first.rules,
      first: countBefore(bars, from),
      ...(own === undefined ? {} : { ready: own }),
    })
    replay.advance(endOf(bars, to))
    return replay.finish()
  }
  const replay = new PortfolioReplay({
    ...common,
    symbols: symbols.map((symbol, k) => {
      const own = ready[k]
      return own === undefined ? symbol : { ...symbol, ready: own }
    }),
    from: toEpochMs(from),
    benchmark,
  })
  const last = Math.max(...symbols.map(({ bars }) => openTimeAt(bars, endOf(bars, to) - 1)))
  replay.advance(countBefore(replay.timeline, last + 1))
  return replay.finish()
}

/** A trial as a row: what the strategy throws is a row too. */
export function runTrial(setup: TrialSetup, trial: Trial, means?: TrialMeans): TrialRow {
  try {
    return toRow(replayTrial(setup, trial.params, trial.range, means))
  } catch (error) {
    return failedRow(error, true)
  }
}

/** The row of a run. */
export function toRow(result: RunResult): TrialRow {
  const { values, marks } = runMetrics(result)
  return {
    status: 'DONE',
    metrics: Float64Array.from(METRIC_KEYS, (key) => values[key]),
    returns: returnsOf(marks.equity),
  }
}

/** The row of a trial that threw; the stack is of what the strategy threw, where it did. */
export function failedRow(error: unknown, isLasting: boolean): FailedRow {
  if (!(error instanceof Error)) return { status: 'FAILED', error: String(error), stack: '', isLasting }
  const cause = error.cause instanceof Error ? error.cause : error
  return { status: 'FAILED', error: error.message, stack: withoutRoot(cause.stack ?? ''), isLasting }
}

/** A stack reads the same wherever the repository stands. */
function withoutRoot(stack: string): string {
  return stack.replaceAll(ROOT, '')
}

/** Index behind the last bar that has ended by `to`. */
function endOf(bars: Bars, to: number): number {
  return endedBars({ bars, first: 0, end: bars.length, time: toEpochMs(to) })
}
