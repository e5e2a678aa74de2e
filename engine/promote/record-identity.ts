/** Names of what a record is of. Floor 4. */
import type { RequestOwner } from '../live/session/request-line.js'
import { InvariantError } from '../model/errors.js'
import type { Order, SessionIdentity } from '../model/order.js'
import type { SessionRecord } from './read-record.js'

/** Which session the record is of. */
export function identityOf({ genesis }: SessionRecord): SessionIdentity {
  return { epoch: genesis.epoch, hash6: genesis.strategy.sha256.slice(0, 6) }
}

/** The symbol of an order. */
function nameOf(record: SessionRecord, { symbolIndex }: Order): string {
  return namesOf(record)[symbolIndex] ?? fail()
}

/** Whose request an order's is. */
export function ownerOf(record: SessionRecord, order: Order): RequestOwner {
  return { symbol: nameOf(record, order), identity: identityOf(record) }
}

/** An order and its neighbours: the two or three of one list stand beside each other. */
export function around(orders: readonly Order[], row: number): readonly Order[] {
  return orders.slice(Math.max(0, row - 2), row + 3)
}

/** The symbols of a session, in the order of its events. */
export function namesOf({ genesis }: SessionRecord): readonly string[] {
  return genesis.symbols.map(({ symbol }) => symbol)
}

/** What a record names that it does not have. */
export function fail(): never {
  throw new InvariantError('a record must name only symbols that it has')
}
