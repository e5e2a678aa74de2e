/** An order as the request that would send it, unsigned: parameters in the order of the wire. Floor 2. */
import { InvariantError } from '../model/errors.js'
import { formatUnits } from '../model/money.js'
import type { Order, RestingOrder } from '../model/order.js'

/** Names and values as texts, not yet encoded. */
export type RequestParams = readonly (readonly [name: string, value: string])[]

/** What an order is sent with, besides itself. */
export interface RequestTerms {
  readonly symbol: string
  readonly clientOrderId: string
}

/**
 * Parameters of `POST /api/v3/order`. Quantities and prices are on the step and tick already: they go out as the
 * shortest decimals. The answer is asked for in full, because LIMIT_MAKER would be answered without a status.
 */
export function orderParams(order: Order, { symbol, clientOrderId }: RequestTerms): RequestParams {
  return [
    ['symbol', symbol],
    ['side', order.side],
    ['type', order.type],
    ...termsOf(order),
    ['newClientOrderId', clientOrderId],
    ['newOrderRespType', 'FULL'],
  ]
}

/** The unsigned request as one line: method, path and query, percent-encoded. */
export function orderRequestLine(order: Order, terms: RequestTerms): string {
  return `POST /api/v3/order?${encodeParams(orderParams(order, terms))}`
}

/** One order of a pair, and the id that it has on the exchange. */
export interface PairedOrder {
  readonly order: RestingOrder
  readonly clientOrderId: string
}

/**
 * Parameters of `POST /api/v3/orderList/oco`: two orders of the same side and quantity, of which one ends the other. Of
 * a sale the stop is below and the limit or take-profit above; of a purchase the other way round. `pair` may come in
 * any order. Throws an InvariantError for two of which neither or both are stops.
 */
export function ocoParams(
  pair: readonly [PairedOrder, PairedOrder],
  { symbol, listClientOrderId }: { readonly symbol: string; readonly listClientOrderId: string },
): RequestParams {
  const isLoss = ({ order }: PairedOrder) => order.type.startsWith('STOP_LOSS')
  const stop = pair.find(isLoss)
  const other = pair.find((one) => !isLoss(one))
  if (!stop || !other) {
    throw new InvariantError(
      `an OCO pair must be a stop and another order, was ${pair.map(({ order }) => order.type).join(' and ')}`,
    )
  }
  const { side, quantity } = stop.order
  const [above, below] = side === 'SELL' ? [other, stop] : [stop, other]
  return [
    ['symbol', symbol],
    ['listClientOrderId', listClientOrderId],
    ['side', side],
    ['quantity', formatUnits(quantity)],
    ...legOf('above', above),
    ...legOf('below', below),
    ['newOrderRespType', 'FULL'],
  ]
}

/** Id of a list on the exchange, where orders and lists have names of their own: that of its first order, and an L. */
export function listIdOf(firstId: string): string {
  return `${firstId}L`
}

/** The unsigned request of an OCO pair as one line. */
export function ocoRequestLine(...[pair, terms]: Parameters<typeof ocoParams>): string {
  return `POST /api/v3/orderList/oco?${encodeParams(ocoParams(pair, terms))}`
}

/** An order in the words of a list: each of its parameters behind the name of its place. */
function legOf(place: 'above' | 'below', { order, clientOrderId }: PairedOrder): RequestParams {
  const terms = termsOf(order).filter(([name]) => name !== 'quantity')
  return [['type', order.type], ['clientOrderId', clientOrderId], ...terms].map(
    ([name = '', value = '']) => [`${place}${name.charAt(0).toUpperCase()}${name.slice(1)}`, value] as const,
  )
}

/** Parameters as the bytes of a query string. */
function encodeParams(params: RequestParams): string {
  return params.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')
}

function termsOf(order: Order): RequestParams {
  switch (order.type) {
    case 'MARKET':
      return order.quantity === undefined
        ? [['quoteOrderQty', formatUnits(order.quoteQuantity)]]
        : [['quantity', formatUnits(order.quantity)]]
    case 'LIMIT':
      return [
        ['timeInForce', order.timeInForce],
        ['quantity', formatUnits(order.quantity)],
        ['price', formatUnits(order.price)],
      ]
    case 'LIMIT_MAKER':
      return [
        ['quantity', formatUnits(order.quantity)],
        ['price', formatUnits(order.price)],
      ]
    case 'STOP_LOSS':
    case 'TAKE_PROFIT':
      return [['quantity', formatUnits(order.quantity)], ...triggerOf(order)]
    case 'STOP_LOSS_LIMIT':
    case 'TAKE_PROFIT_LIMIT':
      return [
        ['timeInForce', order.timeInForce],
        ['quantity', formatUnits(order.quantity)],
        ['price', formatUnits(order.price)],
        ...triggerOf(order),
      ]
  }
}

function triggerOf({
  stopPrice,
  trailingDelta,
}: {
  readonly stopPrice?: bigint
  readonly trailingDelta?: number
}): RequestParams {
  return [
    ...(stopPrice === undefined ? [] : [['stopPrice', formatUnits(stopPrice)] as const]),
    ...(trailingDelta === undefined ? [] : [['trailingDelta', String(trailingDelta)] as const]),
  ]
}
