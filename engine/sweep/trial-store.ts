/**
 * Every trial that was ever made, by its key, in one SQLite file: what resumes a sweep, spares it what is
 * known, and counts how often these data have been looked at. A row is there once it is put, also after
 * `kill -9`; several sweeps may use the file at the same time. Floor 4.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { DataError } from '../model/errors.js'
import type { SweepRange } from '../model/sweep-result.js'
import type { Trial, TrialRow } from './trial.js'

/** What a sweep looks at: the trials on one symbol and interval count together. */
export interface StoreScope {
  readonly symbols: readonly string[]
  readonly interval: string
}

/** A range that no sweep may touch. */
export interface Holdout {
  readonly range: SweepRange
  /** The sweep that named it. */
  readonly sweepId: string
}

/** A sweep that has begun. */
export interface BegunSweep {
  readonly sweepId: string
  readonly folder: string
  readonly command: string
  readonly isFinished: boolean
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS trials (
    id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, symbols TEXT NOT NULL,
    interval TEXT NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, strategy TEXT NOT NULL,
    params TEXT NOT NULL, status TEXT NOT NULL, metrics BLOB, returns BLOB, error TEXT, stack TEXT);
  CREATE TABLE IF NOT EXISTS sweeps (
    sweep_id TEXT PRIMARY KEY, frozen INTEGER NOT NULL, folder TEXT NOT NULL, command TEXT NOT NULL,
    is_finished INTEGER NOT NULL DEFAULT 0);
  CREATE TABLE IF NOT EXISTS holdouts (
    symbol TEXT NOT NULL, interval TEXT NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL,
    sweep_id TEXT NOT NULL, UNIQUE (symbol, interval, from_ms, to_ms));`

/** Milliseconds to wait for another process that writes. */
const BUSY_MS = 10_000

/** The store of trials in a folder. */
export class TrialStore {
  readonly #db: DatabaseSync
  readonly #scope: StoreScope
  readonly #strategy: string
  readonly #select: StatementSync
  readonly #insert: StatementSync
  readonly #idOf: StatementSync

  /** Opens the store, making it where it is not there. Throws a DataError that names a damaged file. */
  constructor(
    folder: string,
    { scope, strategy }: { readonly scope: StoreScope; readonly strategy: string },
  ) {
    this.#scope = scope
    this.#strategy = strategy
    const path = join(folder, 'trials.sqlite')
    try {
      mkdirSync(folder, { recursive: true })
      this.#db = new DatabaseSync(path)
      this.#db.exec(
        `PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;`,
      )
      this.#db.exec(SCHEMA)
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new DataError(
        `${path} must be the store of trials, cannot be opened: ${why}; name another folder with --trial-store`,
        { cause },
      )
    }
    this.#select = this.#db.prepare('SELECT status, metrics, returns, error, stack FROM trials WHERE key = ?')
    this.#insert = this.#db.prepare(
      `INSERT OR IGNORE INTO trials (key, symbols, interval, from_ms, to_ms, strategy, params, status, metrics, returns, error, stack)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#idOf = this.#db.prepare('SELECT id FROM trials WHERE key = ?')
  }

  /** The row of a trial; undefined where it was never made. */
  get(key: string): TrialRow | undefined {
    const row = this.#select.get(key)
    if (!row) return undefined
    if (row.status === 'DONE' && row.metrics instanceof Uint8Array && row.returns instanceof Uint8Array) {
      return { status: 'DONE', metrics: doublesOf(row.metrics), returns: doublesOf(row.returns) }
    }
    return { status: 'FAILED', error: String(row.error), stack: String(row.stack), isLasting: true }
  }

  /** Keeps a row, if the trial's is not there; one that might do better elsewhere is not kept. */
  put({ key, params, range: [from, to] }: Trial, row: TrialRow): void {
    if (row.status === 'FAILED' && !row.isLasting) return
    const isDone = row.status === 'DONE'
    this.#insert.run(
      key,
      listed(this.#scope.symbols),
      this.#scope.interval,
      from,
      to,
      this.#strategy,
      JSON.stringify(params),
      row.status,
      isDone ? bytesOf(row.metrics) : null,
      isDone ? bytesOf(row.returns) : null,
      isDone ? null : row.error,
      isDone ? null : row.stack,
    )
  }

  /**
   * Begins a sweep and freezes the count of what was tried before it. A sweep that `resumes` keeps the count
   * of its first start. Gives the mark to count with.
   */
  begin({ sweepId, folder, command }: Omit<BegunSweep, 'isFinished'>, resumes: boolean): number {
    const known = this.#db.prepare('SELECT frozen FROM sweeps WHERE sweep_id = ?').get(sweepId)
    if (resumes && known) return Number(known.frozen)
    const last = this.#db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'trials'").get()
    const frozen = Number(last?.seq ?? 0)
    this.#db
      .prepare('INSERT OR REPLACE INTO sweeps (sweep_id, frozen, folder, command) VALUES (?, ?, ?, ?)')
      .run(sweepId, frozen, folder, command)
    return frozen
  }

  /** Whether a sweep has begun here. */
  hasBegun(sweepId: string): boolean {
    return this.#db.prepare('SELECT 1 FROM sweeps WHERE sweep_id = ?').get(sweepId) !== undefined
  }

  finish(sweepId: string): void {
    this.#db.prepare('UPDATE sweeps SET is_finished = 1 WHERE sweep_id = ?').run(sweepId)
  }

  /** Sweeps that have begun, in the order of their starts. */
  sweeps(): readonly BegunSweep[] {
    return this.#db
      .prepare('SELECT sweep_id, folder, command, is_finished FROM sweeps ORDER BY rowid')
      .all()
      .map((row) => ({
        sweepId: String(row.sweep_id),
        folder: String(row.folder),
        command: String(row.command),
        isFinished: row.is_finished === 1,
      }))
  }

  /**
   * Distinct trials on one of the scope's symbols and its interval over a range that overlaps: those there
   * were at the mark `frozen`, and the keys given.
   */
  countEver(range: SweepRange, frozen: number, keys: Iterable<string>): number {
    const [where, values] = this.#overlapping(range)
    const row = this.#db
      .prepare(`SELECT count(*) AS n FROM trials WHERE id <= ? AND ${where}`)
      .get(frozen, ...values)
    let count = Number(row?.n ?? 0)
    for (const key of new Set(keys)) {
      const id = this.#idOf.get(key)?.id
      if (id === undefined || Number(id) > frozen) count++
    }
    return count
  }

  /** Forgets the trials on the scope over ranges that overlap. */
  forget(range: SweepRange): void {
    const [where, values] = this.#overlapping(range)
    this.#db.prepare(`DELETE FROM trials WHERE ${where}`).run(...values)
  }

  /** Ranges of the scope that no sweep may touch and that overlap the range. */
  holdoutsIn([from, to]: SweepRange): readonly Holdout[] {
    const { symbols, interval } = this.#scope
    return symbols.flatMap((symbol) =>
      this.#db
        .prepare(
          'SELECT from_ms, to_ms, sweep_id FROM holdouts WHERE symbol = ? AND interval = ? AND from_ms < ? AND to_ms > ?',
        )
        .all(symbol, interval, to, from)
        .map((row) => ({
          range: [Number(row.from_ms), Number(row.to_ms)] as const,
          sweepId: String(row.sweep_id),
        })),
    )
  }

  /** Names a range of the scope that no sweep may touch from now on. */
  holdOut([from, to]: SweepRange, sweepId: string): void {
    const { symbols, interval } = this.#scope
    for (const symbol of symbols) {
      this.#db
        .prepare('INSERT OR IGNORE INTO holdouts VALUES (?, ?, ?, ?, ?)')
        .run(symbol, interval, from, to, sweepId)
    }
  }

  /** Lets sweeps touch every range of the scope again. */
  liftHoldouts(): void {
    const { symbols, interval } = this.#scope
    for (const symbol of symbols) {
      this.#db.prepare('DELETE FROM holdouts WHERE symbol = ? AND interval = ?').run(symbol, interval)
    }
  }

  close(): void {
    this.#db.close()
  }

  /** A condition of SQL, and its values. */
  #overlapping([from, to]: SweepRange): readonly [where: string, values: readonly (string | number)[]] {
    const { symbols, interval } = this.#scope
    const some = symbols.map(() => 'instr(symbols, ?) > 0').join(' OR ')
    return [
      `interval = ? AND from_ms < ? AND to_ms > ? AND (${some})`,
      [interval, to, from, ...symbols.map((symbol) => listed([symbol]))],
    ]
  }
}

/** Symbols as one text in which each can be found. */
function listed(symbols: readonly string[]): string {
  return symbols.map((symbol) => `|${symbol}|`).join('')
}

/** Doubles as bytes, the lowest first, as every machine that Node runs on has them. */
function bytesOf(values: Float64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

function doublesOf(bytes: Uint8Array): Float64Array {
  return new Float64Array(bytes.slice().buffer)
}
