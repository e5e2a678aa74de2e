/** The filters that look beyond an order's own price and quantity. Pure; whole units. Floor 2. */
import { unitsOf } from '../../model/amount.js'
import { ONE, type Units } from '../../model/money.js'
import { isStop, type Side } from '../../model/order.js'
import type { SentOrder } from '../../model/sent-order.js'
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
  order: SentOrder,
  view: FilterView,
): FilterName | undefined {
  const { percentPrice, trailingDelta, maxNumOrders, maxNumAlgoOrders, maxPosition } = filters
  const { price, quantity, side } = order
  if (percentPrice && price !== undefined && isBeyond(percentPrice, side, unitsOf(price), view.reference)) {
    return percentPrice.name
  }
  const isAlgo = isStop(order)
  if (trailingDelta && isAlgo && order.trailingDelta !== undefined) {
    const [min, max] = fallsToTrigger(order) ? trailingDelta.below : trailingDelta.above
    if (order.trailingDelta < min || order.trailingDelta > max) return 'TRAILING_DELTA'
  }
  if (maxNumOrders !== undefined && order.type !== 'MARKET' && view.openOrders >= maxNumOrders)
    return 'MAX_NUM_ORDERS'
  if (maxNumAlgoOrders !== undefined && isAlgo && view.openStops >= maxNumAlgoOrders)
    return 'MAX_NUM_ALGO_ORDERS'
  const isTooMuch =
    maxPosition !== undefined &&
    side === 'BUY' &&
    quantity !== undefined &&
    view.position + unitsOf(quantity) > maxPosition
  return isTooMuch ? 'MAX_POSITION' : undefined
}

/**
 * The same for an order at market, judged at its fill: by the fill's price, and by all that it would buy, whatever
 * the bar's volume lets through.
 */
export function furtherMarketFault(
  { percentPrice, maxPosition }: FurtherFilters,
  { side, price, quantity }: { readonly side: Side; readonly price: Units; readonly quantity: Units },
  view: FilterView,
): FilterName | undefined {
  if (percentPrice && isBeyond(percentPrice, side, price, view.reference)) return percentPrice.name
  const isTooMuch = maxPosition !== undefined && side === 'BUY' && view.position + quantity > maxPosition
  return isTooMuch ? 'MAX_POSITION' : undefined
}

/** Whether a price is outside what the side may ask for; a bound itself may be reached. */
function isBeyond(
  { bidUp, bidDown, askUp, askDown }: NonNullable<FurtherFilters['percentPrice']>,
  side: Side,
  price: Units,
  reference: Units,
): boolean {
  const [up, down] = side === 'BUY' ? [bidUp, bidDown] : [askUp, askDown]
  const scaled = price * ONE
  return scaled > reference * up || scaled < reference * down
}
