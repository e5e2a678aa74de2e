/**
 * What must hold for rows to be bars: rising open times on the interval's grid, prices that make sense,
 * close times inside their bars. Gaps are no error here; `gaps.ts` finds them. Floor 3.
 */
import { BAR_FLAG, type BarColumns, type Column, OPTIONAL_FIELDS, valueAt } from '../engine/model/bars.js'
import { DataError, InvariantError } from '../engine/model/errors.js'
import {
  closeTimeOf,
  DAY_MS,
  formatTime,
  INTERVALS,
  type Interval,
  intervalMs,
  isOnGrid,
} from '../engine/model/time.js'
import type { KlineField, KlineRows } from './kline-rows.js'

const SHORTEST_MONTH = 28 * DAY_MS
const LONGEST_MONTH = 31 * DAY_MS

/**
 * Throws a DataError that names the first row that does not open later than the row before it, has a
 * price that is not above 0 or lies outside low..high, or a volume or count that is no finite number.
 */
export function checkRows(rows: KlineRows): void {
  checkOrder(rows)
  checkPrices(rows)
  for (const field of ['volume', ...OPTIONAL_FIELDS] as const) checkFinite(rows, field)
}

function checkOrder(rows: KlineRows): void {
  const openTime = columnOf(rows, 'openTime')
  for (let i = 1; i < rows.length; i++) {
    const before = valueAt(openTime, i - 1)
    const now = valueAt(openTime, i)
    if (now > before) continue
    if (now === before) {
      throw new DataError(
        `${rows.place(i)}: a bar must come once, ${formatTime(now)} is also on the line before`,
      )
    }
    const twin = openTime.subarray(0, i).indexOf(now)
    const reason =
      twin >= 0
        ? `a bar must come once, ${formatTime(now)} is also in ${rows.place(twin)}`
        : `bars must come oldest first, ${formatTime(now)} comes after ${formatTime(before)}`
    throw new DataError(`${rows.place(i)}: ${reason}`)
  }
}

function checkPrices(rows: KlineRows): void {
  const open = columnOf(rows, 'open')
  const high = columnOf(rows, 'high')
  const low = columnOf(rows, 'low')
  const close = columnOf(rows, 'close')
  for (let i = 0; i < rows.length; i++) {
    const o = valueAt(open, i)
    const h = valueAt(high, i)
    const l = valueAt(low, i)
    const c = valueAt(close, i)
    // Written so that NaN and Infinity fail too.
    if (l > 0 && l <= o && l <= c && h >= o && h >= c && h < Number.POSITIVE_INFINITY) continue
    throw new DataError(
      `${rows.place(i)}: prices must be above 0 with low <= open, close <= high, was open ${o}, high ${h}, low ${l}, close ${c}`,
    )
  }
}

function checkFinite(rows: KlineRows, field: KlineField): void {
  const column = rows.column(field)
  if (!column) return
  for (let i = 0; i < rows.length; i++) {
    const value = valueAt(column, i)
    if (value >= 0 && value < Number.POSITIVE_INFINITY) continue
    throw new DataError(`${rows.place(i)}: ${field} must be a finite number of at least 0, was ${value}`)
  }
}

/**
 * Throws a DataError that names the first row off the interval's grid, or whose close time lies outside
 * its bar; flags the bars whose close time is not their last millisecond. `reason` says in messages where
 * the interval is from. Three-day bars count from the first of the file, as Binance counts them.
 */
export function checkGrid(rows: KlineRows, bars: BarColumns, reason: string): void {
  const { interval, openTime } = bars
  const step = interval === '1M' ? undefined : intervalMs(interval)
  const closeTime = rows.column('closeTime')
  const first = valueAt(openTime, 0)
  for (let i = 0; i < rows.length; i++) {
    const time = valueAt(openTime, i)
    const isInStep = step === undefined || i === 0 ? isOnGrid(time, interval) : isMultiple(time - first, step)
    if (!isInStep) {
      throw new DataError(
        `${rows.place(i)}: a bar of ${interval} (${reason}) must open on its grid, was ${formatTime(time)}`,
      )
    }
    if (!closeTime) continue
    const close = valueAt(closeTime, i)
    const end = step === undefined ? closeTimeOf(time, interval) : time + step - 1
    if (close === end) continue
    if (!(close >= time && close <= end)) {
      throw new DataError(
        `${rows.place(i)}: the close time of a bar of ${interval} (${reason}) must be from ${formatTime(time)} to ${formatTime(end)}, was ${formatTime(close)}`,
      )
    }
    bars.flags[i] = BAR_FLAG.irregularClose
  }
}

/**
 * Leaves out the rows that are no bars of the interval: off its grid, or closing outside of themselves, as
 * archives have them around some outages. Gives their open times.
 */
export function dropOffGrid(rows: KlineRows, interval: Interval): readonly number[] {
  const openTime = columnOf(rows, 'openTime')
  const closeTime = rows.column('closeTime')
  const dropped: number[] = []
  rows.filter((row) => {
    const time = valueAt(openTime, row)
    const close = closeTime ? valueAt(closeTime, row) : time
    const isBar =
      isOnGrid(time, interval) && close >= time && (!closeTime || close <= closeTimeOf(time, interval))
    if (!isBar) dropped.push(time)
    return isBar
  })
  return dropped
}

/** Whether `span` is a whole number of steps; no quotient of times in milliseconds rounds to one. */
function isMultiple(span: number, step: number): boolean {
  return Number.isInteger(span / step)
}

/**
 * The interval whose length is the smallest step between rows, or what a single row says of itself;
 * undefined when no interval is so long.
 */
export function inferInterval(rows: KlineRows): Interval | undefined {
  const openTime = columnOf(rows, 'openTime')
  const closeTime = rows.column('closeTime')
  let step =
    closeTime && rows.length === 1
      ? valueAt(closeTime, 0) + 1 - valueAt(openTime, 0)
      : Number.POSITIVE_INFINITY
  for (let i = 1; i < rows.length; i++) {
    step = Math.min(step, valueAt(openTime, i) - valueAt(openTime, i - 1))
  }
  if (step >= SHORTEST_MONTH && step <= LONGEST_MONTH) return '1M'
  return INTERVALS.find((interval) => intervalMs(interval) === step)
}

function columnOf(rows: KlineRows, field: KlineField): Column {
  const column = rows.column(field)
  if (!column)
    throw new InvariantError(
      `${rows.file} must have a column ${field}: its parser lets no file without it through`,
    )
  return column
}
