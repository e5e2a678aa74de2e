/** The unsigned request of an order; the orders of one list have one between them. Floor 3. */
import { type ClientOrder, clientOrderId, type Order, type SessionIdentity } from '../../model/order.js'
import { listIdOf, listPlacement, orderPlacement, placementLine } from '../../venue/order-request.js'

/** Whose request it is. */
export interface RequestOwner {
  readonly symbol: string
  readonly identity: SessionIdentity
}

/** Method, path and query of what sends an order; `together` are the orders that went to the market with it. */
export function requestLine(
  order: Order,
  together: readonly Order[],
  { symbol, identity }: RequestOwner,
): string {
  const idOf = (one: ClientOrder) => clientOrderId(identity, one)
  const list = listOf(order, together)
  const [first] = list
  if (first && list.length > 1) {
    const named = list.map((one) => ({ order: one, clientOrderId: idOf(one) }))
    return placementLine(listPlacement(named, { symbol, listClientOrderId: listIdOf(idOf(first)) }))
  }
  const { replaces } = order
  const replaced = replaces?.isAtOnce
    ? idOf({ number: replaces.order, decisionOpenTime: replaces.openTime })
    : undefined
  return placementLine(orderPlacement(order, { symbol, clientOrderId: idOf(order) }, replaced))
}

/** Whether an order goes out in the request of one before it. */
export function isSentBefore(order: Order, together: readonly Order[]): boolean {
  const [first = order] = listOf(order, together)
  return first.number < order.number
}

/** The orders of its list that go out with it, the first one first. */
function listOf({ list }: Order, together: readonly Order[]): readonly Order[] {
  return list === undefined ? [] : together.filter((one) => one.list === list)
}
