/** Orders and fills of a record, as they were written. Floor 4. */
import { fromLedgerJson } from '../live/ledger/ledger-json.js'
import type { Fill } from '../model/fill.js'
import type { Order } from '../model/order.js'
import type { SessionRecord } from './read-record.js'

/** Orders in the order they were asked for. */
export function recordedOrders({ orders }: Pick<SessionRecord, 'orders'>): readonly Order[] {
  // What `orderBody` wrote; the chain holds the row to it.
  return orders.map(({ body }) => (fromLedgerJson(body) as { readonly order: Order }).order)
}

/** Fills in the order they were booked. */
export function recordedFills({ fills }: Pick<SessionRecord, 'fills'>): readonly Fill[] {
  // What `fillBody` wrote; the chain holds the row to it.
  return fills.map(({ body }) => fromLedgerJson(body) as Fill)
}
