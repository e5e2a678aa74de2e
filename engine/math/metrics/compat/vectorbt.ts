/** Ratios as vectorbt has them (`vectorbt/returns/nb.py`, 1.2.0): those of empyrical, at any frequency. Floor 1. */
import { valueAt } from '../../../model/bars.js'
import { pow } from '../../elementary.js'
import { mean } from '../../statistics.js'
import { fallsOf } from '../drawdown.js'
import { downsideDeviation, momentsOfReturns } from '../return-ratios.js'
import { growthOf, NO_RATIOS, type Ratios } from './ratios.js'

/**
 * Ratios of returns of which `periodsPerYear` make a year of 365 days. Sharpe and Sortino are infinite
 * without a spread or a loss. The drawdown begins after the first return, not at the start.
 * None is defined below two returns.
 */
export function vectorbtRatios(returns: Float64Array, periodsPerYear: number): Ratios {
  const count = returns.length
  if (count < 2) return NO_RATIOS
  const growth = growthOf(returns)
  const cagr = pow(valueAt(growth, count), periodsPerYear / count) - 1
  const depth = fallsOf(growth.subarray(1), 1).deepest[0]?.depth ?? 0
  const { deviation } = momentsOfReturns(returns)
  const average = mean(returns)
  const downside = downsideDeviation(returns)
  const root = Math.sqrt(periodsPerYear)
  return {
    sharpe: deviation === 0 ? Number.POSITIVE_INFINITY : (average / deviation) * root,
    sortino: downside === 0 ? Number.POSITIVE_INFINITY : (average / downside) * root,
    calmar: depth === 0 ? Number.NaN : cagr / depth,
    cagr,
  }
}
