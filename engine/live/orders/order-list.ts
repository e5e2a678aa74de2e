/** Orders that go to the exchange together: those of one list. Floor 3. */
import { listIdOf, listPlacement, type NamedOrder, orderPlacement } from '../../venue/order-request.js'
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

/** The request that places orders: one, one in another's place, or a list; not yet signed. */
export function placementOf(group: readonly [OrderTrack, ...OrderTrack[]]): SignedRequest {
  const [first] = group
  const { id, order, symbol } = first
  const { path, params, orders } =
    group.length > 1
      ? listPlacement(group.map(named), { symbol, listClientOrderId: listIdOf(id) })
      : orderPlacement(order, { symbol, clientOrderId: id }, first.inPlaceOf?.id)
  return { method: 'POST', path, params: Object.fromEntries(params), weight: 1, orders }
}

/** What an answer about a list says of its orders. */
export function reportsOf(json: unknown): readonly Facts[] {
  return typeof json === 'object' && json !== null && 'orderReports' in json
    ? ordersFacts(json.orderReports)
    : []
}

function named({ order, id }: OrderTrack): NamedOrder {
  return { order, clientOrderId: id }
}
