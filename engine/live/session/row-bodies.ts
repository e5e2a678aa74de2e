/** What stands in a ledger's rows beside events: the same text from a session and from its replay. Floor 3. */
import type { Decision } from '../../model/decision.js'
import type { Fill } from '../../model/fill.js'
import type { Units } from '../../model/money.js'
import { clientOrderId, type Order } from '../../model/order.js'
import { toLedgerJson } from '../ledger/ledger-json.js'
import type { RecordedReadings } from './readings-at.js'
import { type RequestOwner, requestLine } from './request-line.js'

/** A decision, with what the indicators said. */
export function decisionBody(decision: Decision, readings: RecordedReadings): string {
  const { time, symbolIndex, ask, tag, cancels, orderNumber } = decision
  return toLedgerJson({ time, symbolIndex, ask, tag, cancels, orderNumber: orderNumber ?? null, readings })
}

/** An order, with its id and the unsigned request that would send it, alone or with another of its list. */
export function orderBody(order: Order, together: readonly Order[], owner: RequestOwner): string {
  const id = clientOrderId(owner.identity, order)
  return toLedgerJson({ id, request: requestLine(order, together, owner), order })
}

/** A fill, with what the books hold of the symbol's two assets behind it. */
export function fillBody(fill: Fill, after: { readonly quote: Units; readonly base: Units }): string {
  return toLedgerJson({ ...fill, after })
}
