/** What equity did in each hour of the week, UTC. Floor 1. */
import { valueAt } from '../../model/bars.js'
import type { RunResult } from '../../model/run-result.js'
import { intervalMs } from '../../model/time.js'

const HOUR_MS = 3_600_000
const HOURS_PER_DAY = 24

/** 1970-01-01 was a Thursday: so many hours after a Monday's midnight. */
const EPOCH_HOUR = 3 * HOURS_PER_DAY

/** One hour of the week. */
export interface HourOfWeek {
  /** 0 is Monday. */
  readonly weekday: number
  readonly hour: number
  /** Hours that were counted. */
  readonly count: number
  /** Mean simple return of equity over them, a fraction; NaN of none. */
  readonly mean: number
}

/**
 * The 168 hours of the week, from Monday 00:00; an hour's return is from the last close before it to its
 * own last close. Hours without a bar, and the run's first, are not counted. Empty for bars longer than an hour.
 */
export function hourlyProfile({ bars, first, end, equity }: RunResult): readonly HourOfWeek[] {
  if (intervalMs(bars.interval) > HOUR_MS) return []
  const sums = new Float64Array(7 * HOURS_PER_DAY)
  const counts = new Float64Array(7 * HOURS_PER_DAY)
  let mark = Number.NaN
  for (let i = first; i < end; ) {
    const hour = Math.floor(valueAt(bars.openTime, i) / HOUR_MS)
    const next = (hour + 1) * HOUR_MS
    while (i < end && valueAt(bars.openTime, i) < next) i++
    const worth = valueAt(equity, i - 1 - first)
    if (!Number.isNaN(mark)) {
      const slot = (hour + EPOCH_HOUR) % sums.length
      sums[slot] = valueAt(sums, slot) + (worth / mark - 1)
      counts[slot] = valueAt(counts, slot) + 1
    }
    mark = worth
  }
  return Array.from(sums, (sum, slot) => ({
    weekday: Math.floor(slot / HOURS_PER_DAY),
    hour: slot % HOURS_PER_DAY,
    count: valueAt(counts, slot),
    mean: sum / valueAt(counts, slot),
  }))
}
