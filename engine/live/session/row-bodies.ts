/** What stands in a ledger's rows beside events: the same text from a session and from its replay. Floor 3. */
import type { Decision } from '../../model/decision.js'
import type { Fill } from '../../model/fill.js'
import type { Units } from '../../model/money.js'
import { clientOrderId, type Order, type SessionIdentity } from '../../model/order.js'
import { orderRequestLine } from '../../venue/order-request.js'
import { toLedgerJson } from '../ledger/ledger-json.js'
import type { RecordedReadings } from './readings-at.js'

/** A decision, with what the indicators said. */
export function decisionBody(decision: Decision, readings: RecordedReadings): string {
  const { time, symbolIndex, ask, tag, cancels, orderNumber } = decision
  return toLedgerJson({ time, symbolIndex, ask, tag, cancels, orderNumber: orderNumber ?? null, readings })
}

/** An order, with its id and the unsigned request that would send it. */
export function orderBody(order: Order, symbol: string, identity: SessionIdentity): string {
  const id = clientOrderId(identity, order)
  return toLedgerJson({ id, request: orderRequestLine(order, { symbol, clientOrderId: id }), order })
}

/** A fill, with what the books hold of the symbol's two assets behind it. */
export function fillBody(fill: Fill, after: { readonly quote: Units; readonly base: Units }): string {
  return toLedgerJson({ ...fill, after })
}
