/** A session's ledger held against what the exchange says it did. Floor 5. */
import { join } from 'node:path'
import type { JournalEntry } from '../../../exchange/journal.js'
import { FILES, lastKnownHead } from '../../../live/files/state-folder.js'
import { fromLedgerJson } from '../../../live/ledger/ledger-json.js'
import { verifyLedger } from '../../../live/ledger/verify-ledger.js'
import type { Order } from '../../../model/order.js'
import { isOpen, type OrderStatus } from '../../../model/order.js'
import { readRecord } from '../../../promote/read-record.js'

/** What both sides agree on, and where they do not. */
export interface Agreement {
  /** In words; none when ledger and exchange say the same. */
  readonly faults: readonly string[]
  /** Orders that the exchange accepted of this session. */
  readonly accepted: number
  readonly trades: number
  readonly canceled: number
  /** Orders of the ledger that are not over. */
  readonly open: readonly string[]
}

/**
 * Compares: the ledger must be whole, every order that the exchange accepted must be one of its own, once, and the
 * trades of both the same to the last unit. Throws a DataError for a ledger that is damaged.
 */
export function agreementOf(journal: readonly JournalEntry[], state: string): Agreement {
  const path = join(state, FILES.ledger)
  verifyLedger(path, lastKnownHead(state))
  const record = readRecord(path)
  const ours = journal.filter((entry) => String(entry.clientOrderId).startsWith(`nb${record.genesis.epoch}-`))
  // What `orderBody` wrote; the chain holds the row to it.
  const orders = record.orders.map(
    ({ body }) => fromLedgerJson(body) as { readonly id: string; readonly order: Order },
  )
  const idOf = new Map(orders.map(({ id, order }) => [order.number, id]))
  const accepted = ours.filter(({ kind }) => kind === 'ORDER').map((one) => String(one.clientOrderId))
  const known = new Set(idOf.values())
  const truth = ours
    .filter(({ kind }) => kind === 'TRADE')
    .map((one) =>
      [one.clientOrderId, one.tradeId, one.price, one.quantity, one.commission].map(String).join(' '),
    )
  const status = new Map<number, OrderStatus>()
  const booked: string[] = []
  for (const event of record.events) {
    if (event.kind === 'ORDER') status.set(event.orderNumber, event.status)
    if (event.kind !== 'FILL') continue
    const { orderNumber, price, quantity, commission } = event.execution
    if (event.isFinal) status.set(orderNumber, 'FILLED')
    const amounts = [price, quantity, commission].map(textOf)
    booked.push([idOf.get(orderNumber), event.tradeId, ...amounts].join(' '))
  }
  return {
    faults: [
      ...accepted.filter((id, k) => accepted.indexOf(id) !== k).map((id) => `order ${id} was sent twice`),
      ...accepted.filter((id) => !known.has(id)).map((id) => `order ${id} is not in the ledger`),
      ...truth.filter((one) => !booked.includes(one)).map((one) => `trade ${one} is not in the ledger`),
      ...booked.filter((one) => !truth.includes(one)).map((one) => `fill ${one} is not of the exchange`),
    ],
    accepted: accepted.length,
    trades: truth.length,
    canceled: [...status.values()].filter((one) => one === 'CANCELED').length,
    open: orders.filter(({ order }) => isOpen(status.get(order.number) ?? 'NEW')).map(({ id }) => id),
  }
}

function textOf(amount: bigint): string {
  return String(amount)
}
