/** The exchange's filters: one place decides for backtest, paper, dry-run and live. Floor 2. */
import { type Amount, floorTo } from '../../model/amount.js'
import type { MarketRules } from '../../model/symbol-rules.js'

/** Name of a filter, as the exchange's error messages spell it. */
export type FilterName =
  | 'PRICE_FILTER'
  | 'LOT_SIZE'
  | 'MARKET_LOT_SIZE'
  | 'NOTIONAL'
  | 'PERCENT_PRICE'
  | 'PERCENT_PRICE_BY_SIDE'
  | 'TRAILING_DELTA'
  | 'MAX_NUM_ORDERS'
  | 'MAX_NUM_ALGO_ORDERS'
  | 'MAX_POSITION'

/** A quantity cut to the step of market orders, never up. */
export function floorMarketQuantity(rules: MarketRules, quantity: Amount): Amount {
  const floored = floorTo(quantity, rules.stepSize)
  return rules.marketStepSize > 0 ? floorTo(floored, rules.marketStepSize) : floored
}

/**
 * The filter that a market order of this quantity and quote value fails; undefined when it passes.
 * Judged at the fill, with the fill's price.
 */
export function marketOrderFault(
  rules: MarketRules,
  quantity: Amount,
  quote: Amount,
): FilterName | undefined {
  if (rules.source === 'none') return quantity > 0 ? undefined : 'LOT_SIZE'
  if (quantity <= 0 || isOutside(quantity, rules.minQuantity, rules.maxQuantity)) return 'LOT_SIZE'
  if (isOutside(quantity, rules.marketMinQuantity, rules.marketMaxQuantity)) return 'MARKET_LOT_SIZE'
  if (rules.applyMinToMarket && quote < rules.minNotional) return 'NOTIONAL'
  if (rules.applyMaxToMarket && rules.maxNotional > 0 && quote > rules.maxNotional) return 'NOTIONAL'
  return undefined
}

/** Whether a value breaks a bound; a bound of 0 is none. */
function isOutside(value: Amount, min: Amount, max: Amount): boolean {
  return value < min || (max > 0 && value > max)
}
