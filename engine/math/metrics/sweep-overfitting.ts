/** What luck may explain of a sweep's best trial: every statistic of `SweepOverfitting`, in one place. Floor 1. */
import type { SweepOverfitting } from '../../model/sweep-result.js'
import { newRandom } from '../random.js'
import { BLOCKS, crossValidate, fitLine } from './cross-validation.js'
import {
  deflatedSharpe,
  effectiveTrials,
  expectedMaxSharpe,
  meanCorrelation,
  sharpeDeviation,
} from './deflated-sharpe.js'
import { randomEntryTest, type TradeSpan } from './random-entry.js'
import { returnIntervals } from './return-intervals.js'
import { DAYS_PER_YEAR, probabilisticSharpe, sharpeEstimate } from './return-ratios.js'
import { minBacktestYears, minTrackRecord } from './track-record.js'
import { tradeShuffle } from './trade-shuffle.js'

/** What the statistics are computed from. */
export interface OverfittingInput {
  /** Daily returns, a column a trial that ran, in order of trial; all of one length. */
  readonly columns: readonly Float64Array[]
  /** Column of the best trial; undefined where none could be chosen. */
  readonly best: number | undefined
  /** Distinct trials ever made on these data, at least as many as there are columns. */
  readonly trialsEver: number
  /** Of every random number: the same seed gives the same statistics. */
  readonly seed: number
  /** An even number of blocks. */
  readonly blocks?: number
  /** Trades of the best trial, where they are known. */
  readonly trades?: {
    /** Price at which each bar could be traded from the first call on, and the last close behind them. */
    readonly prices: Float64Array
    /** Where the trades began and ended in `prices`. */
    readonly spans: readonly TradeSpan[]
    /** What each made in quote, after costs. */
    readonly nets: Float64Array
    /** Quote at the start. */
    readonly cash: number
  }
}

/** All statistics. Without a best trial those of it are NaN. */
export function sweepOverfitting({
  columns,
  best,
  trialsEver,
  seed,
  blocks = BLOCKS,
  trades,
}: OverfittingInput): SweepOverfitting {
  const returns = (best === undefined ? undefined : columns[best]) ?? new Float64Array()
  const estimate = sharpeEstimate(returns)
  const correlation = meanCorrelation(columns)
  const effective = effectiveTrials(trialsEver, Number.isNaN(correlation) ? 0 : correlation)
  const deviation = sharpeDeviation(columns)
  const crossed = crossValidate(columns, blocks)
  const random = newRandom(seed)
  const toYear = Math.sqrt(DAYS_PER_YEAR)
  const sharpe = estimate.sharpe * toYear
  return {
    days: columns[0]?.length ?? 0,
    trials: columns.length,
    effectiveTrials: effective,
    meanCorrelation: correlation,
    sharpe,
    psr: probabilisticSharpe(estimate),
    expectedMaxSharpe: expectedMaxSharpe({ deviation, count: trialsEver }) * toYear,
    dsr: deflatedSharpe(estimate, { deviation, count: trialsEver }),
    dsrEffective: deflatedSharpe(estimate, { deviation, count: effective }),
    minTrackRecordDays: minTrackRecord(estimate),
    minBacktestYears: minBacktestYears(sharpe, trialsEver),
    pbo: crossed.pbo,
    pboBlocks: crossed.blocks,
    pboLogits: [...crossed.logits],
    degradation: {
      inSample: [...crossed.inSample],
      outOfSample: [...crossed.outOfSample],
      ...fitLine(crossed.inSample, crossed.outOfSample),
      lossShare: crossed.lossShare,
    },
    intervals: returnIntervals(returns, { random }),
    ...(trades && {
      randomEntry: randomEntryTest(trades.prices, trades.spans, { random }),
      tradeShuffle: tradeShuffle(trades.nets, { cash: trades.cash, random }),
    }),
  }
}
