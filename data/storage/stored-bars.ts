/** Bars as the store keeps them: with the close times that are not the end of their interval. Floor 3. */
import {
  BAR_FLAG,
  BarColumns,
  type Bars,
  byteAt,
  FIELDS,
  OPTIONAL_FIELDS,
  type OptionalField,
  ORIGINS,
  type Origin,
  valueAt,
} from '../../engine/model/bars.js'
import { copyBars } from '../copy-bars.js'
import type { Series } from './store-manifest.js'

/** Bars and their irregular close times. */
export interface StoredBars {
  readonly bars: BarColumns
  /** Open time → close time of the bars flagged `irregularClose`; all others close with their interval. */
  readonly closeTimes: ReadonlyMap<number, number>
}

/** Bars to write: open times rise on the interval's grid, each bar says its origin. */
export interface StoreRows {
  readonly bars: Bars
  /** Open time → close time of every bar that is flagged `irregularClose`. */
  readonly closeTimes?: ReadonlyMap<number, number>
  /** Where a bar stands, for messages. */
  readonly place?: (row: number) => string
}

/** Room for `length` bars with all columns. */
export function newStoredColumns({ symbol, interval }: Series, length: number): BarColumns {
  const bars = new BarColumns({ symbol, interval, capacity: length, optional: OPTIONAL_FIELDS })
  bars.length = length
  return bars
}

/** Bars `from` (included) to `to` (excluded), as a copy. */
export function sliceStored(
  rows: Pick<StoreRows, 'bars' | 'closeTimes'>,
  from: number,
  to: number,
): StoredBars {
  const { bars } = rows
  const optional = OPTIONAL_FIELDS.filter((field) => bars[field] !== undefined)
  const copy = new BarColumns({
    symbol: bars.symbol,
    interval: bars.interval,
    capacity: to - from,
    optional,
  })
  copyBars(bars, copy, from, to)
  return { bars: copy, closeTimes: closeTimesOf(copy, rows.closeTimes ?? new Map()) }
}

/** The entries of those bars that are flagged. */
export function closeTimesOf(bars: Bars, all: ReadonlyMap<number, number>): ReadonlyMap<number, number> {
  const own = new Map<number, number>()
  if (all.size === 0) return own
  for (let i = 0; i < bars.length; i++) {
    if ((byteAt(bars.flags, i) & BAR_FLAG.irregularClose) === 0) continue
    const time = valueAt(bars.openTime, i)
    const close = all.get(time)
    if (close !== undefined) own.set(time, close)
  }
  return own
}

/** The optional columns in which at least one bar has a value. */
export function filledColumns(bars: Bars): readonly OptionalField[] {
  return OPTIONAL_FIELDS.filter((field) => {
    const column = bars[field]
    return column?.subarray(0, bars.length).some((value) => !Number.isNaN(value)) === true
  })
}

/** How many bars are of each origin; origins without bars are absent. */
export function countOrigins(bars: Bars): Readonly<Partial<Record<Origin, number>>> {
  const counts = new Float64Array(ORIGINS.length)
  for (let i = 0; i < bars.length; i++) {
    const origin = byteAt(bars.origin, i)
    counts[origin] = valueAt(counts, origin) + 1
  }
  return Object.fromEntries(ORIGINS.flatMap((origin, i) => (counts[i] ? [[origin, counts[i]] as const] : [])))
}

/** Values of a bar that two sources must agree about. */
export const STORED_VALUES = [...FIELDS, ...OPTIONAL_FIELDS] as const

/** `2024-01`: the month of an open time. */
export function monthOf(time: number): string {
  return new Date(time).toISOString().slice(0, 7)
}

/** First moment of the month behind that of the time. */
export function nextMonth(time: number): number {
  const day = new Date(time)
  return Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 1)
}
