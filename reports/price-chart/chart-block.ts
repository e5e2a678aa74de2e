/** Bars and lines of one stretch as a block of columns; `browser/bar-block.ts` reads it. Floor 4. */
import { valueAt } from '../../engine/model/bars.js'
import { ColumnWriter } from './column-writer.js'
import { powerOf } from './decimals.js'
import type { ToSteps } from './line-values.js'
import type { PriceLevel } from './price-levels.js'
import type { SeriesLevel } from './series-levels.js'

/** A line of a level, and how its values become whole. */
export interface BlockLine extends SeriesLevel {
  readonly toSteps: ToSteps
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
  writer.signed(leaps(pickRows(level.time, rows), level.ms))
  writePrices(writer, level, rows, priceDecimals)
  if (series.length === 0) return writer.finish()
  writer.signed(differences(shortFloats(pickRows(level.volume, rows))))
  for (const { low, high, last, toSteps } of series) {
    const lasts = mapped(pickRows(last, rows), toSteps)
    writer.whole(withNaN(lasts))
    if (isFinest) continue
    const highs = mapped(pickRows(high, rows), toSteps)
    const lows = mapped(pickRows(low, rows), toSteps)
    writer.signed(beyond(lasts, highs, 1))
    writer.signed(beyond(lasts, lows, -1))
  }
  return writer.finish()
}

/**
 * Prices as the market moves: from close to open, to close, and how far beyond both the extremes lie. Written
 * out, as all loops here: `map` with a function takes five times as long, half of the time of a page.
 */
function writePrices(
  writer: ColumnWriter,
  level: PriceLevel,
  rows: Int32Array,
  decimals: number | undefined,
): void {
  const open = pickRows(level.open, rows)
  const high = pickRows(level.high, rows)
  const low = pickRows(level.low, rows)
  const close = pickRows(level.close, rows)
  if (decimals === undefined) {
    for (const column of [open, high, low, close]) writer.doubles(column)
    return
  }
  const power = powerOf(decimals)
  let before = 0
  for (let i = 0; i < open.length; i++) {
    const first = Math.round(valueAt(open, i) * power)
    const last = Math.round(valueAt(close, i) * power)
    open[i] = first - before
    high[i] = Math.round(valueAt(high, i) * power) - Math.max(first, last)
    low[i] = Math.min(first, last) - Math.round(valueAt(low, i) * power)
    close[i] = last - first
    before = last
  }
  for (const column of [open, high, low, close]) writer.signed(column)
}

/** A column's values at the rows, in an array of their own. */
export function pickRows(column: Float64Array, rows: Int32Array): Float64Array {
  const from = rows[0] ?? 0
  const to = (rows[rows.length - 1] ?? -1) + 1
  if (to - from === rows.length) return column.slice(from, to)
  const picked = new Float64Array(rows.length)
  for (let i = 0; i < rows.length; i++) picked[i] = valueAt(column, rows[i] ?? 0)
  return picked
}

/** Changes the values themselves, and gives them back. */
function mapped(values: Float64Array, change: (value: number) => number): Float64Array {
  for (let i = 0; i < values.length; i++) values[i] = change(valueAt(values, i))
  return values
}

/** How far each bar opens from where the one before it ends: 0 but at gaps. The first time is not in it. */
function leaps(times: Float64Array, ms: number): Float64Array {
  const leaps = new Float64Array(times.length)
  for (let i = 1; i < times.length; i++) leaps[i] = valueAt(times, i) - valueAt(times, i - 1) - ms
  return leaps
}

/** Each value less the one before it, the first as it is. */
export function differences(values: Float64Array): Float64Array {
  const steps = new Float64Array(values.length)
  let before = 0
  for (let i = 0; i < values.length; i++) {
    const value = valueAt(values, i)
    steps[i] = value - before
    before = value
  }
  return steps
}

/** 0 for NaN; else the way from the last defined value, zig-zag, and 1. */
function withNaN(values: Float64Array): Float64Array {
  const codes = new Float64Array(values.length)
  let before = 0
  for (let i = 0; i < values.length; i++) {
    const value = valueAt(values, i)
    if (Number.isNaN(value)) continue
    const step = value - before
    before = value
    codes[i] = (step < 0 ? -2 * step - 1 : 2 * step) + 1
  }
  return codes
}

/**
 * How far the extremes lie beyond the way from the last value before to the last of their own bar: the highest
 * with sign 1, the lowest with −1. 0 where one is too large for whole steps.
 */
function beyond(lasts: Float64Array, extremes: Float64Array, sign: 1 | -1): Float64Array {
  const distances = new Float64Array(lasts.length)
  let before = Number.NaN
  for (let i = 0; i < lasts.length; i++) {
    const last = valueAt(lasts, i)
    if (Number.isNaN(last)) continue
    const other = Number.isNaN(before) ? last : before
    const end = sign === 1 ? Math.max(other, last) : Math.min(other, last)
    before = last
    const away = sign === 1 ? valueAt(extremes, i) - end : end - valueAt(extremes, i)
    if (!Number.isNaN(away)) distances[i] = away
  }
  return distances
}

/**
 * Changes volumes to the nearest floats of 14 bits (five of them mantissa), as whole numbers; 0 for no volume. All at
 * once: the bits of a float are read from the array of all of them.
 */
function shortFloats(volumes: Float64Array): Float64Array {
  const floats = Float32Array.from(volumes)
  const bits = new Uint32Array(floats.buffer)
  for (let i = 0; i < volumes.length; i++) {
    volumes[i] = valueAt(volumes, i) > 0 ? Math.floor(((bits[i] ?? 0) + 0x20000) / 0x40000) : 0
  }
  return volumes
}
