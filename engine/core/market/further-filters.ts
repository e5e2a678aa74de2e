/** The filters that look beyond an order's own price and quantity. Pure; whole units. Floor 2. */
import { ONE, type Units } from '../../model/money.js'
import { isStop, type Order } from '../../model/order.js'
import type { FurtherFilters } from '../../model/symbol-rules.js'
import type { FilterName } from './filters.js'
import { fallsToTrigger } from './matching.js'

/** How things stand when an order comes in. */
export interface FilterView {
  /** The price that limits are held against: the last one known. */
  readonly reference: Units
  /** Orders of the symbol on the book, and how many of them wait for a trigger. */
  readonly openOrders: number
  readonly openStops: number
  /** Base that is owned, and what open purchases may still add. */
  readonly position: Units
}

/** The first of these filters that an order fails; undefined when it passes them all. */
export function furtherFault(
  filters: FurtherFilters,
  order: Order,
  view: FilterView,
): FilterName | undefined {
  const { percentPrice, trailingDelta, maxNumOrders, maxNumAlgoOrders, maxPosition } = filters
  if (percentPrice && 'price' in order) {
    const isBuy = order.side === 'BUY'
    const [up, down] = isBuy
      ? [percentPrice.bidUp, percentPrice.bidDown]
      : [percentPrice.askUp, percentPrice.askDown]
    const scaled = order.price * ONE
    if (scaled > view.reference * up || scaled < view.reference * down) return percentPrice.name
  }
  const isAlgo = order.type !== 'MARKET' && isStop(order)
  if (trailingDelta && isAlgo && order.trailingDelta !== undefined) {
    const [min, max] = fallsToTrigger(order) ? trailingDelta.below : trailingDelta.above
    if (order.trailingDelta < min || order.trailingDelta > max) return 'TRAILING_DELTA'
  }
  if (maxNumOrders !== undefined && order.type !== 'MARKET' && view.openOrders >= maxNumOrders)
    return 'MAX_NUM_ORDERS'
  if (maxNumAlgoOrders !== undefined && isAlgo && view.openStops >= maxNumAlgoOrders)
    return 'MAX_NUM_ALGO_ORDERS'
  const isBeyond =
    maxPosition !== undefined &&
    order.side === 'BUY' &&
    order.quantity !== undefined &&
    view.position + order.quantity > maxPosition
  return isBeyond ? 'MAX_POSITION' : undefined
}
