/** The unsigned request of an order; two orders of one list have one between them. Floor 3. */
import { clientOrderId, type Order, type RestingOrder, type SessionIdentity } from '../../model/order.js'
import { listIdOf, ocoRequestLine, orderRequestLine } from '../../venue/order-request.js'

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
  const other = partnerOf(order, together)
  const idOf = (one: Order) => clientOrderId(identity, one)
  if (!other || order.type === 'MARKET')
    return orderRequestLine(order, { symbol, clientOrderId: idOf(order) })
  const [first, second] = order.number < other.number ? [order, other] : [other, order]
  const pair = [
    { order: first, clientOrderId: idOf(first) },
    { order: second, clientOrderId: idOf(second) },
  ] as const
  return ocoRequestLine(pair, { symbol, listClientOrderId: listIdOf(idOf(first)) })
}

/** Whether an order goes out in the request of the one before it. */
export function isSentBefore(order: Order, together: readonly Order[]): boolean {
  const other = partnerOf(order, together)
  return other !== undefined && other.number < order.number
}

function partnerOf(order: Order, together: readonly Order[]): RestingOrder | undefined {
  if (order.list === undefined || order.listRole !== undefined) return undefined
  const other = together.find(({ list, number }) => list === order.list && number !== order.number)
  return other?.type === 'MARKET' ? undefined : other
}
