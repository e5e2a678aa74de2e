/** Whether the exchange would take an order that is to rest: its filters, judged as it comes in. Floor 2. */
import { multiplyDown, toUnits } from '../../model/money.js'
import type { SymbolRules } from '../../model/symbol-rules.js'
import type { FilterName } from './filters.js'
import type { WorkingOrder } from './working-order.js'

/** The filter that an order fails; undefined when it passes them all. */
export function restingOrderFault(rules: SymbolRules, { order, stop }: WorkingOrder): FilterName | undefined {
  if (order.type === 'MARKET') return undefined
  const { quantity } = order
  if (quantity <= 0n || quantity % rules.stepSize !== 0n) return 'LOT_SIZE'
  if (quantity < rules.minQuantity || (rules.maxQuantity > 0n && quantity > rules.maxQuantity))
    return 'LOT_SIZE'
  const price = 'price' in order ? order.price : toUnits(stop, 'nearest', rules.priceScale)
  if (price <= 0n || price % rules.tickSize !== 0n) return 'PRICE_FILTER'
  if (price < rules.minPrice || (rules.maxPrice > 0n && price > rules.maxPrice)) return 'PRICE_FILTER'
  const quote = multiplyDown(price, quantity)
  if (quote < rules.minNotional) return 'NOTIONAL'
  return rules.maxNotional > 0n && quote > rules.maxNotional ? 'NOTIONAL' : undefined
}
