/** Intervals of a run's ratios, by the stationary bootstrap of its daily returns. Floor 1. */
import { valueAt } from '../../model/bars.js'
import { pow } from '../elementary.js'
import type { Random } from '../random.js'
import { quantileOfSorted } from '../statistics.js'
import { DAYS_PER_YEAR, sharpe } from './return-ratios.js'
import { blockLengthOf, resampleBlocks } from './stationary-bootstrap.js'

/** A metric of the daily returns, and where it lies in series drawn from them anew. */
export interface ReturnInterval {
  /** `sharpe`, `cagr` and `max_drawdown` as for a run, but from daily returns alone. */
  readonly metric: 'sharpe' | 'cagr' | 'max_drawdown'
  readonly value: number
  /** Quantiles of the drawn values; NaN below two returns. */
  readonly low: number
  readonly high: number
  readonly level: number
}

const METRICS = [
  ['sharpe', (returns: Float64Array) => sharpe(returns)],
  ['cagr', growthOf],
  ['max_drawdown', deepestOf],
] as const

/**
 * The percentile intervals. Drawn series in which a metric is undefined are left out of its interval.
 * Source: Politis and Romano, The Stationary Bootstrap, 1994.
 */
export function returnIntervals(
  returns: Float64Array,
  { random, draws = 1000, level = 0.95 }: { random: Random; draws?: number; level?: number },
): readonly ReturnInterval[] {
  const blockLength = blockLengthOf(returns.length)
  const into = new Float64Array(returns.length)
  const drawn = METRICS.map(() => new Float64Array(draws))
  for (let draw = 0; draw < (returns.length < 2 ? 0 : draws); draw++) {
    resampleBlocks(returns, { blockLength, random, into })
    for (const [m, [, of]] of METRICS.entries()) {
      const column = drawn[m]
      if (column) column[draw] = of(into)
    }
  }
  return METRICS.map(([metric, of], m) => {
    const all = returns.length < 2 ? [] : (drawn[m] ?? [])
    const sorted = Float64Array.from(all).filter(Number.isFinite).sort()
    return {
      metric,
      value: returns.length < 2 ? Number.NaN : of(returns),
      low: quantileOfSorted(sorted, (1 - level) / 2),
      high: quantileOfSorted(sorted, (1 + level) / 2),
      level,
    }
  })
}

/** Growth a year of daily returns, compounded. */
function growthOf(returns: Float64Array): number {
  let growth = 1
  for (const r of returns) growth *= 1 + r
  return pow(growth, DAYS_PER_YEAR / returns.length) - 1
}

/** Largest fall of what daily returns compound to, a fraction. */
function deepestOf(returns: Float64Array): number {
  let equity = 1
  let peak = 1
  let deepest = 0
  for (let i = 0; i < returns.length; i++) {
    equity *= 1 + valueAt(returns, i)
    if (equity > peak) peak = equity
    else deepest = Math.max(deepest, 1 - equity / peak)
  }
  return deepest
}
