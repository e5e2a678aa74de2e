/** Ratios as backtesting.py has them (`backtesting/_stats.py`, 0.6.6): geometric growth over compounded spread. Floor 1. */
import { valueAt } from '../../../model/bars.js'
import { pow } from '../../elementary.js'
import { momentsOf } from '../../statistics.js'
import { cagr } from '../cagr.js'
import { returnsOf } from '../daily-marks.js'
import { downsideDeviation } from '../return-ratios.js'
import { NO_RATIOS, type Ratios } from './ratios.js'

/** What backtesting.py looks at. */
export interface BacktestingPyInput {
  /** Equity at the close of the last bar of each day that has one, oldest first; of each bar of a week or a month. */
  readonly dayEnds: Float64Array
  readonly startEquity: number
  readonly endEquity: number
  /** Days from the first bar's open to the last bar's, with fractions. */
  readonly days: number
  /** Deepest fall of equity over bar closes, a fraction of at least 0. */
  readonly maxDrawdown: number
  /** 365 where bars cover the weekends, as here, else 252; 52 for bars of a week, 12 for bars of a month. */
  readonly daysPerYear?: number
}

/** Days of a year in its CAGR, whatever the market. */
const CALENDAR_YEAR = 365.25

/**
 * g: geometric mean of daily returns (0 where one loses all), A: days a year, s²: their variance.
 * Sharpe: ((1+g)^A − 1) / √((s² + (1+g)²)^A − (1+g)^2A). None but CAGR is defined below three days.
 */
export function backtestingPyRatios(input: BacktestingPyInput): Ratios {
  const { dayEnds, startEquity, endEquity, days, maxDrawdown, daysPerYear = 365 } = input
  const growth =
    days > 0 ? cagr({ start: startEquity, end: endEquity, years: days / CALENDAR_YEAR }) : Number.NaN
  const returns = returnsOf(dayEnds)
  if (returns.length < 2) return { ...NO_RATIOS, cagr: growth }
  const mean = geometricMean(dayEnds, returns)
  const annual = pow(1 + mean, daysPerYear) - 1
  const { deviation } = momentsOf(returns)
  const square = (1 + mean) * (1 + mean)
  const spread = Math.sqrt(pow(deviation * deviation + square, daysPerYear) - pow(square, daysPerYear))
  const downside = downsideDeviation(returns) * Math.sqrt(daysPerYear)
  return {
    sharpe: spread > 0 ? annual / spread : Number.NaN,
    sortino: annual / downside,
    calmar: maxDrawdown > 0 ? annual / maxDrawdown : Number.NaN,
    cagr: growth,
  }
}

function geometricMean(dayEnds: Float64Array, returns: Float64Array): number {
  if (returns.some((one) => one <= -1)) return 0
  const total = valueAt(dayEnds, dayEnds.length - 1) / valueAt(dayEnds, 0)
  return pow(total, 1 / returns.length) - 1
}
