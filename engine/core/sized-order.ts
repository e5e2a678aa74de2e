/** What a sized wish says as an order, and what that order is worth. Pure. Floor 2. */
import { type Amount, multiplyDown, unitsOf } from '../model/amount.js'
import type { OrderSize } from '../model/order.js'
import type { SentOrder } from '../model/sent-order.js'
import type { Size } from './sizing.js'

/** What an order says of the decision it comes from. */
export type OrderWords = Pick<SentOrder, 'tag' | 'decisionTime' | 'decisionOpenTime'>

/** What an order is worth in quote: at its limit or stop, or at the last price. */
export function worthOf({ price, quantity, quoteQuantity = 0, stopPrice }: SentOrder, last: Amount): Amount {
  return quantity === undefined ? quoteQuantity : multiplyDown(price ?? stopPrice ?? last, quantity)
}

/** A size in units. */
export function inUnits({ quantity, quoteQuantity = 0 }: Size): OrderSize {
  return quantity === undefined ? { quoteQuantity: unitsOf(quoteQuantity) } : { quantity: unitsOf(quantity) }
}
