/**
 * What the best of many trials may owe to there being many: the maximum to expect of luck, and the
 * Sharpe ratio deflated by it. Floor 1. All Sharpe ratios are of one period.
 * Source: Bailey and López de Prado, The Deflated Sharpe Ratio, 2014.
 */
import { valueAt } from '../../model/bars.js'
import { normalQuantile } from '../normal.js'
import { momentsOf } from '../statistics.js'
import {
  momentsOfReturns,
  probabilisticSharpe,
  type SharpeEstimate,
  sharpeEstimate,
} from './return-ratios.js'

/** Euler and Mascheroni's constant. */
const EULER_GAMMA = 0.5772156649015329

/**
 * The largest of `count` standard normal numbers to expect: (1 − γ)·Φ⁻¹(1 − 1/N) + γ·Φ⁻¹(1 − 1/(N·e)).
 * 0 for one or fewer; `count` need not be whole.
 */
export function expectedMaximum(count: number): number {
  if (!(count > 1)) return Number.isNaN(count) ? count : 0
  return (
    (1 - EULER_GAMMA) * normalQuantile(1 - 1 / count) + EULER_GAMMA * normalQuantile(1 - 1 / (count * Math.E))
  )
}

/** How widely trials spread, and how many there were. */
export interface TrialSpread {
  /** Standard deviation of the trials' Sharpe ratios, over n − 1. */
  readonly deviation: number
  readonly count: number
}

/** The best Sharpe ratio to expect of so many trials without an edge: deviation · `expectedMaximum`. */
export function expectedMaxSharpe({ deviation, count }: TrialSpread): number {
  return count > 1 ? deviation * expectedMaximum(count) : 0
}

/** Probability that the true Sharpe ratio lies above what the best of the trials would show by luck. */
export function deflatedSharpe(estimate: SharpeEstimate, trials: TrialSpread): number {
  return probabilisticSharpe(estimate, expectedMaxSharpe(trials))
}

/** Standard deviation of the Sharpe ratios of columns of returns; NaN below two that vary. */
export function sharpeDeviation(columns: readonly Float64Array[]): number {
  const sharpes = columns.map((column) => sharpeEstimate(column).sharpe).filter((one) => !Number.isNaN(one))
  return momentsOf(Float64Array.from(sharpes)).deviation
}

/**
 * Mean correlation of every two columns of one length; those without variance are left out, NaN below two.
 * From the variance of the sum of the standardised columns, so that it takes one pass over each.
 */
export function meanCorrelation(columns: readonly Float64Array[]): number {
  const sum = new Float64Array(columns[0]?.length ?? 0)
  let count = 0
  for (const column of columns) {
    const { mean, deviation } = momentsOfReturns(column)
    if (!(deviation > 0)) continue
    count++
    for (let i = 0; i < sum.length; i++) {
      sum[i] = valueAt(sum, i) + (valueAt(column, i) - mean) / deviation
    }
  }
  const squares = sum.reduce((total, value) => total + value * value, 0)
  return count < 2 ? Number.NaN : (squares / (sum.length - 1) - count) / (count * (count - 1))
}

/**
 * Independent trials that `count` trials of mean correlation ρ are worth: ρ + (1 − ρ)·count, a negative ρ
 * taken as 0. Source: Bailey and López de Prado, 2014, appendix 3.
 */
export function effectiveTrials(count: number, correlation: number): number {
  const rho = Math.min(1, Math.max(0, correlation))
  return rho + (1 - rho) * count
}
