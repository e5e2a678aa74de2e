/**
 * Ratios of a series of simple returns, fractions, one a period: Sharpe, Sortino, Omega, volatility,
 * and the significance of a Sharpe ratio. All are NaN below two returns and where a denominator is 0.
 * Floor 1.
 */
import { normalCdf } from '../normal.js'
import { type Moments, mean, momentsOf } from '../statistics.js'

/** Days a year of a market that never closes. */
export const DAYS_PER_YEAR = 365

/**
 * Spread of returns that rounding alone can make: a few steps of a double near 1, where equity ratios lie.
 * Even one change of 1e−8 in an equity of 10,000 within a thousand years spreads daily returns more.
 */
const RETURN_NOISE = 2 ** -50

/** Moments of returns; a spread that rounding alone can make counts as none. */
export function momentsOfReturns(returns: Float64Array): Moments {
  return momentsOf(returns, RETURN_NOISE)
}

/** std(r) · √periods, over n − 1; 0 for returns that do not vary. */
export function volatility(returns: Float64Array, periodsPerYear = DAYS_PER_YEAR): number {
  return volatilityOf(momentsOfReturns(returns), periodsPerYear)
}

/** mean(r) / std(r) · √periods, over n − 1, against a risk-free rate of 0. Source: Sharpe, 1994. */
export function sharpe(returns: Float64Array, periodsPerYear = DAYS_PER_YEAR): number {
  return yearlySharpeOf(momentsOfReturns(returns), periodsPerYear)
}

/** `volatility` of returns whose moments are known. */
export function volatilityOf({ deviation }: Moments, periodsPerYear = DAYS_PER_YEAR): number {
  return deviation * Math.sqrt(periodsPerYear)
}

/** `sharpe` of returns whose moments are known. */
export function yearlySharpeOf(moments: Moments, periodsPerYear = DAYS_PER_YEAR): number {
  return sharpeOf(moments) * Math.sqrt(periodsPerYear)
}

/** mean / std of one period. */
function sharpeOf({ mean, deviation }: Moments): number {
  return deviation > 0 ? mean / deviation : Number.NaN
}

/**
 * Standard error of `sharpe`: √((1 − γ₃·SR + (γ₄ − 1)/4·SR²)/(n − 1)) · √periods, SR of one period,
 * γ population moments, γ₄ raw. Source: Mertens, 2002; Bailey and López de Prado, 2012.
 */
export function sharpeError(returns: Float64Array, periodsPerYear = DAYS_PER_YEAR): number {
  const estimate = sharpeEstimate(returns)
  return (sharpeSpread(estimate) / Math.sqrt(estimate.count - 1)) * Math.sqrt(periodsPerYear)
}

/** A Sharpe ratio of one period with the shape of the `count` returns it was estimated from. */
export interface SharpeEstimate extends SharpeShape {
  readonly count: number
}

/** A Sharpe ratio of one period with the shape of its returns: population skewness, raw kurtosis. */
export interface SharpeShape {
  readonly sharpe: number
  readonly skewness: number
  readonly rawKurtosis: number
}

/** The Sharpe ratio of one period of the returns, with their shape; NaN without variance. */
export function sharpeEstimate(returns: Float64Array): SharpeEstimate {
  const moments = momentsOfReturns(returns)
  return { ...moments, sharpe: sharpeOf(moments) }
}

/** √(1 − γ₃·SR + (γ₄ − 1)/4·SR²): 1 for normal returns around 0. */
export function sharpeSpread({ sharpe, skewness, rawKurtosis }: SharpeShape): number {
  return Math.sqrt(1 - skewness * sharpe + ((rawKurtosis - 1) / 4) * sharpe * sharpe)
}

/**
 * Probability that the true Sharpe ratio lies above `benchmark` (both of one period):
 * Φ((SR − SR*)·√(n − 1) / √(1 − γ₃·SR + (γ₄ − 1)/4·SR²)).
 * Source: Bailey and López de Prado, The Sharpe Ratio Efficient Frontier, 2012.
 */
export function probabilisticSharpe(estimate: SharpeEstimate, benchmark = 0): number {
  const spread = sharpeSpread(estimate)
  if (!(spread > 0)) return Number.NaN
  return normalCdf(((estimate.sharpe - benchmark) * Math.sqrt(estimate.count - 1)) / spread)
}

/** `probabilisticSharpe` of the returns against 0. */
export function psr(returns: Float64Array): number {
  return probabilisticSharpe(sharpeEstimate(returns))
}

/** √(Σ min(r, 0)² / n): the root mean square of losses over all n returns, of one period; NaN of nothing. */
export function downsideDeviation(returns: Float64Array): number {
  let squares = 0
  for (const r of returns) if (r < 0) squares += r * r
  return Math.sqrt(squares / returns.length)
}

/** mean(r) / downside deviation · √periods. Source: Sortino and van der Meer, 1991; target 0. */
export function sortino(returns: Float64Array, periodsPerYear = DAYS_PER_YEAR): number {
  const downside = downsideDeviation(returns)
  if (returns.length < 2 || downside === 0) return Number.NaN
  return (mean(returns) / downside) * Math.sqrt(periodsPerYear)
}

/** Σ max(r, 0) / Σ max(−r, 0). Source: Keating and Shadwick, 2002; threshold 0. */
export function omega(returns: Float64Array): number {
  let gains = 0
  let losses = 0
  for (const r of returns) {
    if (r > 0) gains += r
    else losses -= r
  }
  return returns.length < 2 || losses === 0 ? Number.NaN : gains / losses
}
