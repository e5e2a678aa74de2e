/**
 * Ratios as freqtrade has them (`freqtrade/data/metrics.py`, 2026.9), twice: of closed trades, spread over days, and of
 * what the wallet held at the end of each day. Floor 1.
 */
import { valueAt } from '../../../model/bars.js'
import { pow } from '../../elementary.js'
import { mean } from '../../statistics.js'
import { returnsOf } from '../daily-marks.js'
import type { Ratios } from './ratios.js'

/** What freqtrade looks at for both. */
interface FreqtradeSpan {
  readonly startEquity: number
  readonly endEquity: number
  /** Days from the first bar's open to the last bar's, with fractions: 0 of one bar. It counts whole ones, one at least. */
  readonly days: number
}

/** What it looks at for closed trades. */
export interface FreqtradeInput extends FreqtradeSpan {
  /** Net profit of each closed trade in quote, in order of their exits. */
  readonly profits: Float64Array
}

/** What it looks at for the wallet. */
export interface FreqtradeWallet extends FreqtradeSpan {
  /** The wallet's worth at the end of each day, oldest first. */
  readonly dayEnds: Float64Array
  /** Its worth from mark to mark, behind the start. */
  readonly marks: Float64Array
}

/** What freqtrade prints for a ratio whose denominator is 0. */
const NO_SPREAD = -100

/**
 * Sharpe and Sortino: mean profit a day over the spread of the trades (of the losing ones), n in the
 * denominator, · √365; Calmar: mean profit a day in percent over the relative drawdown, · √365.
 * 0 without a trade or with a single bar, −100 without a spread or a drawdown.
 */
export function freqtradeRatios({ profits, startEquity, endEquity, days }: FreqtradeInput): Ratios {
  const cagr = growthOfSpan({ startEquity, endEquity, days })
  if (profits.length === 0 || days === 0) return { sharpe: 0, sortino: 0, calmar: 0, cagr }
  const shares = profits.map((profit) => profit / startEquity)
  const daily = shares.reduce((sum, share) => sum + share, 0) / wholeDays(days)
  return {
    sharpe: annual(daily, populationSpread(shares)),
    sortino: annual(daily, populationSpread(shares.filter((share) => share < 0))),
    calmar: annual(100 * daily, deepestOf(profits, startEquity)),
    cagr,
  }
}

/**
 * Sharpe and Sortino: mean daily return over the spread of the daily returns (of those below 0), n in the denominator,
 * · √365; Calmar: mean profit a day in percent over the relative drawdown, · √365. −100 without a spread or a drawdown;
 * Sharpe and Sortino are 0 below two days.
 */
export function freqtradeWalletRatios({ dayEnds, marks, ...span }: FreqtradeWallet): Ratios {
  const { startEquity, endEquity, days } = span
  const returns = returnsOf(dayEnds)
  const average = mean(returns)
  const ratio = (spread: number): number => (returns.length === 0 ? 0 : annual(average, spread))
  const changes = marks.map((worth, i) => worth - (i === 0 ? startEquity : valueAt(marks, i - 1)))
  const daily = (endEquity / startEquity - 1) / wholeDays(days)
  return {
    sharpe: ratio(populationSpread(returns)),
    sortino: ratio(populationSpread(returns.filter((one) => one < 0))),
    calmar: annual(100 * daily, deepestOf(changes, startEquity)),
    cagr: growthOfSpan(span),
  }
}

function wholeDays(days: number): number {
  return Math.max(1, Math.floor(days))
}

function growthOfSpan({ startEquity, endEquity, days }: FreqtradeSpan): number {
  return pow(endEquity / startEquity, 365 / wholeDays(days)) - 1
}

function annual(mean: number, denominator: number): number {
  return denominator > 0 ? (mean / denominator) * Math.sqrt(365) : NO_SPREAD
}

/** √mean((x − mean)²); NaN of nothing. */
function populationSpread(values: Float64Array): number {
  const center = mean(values)
  return Math.sqrt(
    values.reduce((sum, value) => sum + (value - center) * (value - center), 0) / values.length,
  )
}

/** The fall of the balance that is deepest in quote, as a share of the balance it fell from. */
function deepestOf(profits: Float64Array, startEquity: number): number {
  let sum = 0
  let high = 0
  let deepest = 0
  let share = 0
  for (let i = 0; i < profits.length; i++) {
    sum += valueAt(profits, i)
    high = Math.max(high, sum)
    if (high - sum > deepest) {
      deepest = high - sum
      share = deepest / (startEquity + high)
    }
  }
  return share
}
