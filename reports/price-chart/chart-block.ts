/** Bars and lines of one stretch as a block of columns; `browser/bar-block.ts` reads it. Floor 4. */
import { valueAt } from '../../engine/model/bars.js'
import { ColumnWriter } from './column-writer.js'
import { powerOf } from './decimals.js'
import type { PriceLevel } from './price-levels.js'
import type { SeriesLevel } from './series-levels.js'

/** A line of a level, and how its values become whole. */
export interface BlockLine extends SeriesLevel {
  readonly toSteps: (value: number) => number
}

/** Rows of a level that go into one block. */
export interface BlockInput {
  readonly level: PriceLevel
  /** Indices of the rows, rising. */
  readonly rows: Int32Array
  readonly priceDecimals: number | undefined
  /** Empty for a block of prices alone, without volume. */
  readonly series: readonly BlockLine[]
  readonly isFinest: boolean
}

/** The block's bytes, compressed. */
export function chartBlock({ level, rows, priceDecimals, series, isFinest }: BlockInput): Uint8Array {
  const writer = new ColumnWriter()
  writer.signed(leaps(pick(level.time, rows), level.ms))
  writePrices(writer, level, rows, priceDecimals)
  if (series.length === 0) return writer.finish()
  writer.signed(differences(pick(level.volume, rows).map(toShortFloat)))
  for (const { low, high, last, toSteps } of series) {
    const lasts = pick(last, rows).map(toSteps)
    writer.whole(withNaN(lasts))
    if (isFinest) continue
    const highs = pick(high, rows).map(toSteps)
    const lows = pick(low, rows).map(toSteps)
    writer.signed(beyond(lasts, (i, upper) => valueAt(highs, i) - upper, Math.max))
    writer.signed(beyond(lasts, (i, lower) => lower - valueAt(lows, i), Math.min))
  }
  return writer.finish()
}

/** Prices as the market moves: from close to open, to close, and how far beyond both the extremes lie. */
function writePrices(
  writer: ColumnWriter,
  level: PriceLevel,
  rows: Int32Array,
  decimals: number | undefined,
): void {
  const columns = [level.open, level.high, level.low, level.close].map((column) => pick(column, rows))
  if (decimals === undefined) {
    for (const column of columns) writer.doubles(column)
    return
  }
  const power = powerOf(decimals)
  const [open = EMPTY, high = EMPTY, low = EMPTY, close = EMPTY] = columns.map((column) =>
    column.map((price) => Math.round(price * power)),
  )
  writer.signed(open.map((price, i) => (i === 0 ? price : price - valueAt(close, i - 1))))
  writer.signed(high.map((price, i) => price - Math.max(valueAt(open, i), valueAt(close, i))))
  writer.signed(low.map((price, i) => Math.min(valueAt(open, i), valueAt(close, i)) - price))
  writer.signed(close.map((price, i) => price - valueAt(open, i)))
}

const EMPTY = new Float64Array()

function pick(column: Float64Array, rows: Int32Array): Float64Array {
  const from = rows[0] ?? 0
  const to = (rows[rows.length - 1] ?? -1) + 1
  if (to - from === rows.length) return column.slice(from, to)
  const picked = new Float64Array(rows.length)
  for (let i = 0; i < rows.length; i++) picked[i] = valueAt(column, rows[i] ?? 0)
  return picked
}

/** How far each bar opens from where the one before it ends: 0 but at gaps. The first time is not in it. */
function leaps(times: Float64Array, ms: number): Float64Array {
  return times.map((time, i) => (i === 0 ? 0 : time - valueAt(times, i - 1) - ms))
}

function differences(values: Float64Array): Float64Array {
  return values.map((value, i) => (i === 0 ? value : value - valueAt(values, i - 1)))
}

/** 0 for NaN; else the way from the last defined value, zig-zag, and 1. */
function withNaN(values: Float64Array): Float64Array {
  let before = 0
  return values.map((value) => {
    if (Number.isNaN(value)) return 0
    const step = value - before
    before = value
    return (step < 0 ? -2 * step - 1 : 2 * step) + 1
  })
}

/** How far an extreme lies beyond the way from the last value before to the last of its own bar. */
function beyond(
  lasts: Float64Array,
  distance: (i: number, end: number) => number,
  endOf: (a: number, b: number) => number,
): Float64Array {
  let before = Number.NaN
  return lasts.map((last, i) => {
    if (Number.isNaN(last)) return 0
    const end = endOf(Number.isNaN(before) ? last : before, last)
    before = last
    const away = distance(i, end)
    // An extreme too large for whole steps.
    return Number.isNaN(away) ? 0 : away
  })
}

const VIEW = new DataView(new ArrayBuffer(4))

/** The nearest float of 14 bits (five of them mantissa), as a whole number; 0 for no volume. */
function toShortFloat(volume: number): number {
  if (!(volume > 0)) return 0
  VIEW.setFloat32(0, volume)
  return Math.floor((VIEW.getUint32(0) + 0x20000) / 0x40000)
}
