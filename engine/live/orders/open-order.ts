/** An order that is not over, as people look at it. Floor 3. */
import { formatUnits } from '../../model/money.js'
import type { OrderTrack } from './order-track.js'
import type { OpenOrder } from './wire-news.js'

/** How an order stands; `now` is the market's time. */
export function openOrder(track: OrderTrack, now: number): OpenOrder {
  const { id, order, executed, phase, isLeaving } = track
  const { side, type, quantity, decisionTime } = order
  return {
    ...{ id, side, type, phase, isLeaving },
    price: 'price' in order ? formatUnits(order.price) : null,
    quantity: quantity === undefined ? null : formatUnits(quantity),
    executed: formatUnits(executed),
    ageMs: Math.max(0, now - decisionTime),
  }
}
