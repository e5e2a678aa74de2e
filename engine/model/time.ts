/**
 * Time as the market keeps it: UTC milliseconds, and the intervals of Binance's bars.
 * Floor 0. Nothing here reads a clock.
 */

declare const epochMs: unique symbol

/** A moment in UTC milliseconds since 1970-01-01; a safe integer. Made by `toEpochMs` only. */
export type EpochMs = number & { readonly [epochMs]: true }

/** The intervals of Binance Spot's klines, shortest first. `1M` is a calendar month. */
export const INTERVALS = [
  '1s',
  '1m',
  '3m',
  '5m',
  '15m',
  '30m',
  '1h',
  '2h',
  '4h',
  '6h',
  '8h',
  '12h',
  '1d',
  '3d',
  '1w',
  '1M',
] as const

/** One of Binance Spot's kline intervals. */
export type Interval = (typeof INTERVALS)[number]

/** Milliseconds of a UTC day. */
export const DAY_MS = 86_400_000

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const WEEK_MS = 7 * DAY_MS

/** 1970-01-05, the first Monday: weeks are counted from it. */
const FIRST_MONDAY = 4 * DAY_MS

/** Brands a number as a moment. Throws a RangeError when it is no safe integer. */
export function toEpochMs(value: number): EpochMs {
  if (!Number.isSafeInteger(value)) throw new RangeError(`a time must be whole milliseconds, was ${value}`)
  return value as EpochMs
}

/** Whether the text is one of Binance's intervals. */
export function isInterval(text: string): text is Interval {
  return (INTERVALS as readonly string[]).includes(text)
}

const LENGTH_MS: Readonly<Record<Interval, number>> = {
  '1s': SECOND_MS,
  '1m': MINUTE_MS,
  '3m': 3 * MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  '30m': 30 * MINUTE_MS,
  '1h': HOUR_MS,
  '2h': 2 * HOUR_MS,
  '4h': 4 * HOUR_MS,
  '6h': 6 * HOUR_MS,
  '8h': 8 * HOUR_MS,
  '12h': 12 * HOUR_MS,
  '1d': DAY_MS,
  '3d': 3 * DAY_MS,
  '1w': WEEK_MS,
  '1M': 30 * DAY_MS,
}

/**
 * Nominal length of an interval in milliseconds.
 * A month has none of its own: 30 days stand for it where only a scale is asked for.
 */
export function intervalMs(interval: Interval): number {
  return LENGTH_MS[interval]
}

/** Open time of the bar after the one that opens at `openTime`. */
export function nextOpenTime(openTime: number, interval: Interval): number {
  if (interval !== '1M') return openTime + intervalMs(interval)
  const day = new Date(openTime)
  return Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 1)
}

/** Last millisecond of the bar that opens at `openTime`. */
export function closeTimeOf(openTime: number, interval: Interval): EpochMs {
  return toEpochMs(nextOpenTime(openTime, interval) - 1)
}

/**
 * Whether a bar of the interval may open at this time: weeks open on Mondays, months on the first.
 * Binance counts three-day bars from a symbol's first day, so for `3d` any UTC midnight will do.
 */
export function isOnGrid(openTime: number, interval: Interval): boolean {
  if (interval === '1M') {
    const day = new Date(openTime)
    return openTime % DAY_MS === 0 && day.getUTCDate() === 1
  }
  if (interval === '3d') return openTime % DAY_MS === 0
  if (interval === '1w') return (openTime - FIRST_MONDAY) % WEEK_MS === 0
  return openTime % intervalMs(interval) === 0
}

/** How many bars of the interval lie between two open times, the first counted; 0 when they are equal. */
export function barsBetween(first: number, second: number, interval: Interval): number {
  if (interval !== '1M') return (second - first) / intervalMs(interval)
  const a = new Date(first)
  const b = new Date(second)
  return (b.getUTCFullYear() - a.getUTCFullYear()) * 12 + b.getUTCMonth() - a.getUTCMonth()
}

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?)?(Z|[+-]\d{2}:\d{2})?$/

/**
 * Reads an ISO 8601 date or time; without an offset it is UTC, whatever the machine's time zone.
 * Undefined when the text is no such time (`2024-02-30` is none).
 */
export function parseTime(text: string): EpochMs | undefined {
  const match = ISO.exec(text)
  if (!match) return undefined
  const part = (i: number) => Number(match[i] ?? 0)
  const ms = Number((match[7] ?? '0').padEnd(3, '0'))
  const utc = Date.UTC(part(1), part(2) - 1, part(3), part(4), part(5), part(6), ms)
  const same = new Date(utc)
  const isReal =
    same.getUTCMonth() === part(2) - 1 &&
    same.getUTCDate() === part(3) &&
    part(4) < 24 &&
    part(5) < 60 &&
    part(6) < 60
  if (!isReal) return undefined
  return toEpochMs(utc - offsetMs(match[8]))
}

function offsetMs(offset: string | undefined): number {
  if (offset === undefined || offset === 'Z') return 0
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6))
  return (offset[0] === '-' ? -1 : 1) * minutes * 60_000
}

/** A moment as `2024-01-01T00:00:00.000Z`. */
export function formatTime(time: number): string {
  return new Date(time).toISOString()
}
