/** Whether the exchange would take an order that is to rest: its filters, judged as it comes in. Floor 2. */
import { floorTo, multiplyDown, roundToAmount } from '../../model/amount.js'
import type { MarketRules } from '../../model/symbol-rules.js'
import type { FilterName } from './filters.js'
import type { WorkingOrder } from './working-order.js'

/** The filter that an order fails; undefined when it passes them all. */
export function restingOrderFault(rules: MarketRules, { order, stop }: WorkingOrder): FilterName | undefined {
  if (order.type === 'MARKET') return undefined
  const quantity = order.quantity ?? 0
  if (quantity <= 0 || floorTo(quantity, rules.stepSize) < quantity) return 'LOT_SIZE'
  if (quantity < rules.minQuantity || (rules.maxQuantity > 0 && quantity > rules.maxQuantity))
    return 'LOT_SIZE'
  const price = order.price ?? roundToAmount(stop, 'nearest', rules.priceScale)
  if (price <= 0 || floorTo(price, rules.tickSize) < price) return 'PRICE_FILTER'
  if (price < rules.minPrice || (rules.maxPrice > 0 && price > rules.maxPrice)) return 'PRICE_FILTER'
  const quote = multiplyDown(price, quantity)
  if (quote < rules.minNotional) return 'NOTIONAL'
  return rules.maxNotional > 0 && quote > rules.maxNotional ? 'NOTIONAL' : undefined
}
