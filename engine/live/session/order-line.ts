/** An order as one line of JSON, for logs and for whoever reads along. Floor 3. */
import { formatUnits, type Units } from '../../model/money.js'
import { clientOrderId, type Order, type OrderRecord, type SessionIdentity } from '../../model/order.js'
import { formatTime } from '../../model/time.js'
import type { Mode } from '../ledger/genesis.js'
import { requestLine } from './request-line.js'

/** What a line says besides the order. */
export interface LineTerms {
  readonly symbol: string
  readonly mode: Mode
  readonly identity: SessionIdentity
}

/** `{"type":"risk_block",…}`: an order that a limit stopped, in the same words, and the limit. */
export function blockedLine({ order, reason }: OrderRecord, terms: LineTerms): string {
  return orderLine(order, terms)
    .replace('"type":"order_request"', '"type":"risk_block"')
    .replace(/\}$/, `,"rule":${text(reason)}}`)
}

/** `{"type":"order_request",…}`: its numbers are the texts that stand on the wire, null where an order has none. */
export function orderLine(order: Order, { symbol, mode, identity }: LineTerms): string {
  const fields: readonly (readonly [string, string])[] = [
    ['type', '"order_request"'],
    ['side', text(order.side)],
    ['order_type', text(order.type)],
    ['price', amount('price' in order ? order.price : undefined)],
    ['quantity', amount(order.quantity)],
    ['quote_quantity', amount(order.type === 'MARKET' ? order.quoteQuantity : undefined)],
    ['stop_price', amount('stopPrice' in order ? order.stopPrice : undefined)],
    ['trailing_delta', 'trailingDelta' in order ? String(order.trailingDelta ?? null) : 'null'],
    ['time_in_force', 'timeInForce' in order ? text(order.timeInForce) : 'null'],
    ['symbol', text(symbol)],
    ['client_order_id', text(clientOrderId(identity, order))],
    ['mode', text(mode)],
    ['decision_time', text(formatTime(order.decisionTime))],
    ['tag', text(order.tag)],
  ]
  return `{${fields.map(([name, value]) => `"${name}":${value}`).join(',')}}`
}

/** `{"type":"unsigned_request",…}`: what a dry run would have sent, but for time and signature. */
export function unsignedRequestLine(order: Order, together: readonly Order[], terms: LineTerms): string {
  return JSON.stringify({
    type: 'unsigned_request',
    client_order_id: clientOrderId(terms.identity, order),
    request: requestLine(order, together, terms),
  })
}

function text(value: string): string {
  return JSON.stringify(value)
}

function amount(units: Units | undefined): string {
  return units === undefined ? 'null' : formatUnits(units)
}
