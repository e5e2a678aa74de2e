/** Which longer bar a moment lies in. Floor 1. */
import { DAY_MS, type Interval, intervalMs } from '../model/time.js'

/** 1970-01-05, the first Monday: weeks are counted from it. */
const FIRST_MONDAY = 4 * DAY_MS

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
