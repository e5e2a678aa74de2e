/**
 * The rows of one file as they were read: columns that know their lines, but no symbol or interval
 * yet, and nothing checked but that each cell is a number. Floor 3.
 */
import {
  BarColumns,
  type Column,
  FIELDS,
  newColumn,
  OPTIONAL_FIELDS,
  ORIGINS,
  type Origin,
} from '../engine/model/bars.js'
import type { Interval } from '../engine/model/time.js'

/** The columns of Binance's klines that mean something, in their order; `ignore` comes behind them. */
export const KLINE_FIELDS = ['openTime', ...FIELDS, 'closeTime', ...OPTIONAL_FIELDS] as const

/** Name of a column of Binance's klines. */
export type KlineField = (typeof KLINE_FIELDS)[number]

const MIN_CAPACITY = 4096
/** More is only believed once it is read. */
const MAX_CAPACITY = 4_194_304

/** Columns of numbers that grow while a file is read. Times are UTC milliseconds. */
export class KlineRows {
  /** Name of the file as messages show it. */
  readonly file: string
  /** Of all rows; some files say it in each, so that it is known at their end. */
  origin: Origin
  length = 0
  readonly #columns = new Map<KlineField, Column>()
  #lineOf: (row: number) => number
  #capacity: number

  constructor({
    file,
    fields,
    origin,
    lineOf,
    capacity = MIN_CAPACITY,
  }: {
    readonly file: string
    readonly fields: readonly KlineField[]
    readonly origin: Origin
    /** Line of the file, from 1, on which a row stands. */
    readonly lineOf: (row: number) => number
    /** Rows that are expected. What nothing is written to costs no memory, what must grow costs time. */
    readonly capacity?: number
  }) {
    this.file = file
    this.origin = origin
    this.#lineOf = lineOf
    this.#capacity = Math.min(MAX_CAPACITY, Math.max(MIN_CAPACITY, capacity))
    for (const field of fields) this.#columns.set(field, newColumn(this.#capacity))
  }

  /** Rows that fit before `grow` is due. */
  get capacity(): number {
    return this.#capacity
  }

  /** A column, longer than `length`; undefined where the file lacks it. It moves when the rows grow. */
  column(field: KlineField): Column | undefined {
    return this.#columns.get(field)
  }

  /** Forgets a column that turned out to be empty. */
  drop(field: KlineField): void {
    this.#columns.delete(field)
  }

  /** Makes room for twice as many rows. */
  grow(): void {
    this.#capacity *= 2
    for (const [field, column] of this.#columns) {
      const wider = newColumn(this.#capacity)
      wider.set(column)
      this.#columns.set(field, wider)
    }
  }

  /** Leaves out the rows that `isKept` refuses; gives how many that were. */
  filter(isKept: (row: number) => boolean): number {
    const kept: number[] = []
    for (let row = 0; row < this.length; row++) if (isKept(row)) kept.push(row)
    const dropped = this.length - kept.length
    if (dropped === 0) return 0
    for (const column of this.#columns.values()) {
      for (const [to, from] of kept.entries()) column[to] = column[from] ?? Number.NaN
    }
    const lineOf = this.#lineOf
    this.#lineOf = (row) => lineOf(kept[row] ?? row)
    this.length = kept.length
    return dropped
  }

  /** Where a row stands, for messages: `BTCUSDT-1h.csv line 7`. */
  place(row: number): string {
    return `${this.file} line ${this.#lineOf(row)}`
  }

  /** The rows as bars on the same memory, with flags 0; the rows must not grow afterwards. */
  toBars({ symbol, interval }: { readonly symbol: string; readonly interval: Interval }): BarColumns {
    const bars = new BarColumns({ symbol, interval, capacity: 0 })
    const missing = (): Column => newColumn(this.#capacity).fill(Number.NaN)
    bars.openTime = this.column('openTime') ?? missing()
    for (const field of FIELDS) bars[field] = this.column(field) ?? missing()
    for (const field of OPTIONAL_FIELDS) bars[field] = this.column(field)
    bars.flags = new Uint8Array(new SharedArrayBuffer(this.#capacity))
    bars.origin = new Uint8Array(new SharedArrayBuffer(this.#capacity)).fill(ORIGINS.indexOf(this.origin))
    bars.length = this.length
    return bars
  }
}
