/** Ratios as quantstats has them (`quantstats/stats.py`, 2025), with its default of 252 periods a year. Floor 1. */
import { valueAt } from '../../../model/bars.js'
import { pow } from '../../elementary.js'
import { fallsOf } from '../drawdown.js'
import { sharpe, sortino } from '../return-ratios.js'
import { growthOf, NO_RATIOS, type Ratios } from './ratios.js'

/** quantstats' default: trading days of a stock exchange. */
const PERIODS = 252

/** Ratios of daily returns. None is defined below two returns. */
export function quantstatsRatios(returns: Float64Array, periods = PERIODS): Ratios {
  if (returns.length < 2) return NO_RATIOS
  const growth = growthOf(returns)
  const cagr = pow(valueAt(growth, returns.length), periods / returns.length) - 1
  const depth = fallsOf(growth, 1).deepest[0]?.depth ?? 0
  return {
    sharpe: sharpe(returns, periods),
    sortino: sortino(returns, periods),
    calmar: depth > 0 ? cagr / depth : Number.NaN,
    cagr,
  }
}
