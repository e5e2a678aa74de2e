/** Between which prices a symbol's orders stay as they are. Floor 3. */
import { isFalling } from '../../core/market/working-order.js'
import { type ExchangeOrder, isWaitingStop } from './exchange-order.js'

/** Prices at which an order acts: up to `below`, and from `above` on. */
export interface Reach {
  readonly below: number
  readonly above: number
}

/** The reach of a symbol's open orders. A stop that trails may change at any price. */
export function reachOf(orders: readonly ExchangeOrder[]): Reach {
  let [below, above] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (const order of orders) {
    if (order.status === 'PENDING_NEW') continue
    const { spec, working } = order
    const isStop = isWaitingStop(order)
    if (isStop && spec.trailingDelta !== undefined) return { below: Number.POSITIVE_INFINITY, above: 0 }
    const price = isStop ? working.stop : working.limit
    if (isFalling(working)) below = Math.max(below, price)
    else above = Math.min(above, price)
  }
  return { below, above }
}
