/** Orders of which one ends the other, as one list on the exchange. Floor 3. */
import { InvariantError } from '../../model/errors.js'
import { listIdOf, ocoParams, type PairedOrder } from '../../venue/order-request.js'
import type { SignedRequest } from '../../venue/signed-rest.js'
import type { ExchangeMarket } from './exchange-market.js'
import { type Facts, ordersFacts } from './order-facts.js'
import type { OrderTrack } from './order-track.js'

/** What was asked for, as it goes out: orders alone, and those of one list together, in their order. */
export function pairsOf(submits: readonly OrderTrack[]): readonly (readonly [OrderTrack, ...OrderTrack[]])[] {
  const groups = new Map<number, [OrderTrack, ...OrderTrack[]]>()
  for (const track of submits) {
    const { list, number } = track.order
    const group = list === undefined ? undefined : groups.get(list)
    if (group) group.push(track)
    else groups.set(list ?? number, [track])
  }
  return [...groups.values()]
}

/** An order, and the others of its list that are not over. */
export function listOf(track: OrderTrack, market: ExchangeMarket): readonly OrderTrack[] {
  const { list } = track.order
  if (list === undefined) return [track]
  const others = market.openOf(track.symbol).filter((one) => one !== track && one.order.list === list)
  return [track, ...others]
}

/** The request that places two orders as an OCO list; not yet signed. */
export function listRequest(first: OrderTrack, second: OrderTrack): SignedRequest {
  const { symbol } = first
  const pair = [paired(first), paired(second)] as const
  const params = Object.fromEntries(ocoParams(pair, { symbol, listClientOrderId: listIdOf(first.id) }))
  return { method: 'POST', path: '/api/v3/orderList/oco', params, weight: 1, orders: 2 }
}

/** What an answer about a list says of its orders. */
export function reportsOf(json: unknown): readonly Facts[] {
  return typeof json === 'object' && json !== null && 'orderReports' in json
    ? ordersFacts(json.orderReports)
    : []
}

function paired({ order, id }: OrderTrack): PairedOrder {
  if (order.type === 'MARKET') throw new InvariantError(`an order of a list must rest, ${id} is at market`)
  return { order, clientOrderId: id }
}
