/** Names of what a record is of. Floor 4. */
import { InvariantError } from '../model/errors.js'
import type { Order, SessionIdentity } from '../model/order.js'
import type { SessionRecord } from './read-record.js'

/** Which session the record is of. */
export function identityOf({ genesis }: SessionRecord): SessionIdentity {
  return { epoch: genesis.epoch, hash6: genesis.strategy.sha256.slice(0, 6) }
}

/** The symbol of an order. */
export function nameOf(record: SessionRecord, { symbolIndex }: Order): string {
  return namesOf(record)[symbolIndex] ?? fail()
}

/** The symbols of a session, in the order of its events. */
export function namesOf({ genesis }: SessionRecord): readonly string[] {
  return genesis.symbols.map(({ symbol }) => symbol)
}

/** What a record names that it does not have. */
export function fail(): never {
  throw new InvariantError('a record must name only symbols that it has')
}
