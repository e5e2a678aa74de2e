/** The exchange's filters: one place decides for backtest, paper, dry-run and live. Floor 2. */
import { floorTo, type Units } from '../../model/money.js'
import type { SymbolRules } from '../../model/symbol-rules.js'

/** Name of a filter, as the exchange's error messages spell it. */
export type FilterName = 'PRICE_FILTER' | 'LOT_SIZE' | 'MARKET_LOT_SIZE' | 'NOTIONAL'

/** A quantity cut to the step of market orders, never up. */
export function floorMarketQuantity(rules: SymbolRules, quantity: Units): Units {
  const floored = floorTo(quantity, rules.stepSize)
  return rules.marketStepSize > 0n ? floorTo(floored, rules.marketStepSize) : floored
}

/**
 * The filter that a market order of this quantity and quote value fails; undefined when it passes.
 * Judged at the fill, with the fill's price.
 */
export function marketOrderFault(rules: SymbolRules, quantity: Units, quote: Units): FilterName | undefined {
  if (rules.source === 'none') return quantity > 0n ? undefined : 'LOT_SIZE'
  if (quantity <= 0n || isOutside(quantity, rules.minQuantity, rules.maxQuantity)) return 'LOT_SIZE'
  if (isOutside(quantity, rules.marketMinQuantity, rules.marketMaxQuantity)) return 'MARKET_LOT_SIZE'
  if (rules.applyMinToMarket && quote < rules.minNotional) return 'NOTIONAL'
  if (rules.applyMaxToMarket && rules.maxNotional > 0n && quote > rules.maxNotional) return 'NOTIONAL'
  return undefined
}

/** Whether a value breaks a bound; a bound of 0 is none. */
function isOutside(value: Units, min: Units, max: Units): boolean {
  return value < min || (max > 0n && value > max)
}
