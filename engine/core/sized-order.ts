/** What a sized wish is as an order, and what that order is worth. Pure. Floor 2. */
import { type Amount, multiplyDown, toAmount, unitsOf } from '../model/amount.js'
import type { Order, OrderNumber, OrderSize, RestingOrder } from '../model/order.js'
import type { Size, SizedOrder } from './sizing.js'

/** What an order says of the decision it comes from. */
export type OrderWords = Pick<Order, 'tag' | 'decisionTime' | 'decisionOpenTime'>

/** The order of a number in a session's symbol. */
export function orderOf(
  { side, size, prices }: SizedOrder,
  number: OrderNumber,
  symbolIndex: number,
  { tag, decisionTime, decisionOpenTime }: OrderWords,
): Order {
  if (prices) {
    // `sizeResting` sizes in base, and `pricesOf` gives each type the prices that it has.
    const common = { number, symbolIndex, side, decisionTime, decisionOpenTime, tag }
    return { ...common, ...prices, quantity: unitsOf(size.quantity ?? 0) } as RestingOrder
  }
  // Written out: with an order at every second bar, spreading shows.
  return size.quantity === undefined
    ? {
        number,
        symbolIndex,
        side,
        type: 'MARKET',
        decisionTime,
        decisionOpenTime,
        tag,
        quoteQuantity: unitsOf(size.quoteQuantity),
      }
    : {
        number,
        symbolIndex,
        side,
        type: 'MARKET',
        decisionTime,
        decisionOpenTime,
        tag,
        quantity: unitsOf(size.quantity),
      }
}

/** What an order is worth in quote: at its limit or stop, or at the last price. */
export function worthOf(order: Order, price: Amount): Amount {
  if (order.quantity === undefined) return toAmount(order.quoteQuantity)
  const own = 'price' in order ? order.price : 'stopPrice' in order ? order.stopPrice : undefined
  return multiplyDown(own === undefined ? price : toAmount(own), toAmount(order.quantity))
}

/** A size as a decision and an order have it. */
export function inUnits(size: Size): OrderSize {
  return size.quantity === undefined
    ? { quoteQuantity: unitsOf(size.quoteQuantity) }
    : { quantity: unitsOf(size.quantity) }
}
