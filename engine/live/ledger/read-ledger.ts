/** A ledger read, link by link: nothing is believed that the chain does not hold. Floor 3. */
import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { DataError } from '../../model/errors.js'
import type { SessionEvent } from '../../model/event.js'
import { type ChainHead, genesisHash, linkFault, type StoredRow } from './chain.js'
import { type Genesis, parseGenesis } from './genesis.js'
import { fromLedgerJson } from './ledger-json.js'
import { ALL_ROWS, APPLICATION_ID } from './schema.js'

/** Whether there is a ledger: a file that was made and never filled is none. Throws a DataError for a damaged one. */
export function hasLedger(path: string): boolean {
  if (!existsSync(path)) return false
  return guarded(path, () => {
    const database = new DatabaseSync(path)
    try {
      return database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.tables !== 0
    } finally {
      database.close()
    }
  })
}

/** Opens a ledger's file. Throws a DataError when it is none, or damaged. */
export function openDatabase(path: string, isReadOnly: boolean): DatabaseSync {
  return guarded(path, () => {
    const database = new DatabaseSync(path, { readOnly: isReadOnly })
    const id = database.prepare('PRAGMA application_id').get()?.application_id
    if (id === APPLICATION_ID) return database
    database.close()
    throw new DataError(`${path} must be a ledger of Nextbar, is another file; name another --state folder`)
  })
}

/** Calls what reads a ledger: a fault of SQLite becomes a DataError that says what to do. */
export function guarded<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (!isSqliteError(cause)) throw cause
    const { message } = cause
    throw new DataError(
      `${path} must be a whole ledger, cannot be read: ${message}; keep the file, move the state folder away and look at a copy of it`,
      { cause },
    )
  }
}

function isSqliteError(cause: unknown): cause is Error {
  return cause instanceof Error && 'code' in cause && cause.code === 'ERR_SQLITE_ERROR'
}

/** The first record, held to its hash. Throws a DataError. */
export function readGenesis(database: DatabaseSync): { readonly genesis: Genesis; readonly hash: string } {
  const row = database.prepare('SELECT body, hash FROM genesis').get()
  const [body, hash] = [row?.body, row?.hash]
  if (typeof body !== 'string' || typeof hash !== 'string') {
    throw new DataError('the ledger must have a first record, has none')
  }
  if (genesisHash(body) !== hash) {
    throw new DataError("the ledger's first record must have the hash of what it holds, was changed")
  }
  return { genesis: parseGenesis(body), hash }
}

/**
 * Every row behind `head` in the order of the chain. Throws a DataError at the first that is not the next link.
 */
export function* readRows(database: DatabaseSync, head: ChainHead): Generator<StoredRow> {
  let last = head
  for (const found of database.prepare(ALL_ROWS).iterate({ after: head.seq })) {
    // The tables are STRICT: each column has the type that it was declared with.
    const row = found as unknown as StoredRow
    const fault = linkFault(last, row)
    if (fault !== undefined) throw new DataError(`the ledger's chain is broken: ${fault}`)
    last = row
    yield row
  }
}

/** The event of a row of `events`. */
export function eventOf(row: StoredRow): SessionEvent {
  // What `toLedgerJson` wrote of an event; the chain holds the row to it.
  return fromLedgerJson(row.body) as SessionEvent
}
