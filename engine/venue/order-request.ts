/** An order as the request that would send it, unsigned: parameters in the order of the wire. Floor 2. */
import { InvariantError } from '../model/errors.js'
import { formatUnits } from '../model/money.js'
import type { Order } from '../model/order.js'

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

/** An order, and the id that it has on the exchange. */
export interface NamedOrder {
  readonly order: Order
  readonly clientOrderId: string
}

/** A request that places something: path, parameters, and by how many it adds to the orders counted. */
export interface Placement {
  readonly path: string
  readonly params: RequestParams
  readonly orders: number
}

/**
 * What places an order alone, or in one step with the end of another, `replaced` by its id: then neither happens if that
 * one has traded.
 */
export function orderPlacement(order: Order, terms: RequestTerms, replaced?: string): Placement {
  const params = orderParams(order, terms)
  if (replaced === undefined) return { path: '/api/v3/order', params, orders: 1 }
  return {
    path: '/api/v3/order/cancelReplace',
    params: [
      ...params,
      ['cancelReplaceMode', 'STOP_ON_FAILURE'],
      ['cancelOrigClientOrderId', replaced],
      ['cancelRestrictions', 'ONLY_NEW'],
    ],
    orders: 1,
  }
}

/**
 * What places the orders of one list: a pair of which one ends the other (OCO), or an order that brings in another (OTO) or
 * a pair (OTOCO). Throws an InvariantError for any others.
 */
export function listPlacement(
  orders: readonly NamedOrder[],
  terms: { readonly symbol: string; readonly listClientOrderId: string },
): Placement {
  const working = orders.find(({ order }) => order.listRole === 'WORKING')
  const [first, second, ...more] = orders.filter((one) => one !== working)
  const names = orders.map(({ order }) => order.type).join(', ')
  if (!first || more.length > 0 || !(working || second)) {
    throw new InvariantError(`a list must be a pair, or an order with one or two that wait, was ${names}`)
  }
  const kind = working ? (second ? 'otoco' : 'oto') : 'oco'
  const waiting = working ? 'pending' : ''
  const { side, quantity } = first.order
  const legs = second
    ? [
        [inPlace('side', waiting), side] as const,
        [inPlace('quantity', waiting), formatUnits(quantity ?? 0n)] as const,
        ...pairLegs([first, second], waiting),
      ]
    : legOf('pending', first, true)
  return {
    path: `/api/v3/orderList/${kind}`,
    params: [
      ['symbol', terms.symbol],
      ['listClientOrderId', terms.listClientOrderId],
      ...(working ? legOf('working', working, true) : []),
      ...legs,
      ['newOrderRespType', 'FULL'],
    ],
    orders: orders.length,
  }
}

/** The unsigned request as one line: method, path and query, percent-encoded. */
export function placementLine({ path, params }: Placement): string {
  return `POST ${path}?${encodeParams(params)}`
}

/** Id of a list on the exchange, where orders and lists have names of their own: that of its first order, and an L. */
export function listIdOf(firstId: string): string {
  return `${firstId}L`
}

/**
 * Two orders of which one ends the other. Of a sale the stop is below and the limit or take-profit above; of a purchase
 * the other way round.
 */
function pairLegs(pair: readonly NamedOrder[], prefix: string): RequestParams {
  const isLoss = ({ order }: NamedOrder) => order.type.startsWith('STOP_LOSS')
  const stop = pair.find(isLoss)
  const other = pair.find((one) => !isLoss(one))
  if (!stop || !other) {
    throw new InvariantError(
      `an OCO pair must be a stop and another order, was ${pair.map(({ order }) => order.type).join(' and ')}`,
    )
  }
  const [above, below] = stop.order.side === 'SELL' ? [other, stop] : [stop, other]
  return [...legOf(inPlace('above', prefix), above, false), ...legOf(inPlace('below', prefix), below, false)]
}

/** An order in the words of a list: each of its parameters behind the name of its place. A pair has side and size once. */
function legOf(place: string, { order, clientOrderId }: NamedOrder, isAlone: boolean): RequestParams {
  const own = [
    ['type', order.type],
    ...(isAlone ? [['side', order.side]] : []),
    ['clientOrderId', clientOrderId],
  ]
  const terms = termsOf(order).filter(([name]) => isAlone || name !== 'quantity')
  return [...own, ...terms].map(([name = '', value = '']) => [inPlace(name, place), value] as const)
}

/** A parameter's name behind that of its place. */
function inPlace(name: string, place: string): string {
  return place === '' ? name : `${place}${name.charAt(0).toUpperCase()}${name.slice(1)}`
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
