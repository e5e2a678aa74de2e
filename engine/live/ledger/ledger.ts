/**
 * The ledger of a session: one SQLite file with every input, decision, order and fill. What belongs to one input
 * is one transaction, on the disk before anything leaves the process. Floor 3.
 */
import { chmodSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { LedgerError } from '../../model/errors.js'
import type { SessionEvent } from '../../model/event.js'
import type { Ledger as LedgerPort } from '../../model/ports.js'
import { failpoint } from '../failpoint.js'
import { CHAINED, type ChainedTable, type ChainHead, genesisHash, linkHash, type StoredRow } from './chain.js'
import type { Genesis } from './genesis.js'
import { toLedgerJson } from './ledger-json.js'
import { guarded, hasLedger, openDatabase, readGenesis, readRows } from './read-ledger.js'
import { SameFiles } from './same-files.js'
import { CREATE, PRAGMAS } from './schema.js'

/** `PRAGMA synchronous`: a sync at each commit. */
const FULL = 2

/** A row to be written beside events. */
export interface NewRow {
  readonly table: Exclude<ChainedTable, 'events'>
  readonly kind: string
  readonly body: string
}

/** An open ledger. Close it when done. */
export class Ledger implements LedgerPort {
  readonly path: string
  readonly genesis: Genesis
  readonly #database: DatabaseSync
  readonly #now: () => number
  readonly #inserts: ReadonlyMap<ChainedTable, StatementSync>
  readonly #files: SameFiles
  #head: ChainHead
  #isWriting = false

  private constructor(
    path: string,
    database: DatabaseSync,
    {
      genesis,
      head,
      now,
    }: { readonly genesis: Genesis; readonly head: ChainHead; readonly now: () => number },
  ) {
    this.path = path
    this.genesis = genesis
    this.#database = database
    this.#now = now
    this.#head = head
    this.#files = new SameFiles(path)
    this.#inserts = new Map(
      CHAINED.map((table) => [
        table,
        database.prepare(
          `INSERT INTO ${table} (seq, time, kind, body, prev, hash) VALUES (?, ?, ?, ?, ?, ?)`,
        ),
      ]),
    )
  }

  /** Makes a ledger where there is none, with the rows that `fill` writes: all of it or nothing. */
  static create(path: string, genesis: Genesis, now: () => number, fill: (ledger: Ledger) => void): Ledger {
    if (hasLedger(path)) throw new LedgerError(`a new ledger must not stand on another, ${path} is there`)
    return failing(path, () => {
      const database = new DatabaseSync(path)
      chmodSync(path, 0o600)
      makeDurable(database, path)
      const body = toLedgerJson(genesis)
      const hash = genesisHash(body)
      database.exec(`BEGIN IMMEDIATE;\n${CREATE}`)
      database.prepare('INSERT INTO genesis (id, body, hash) VALUES (1, ?, ?)').run(body, hash)
      const ledger = new Ledger(path, database, { genesis, head: { seq: 0, hash }, now })
      ledger.#isWriting = true
      fill(ledger)
      database.exec('COMMIT')
      ledger.#isWriting = false
      return ledger
    })
  }

  /** Opens a ledger and hands over its first record, then every row. Throws a DataError when it is damaged. */
  static open(
    path: string,
    now: () => number,
    reader: { onGenesis(genesis: Genesis): void; onRow(row: StoredRow): void },
  ): Ledger {
    return guarded(path, () => {
      const database = openDatabase(path, false)
      makeDurable(database, path)
      const { genesis, hash } = readGenesis(database)
      reader.onGenesis(genesis)
      let head: ChainHead = { seq: 0, hash }
      for (const row of readRows(database, head)) {
        reader.onRow(row)
        head = { seq: row.seq, hash: row.hash }
      }
      return new Ledger(path, database, { genesis, head, now })
    })
  }

  /** The last row. */
  get head(): ChainHead {
    return this.#head
  }

  /** The hash of a row; undefined where there is none. */
  hashOf(seq: number): string | undefined {
    const rows = CHAINED.map((table) => `SELECT hash FROM ${table} WHERE seq = :seq`).join(' UNION ALL ')
    const hash = this.#database.prepare(rows).get({ seq })?.hash
    return typeof hash === 'string' ? hash : undefined
  }

  /** Does something whose rows are written together or not at all. Throws a LedgerError when they cannot be. */
  transact<T>(work: () => T): T {
    const before = this.#head
    this.#run('BEGIN IMMEDIATE')
    this.#isWriting = true
    let value: T
    try {
      value = work()
      failpoint('before-commit')
      this.#run('COMMIT')
      this.#files.check()
    } catch (error) {
      this.#head = before
      this.#rollBack()
      throw error
    } finally {
      this.#isWriting = false
    }
    failpoint('after-commit')
    return value
  }

  append(event: SessionEvent): void {
    this.#insert('events', event.kind, toLedgerJson(event))
    failpoint('event-written')
  }

  /** Writes what followed from an event. */
  add({ table, kind, body }: NewRow): void {
    this.#insert(table, kind, body)
  }

  /** Ends it. The file is whole at any moment, so that this only saves the next start some work. */
  close(): void {
    this.#database.close()
  }

  #insert(table: ChainedTable, kind: string, body: string): void {
    if (!this.#isWriting) throw new LedgerError('a row must be written inside a transaction, was outside')
    const row = { table, seq: this.#head.seq + 1, time: this.#now(), kind, body }
    const prev = this.#head.hash
    const hash = linkHash(prev, row)
    failing(this.path, () => this.#inserts.get(table)?.run(row.seq, row.time, kind, body, prev, hash))
    this.#head = { seq: row.seq, hash }
  }

  #run(statement: string): void {
    failing(this.path, () => this.#database.exec(statement))
  }

  #rollBack(): void {
    try {
      this.#database.exec('ROLLBACK')
    } catch {
      // SQLite has rolled back by itself where the disk failed; the error under way says so.
    }
  }
}

/** Calls what writes: a fault of SQLite or of the disk becomes a LedgerError. */
function failing<T>(path: string, write: () => T): T {
  try {
    return write()
  } catch (cause) {
    if (cause instanceof LedgerError) throw cause
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new LedgerError(
      `the ledger must be written before anything is done, ${path} cannot be: ${message}; nothing was sent; free the disk or mend it, then start again`,
      { cause },
    )
  }
}

/** Sets how it is written, and looks whether it took: what is acted upon must be on the disk before. */
function makeDurable(database: DatabaseSync, path: string): void {
  database.exec(PRAGMAS)
  const journal = database.prepare('PRAGMA journal_mode').get()?.journal_mode
  const synchronous = database.prepare('PRAGMA synchronous').get()?.synchronous
  if (journal === 'wal' && Number(synchronous) >= FULL) return
  throw new LedgerError(
    `${path} must be written with a WAL and synced at each commit, is not (${String(journal)}, ${String(synchronous)})`,
  )
}
