/** An order as the request that would send it, unsigned: parameters in the order of the wire. Floor 2. */
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

/** The unsigned request as one line: method, path and query, percent-encoded. */
export function orderRequestLine(order: Order, terms: RequestTerms): string {
  return `POST /api/v3/order?${encodeParams(orderParams(order, terms))}`
}

/** Parameters as the bytes of a query string. */
export function encodeParams(params: RequestParams): string {
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
