/** Ratios as quantstats has them (`quantstats/stats.py`, 0.0.86), with its default of 252 periods a year. Floor 1. */
import { valueAt } from '../../../model/bars.js'
import { pow } from '../../elementary.js'
import { mean } from '../../statistics.js'
import { fallsOf } from '../drawdown.js'
import { momentsOfReturns, sortino } from '../return-ratios.js'
import { growthOf, NO_RATIOS, type Ratios } from './ratios.js'

/** quantstats' default: trading days of a stock exchange. */
const PERIODS = 252

/**
 * Ratios of daily returns. None is defined below two returns. It divides Sharpe by a spread of 0 and Calmar by a drawdown
 * of 0: they are infinite then, or NaN where there is nothing to divide.
 */
export function quantstatsRatios(returns: Float64Array, periods = PERIODS): Ratios {
  if (returns.length < 2) return NO_RATIOS
  const growth = growthOf(returns)
  const cagr = pow(valueAt(growth, returns.length), periods / returns.length) - 1
  const depth = fallsOf(growth, 1).deepest[0]?.depth ?? 0
  return {
    sharpe: (mean(returns) / momentsOfReturns(returns).deviation) * Math.sqrt(periods),
    sortino: sortino(returns, periods),
    calmar: cagr / depth,
    cagr,
  }
}
