/** Ratios as freqtrade has them (`freqtrade/data/metrics.py`, 2025): of closed trades, spread over days. Floor 1. */
import { valueAt } from '../../../model/bars.js'
import { pow } from '../../elementary.js'
import type { Ratios } from './ratios.js'

/** What freqtrade looks at. */
export interface FreqtradeInput {
  /** Net profit of each closed trade in quote, in order of their exits. */
  readonly profits: Float64Array
  readonly startEquity: number
  readonly endEquity: number
  /** Whole days from the first bar's open to the last bar's. */
  readonly days: number
}

/** What freqtrade prints for a ratio whose denominator is 0. */
const NO_SPREAD = -100

/**
 * Sharpe and Sortino: mean profit a day over the spread of the trades (of the losing ones), n in the
 * denominator, · √365; Calmar: mean profit a day in percent over the relative drawdown, · √365.
 * 0 without a trade, −100 without a spread or a drawdown.
 */
export function freqtradeRatios({ profits, startEquity, endEquity, days }: FreqtradeInput): Ratios {
  const cagr = days > 0 ? pow(endEquity / startEquity, 365 / days) - 1 : Number.NaN
  if (profits.length === 0 || days === 0) return { sharpe: 0, sortino: 0, calmar: 0, cagr }
  const shares = profits.map((profit) => profit / startEquity)
  const daily = shares.reduce((sum, share) => sum + share, 0) / Math.max(1, days)
  const ratio = (denominator: number, scale = 1): number =>
    denominator > 0 ? ((daily * scale) / denominator) * Math.sqrt(365) : NO_SPREAD
  return {
    sharpe: ratio(populationSpread(shares)),
    sortino: ratio(populationSpread(shares.filter((share) => share < 0))),
    calmar: ratio(deepestOf(profits, startEquity), 100),
    cagr,
  }
}

/** √mean((x − mean)²); NaN of nothing. */
function populationSpread(values: Float64Array): number {
  const center = values.reduce((sum, value) => sum + value, 0) / values.length
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
