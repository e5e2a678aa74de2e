/** Bars of a longer interval from shorter ones, as Binance makes them. Floor 1. */
import {
  BAR_FLAG,
  BarColumns,
  type Bars,
  OPTIONAL_FIELDS,
  type OptionalField,
  valueAt,
} from '../model/bars.js'
import { ConfigError } from '../model/errors.js'
import { barsBetween, DAY_MS, type Interval, intervalMs, nextOpenTime } from '../model/time.js'
import { ExactSum } from './exact-sum.js'

const FIRST_MONDAY = 4 * DAY_MS
const VOLUMES = ['volume', ...OPTIONAL_FIELDS] as const

/** Whether each bar of `to` is a whole number of bars of `from`, two or more. */
export function canResample(from: Interval, to: Interval): boolean {
  if (from === '1M' || intervalMs(to) <= intervalMs(from)) return false
  // A month is whole days; weeks and three-day bars do not fit into it.
  return (to === '1M' ? DAY_MS : intervalMs(to)) % intervalMs(from) === 0
}

/**
 * Open time of the bar of `interval` that a moment lies in. Weeks open on Mondays; three-day bars are
 * counted from `anchor`, an open time of one of them, because Binance counts them from a symbol's first day.
 */
export function bucketOf(time: number, interval: Interval, anchor = 0): number {
  if (interval === '1M') {
    const day = new Date(time)
    return Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), 1)
  }
  const step = intervalMs(interval)
  const start = interval === '1w' ? FIRST_MONDAY : interval === '3d' ? anchor : 0
  return start + Math.floor((time - start) / step) * step
}

/**
 * The bars at a longer interval: first open, highest high, lowest low, last close, sums of the rest (NaN
 * where one of them is). A bar that lacks some of its shorter bars is flagged `partial`; one whose last
 * bar closes early `irregularClose`; its origin is the least original of its bars'. Where all are missing
 * there is none. Throws a ConfigError when the intervals do not fit.
 */
export function resampleBars(bars: Bars, to: Interval): BarColumns {
  if (!canResample(bars.interval, to)) {
    throw new ConfigError(`bars of ${bars.interval} must fit into longer ones, do not into ${to}`)
  }
  const optional: readonly OptionalField[] = OPTIONAL_FIELDS.filter((field) => bars[field] !== undefined)
  const ratio = Math.max(1, intervalMs(to) / intervalMs(bars.interval))
  const capacity = Math.min(bars.length, Math.ceil(bars.length / ratio) + 1)
  const target = new BarColumns({ symbol: bars.symbol, interval: to, capacity, optional })
  const sums = VOLUMES.map((field) => ({ field, sum: new ExactSum() }))
  const anchor = bars.length === 0 ? 0 : bucketOf(valueAt(bars.openTime, 0), '1d')
  let i = 0
  while (i < bars.length) {
    const openTime = bucketOf(valueAt(bars.openTime, i), to, anchor)
    const end = nextOpenTime(openTime, to)
    const first = i
    let high = valueAt(bars.high, i)
    let low = valueAt(bars.low, i)
    let flags = 0
    let origin = 0
    for (const { sum } of sums) sum.clear()
    for (; i < bars.length && valueAt(bars.openTime, i) < end; i++) {
      high = Math.max(high, valueAt(bars.high, i))
      low = Math.min(low, valueAt(bars.low, i))
      origin = Math.max(origin, valueAt(bars.origin, i))
      flags |= valueAt(bars.flags, i) & (BAR_FLAG.synthetic | BAR_FLAG.partial)
      for (const { field, sum } of sums) {
        const column = bars[field]
        if (column) sum.add(valueAt(column, i))
      }
    }
    flags |= valueAt(bars.flags, i - 1) & BAR_FLAG.irregularClose
    if (i - first < barsBetween(openTime, end, bars.interval)) flags |= BAR_FLAG.partial
    const at = target.length
    target.append({
      openTime,
      open: valueAt(bars.open, first),
      high,
      low,
      close: valueAt(bars.close, i - 1),
      volume: 0,
      flags,
    })
    target.origin[at] = origin
    for (const { field, sum } of sums) {
      const column = target[field]
      if (column) column[at] = sum.value
    }
  }
  return target
}
