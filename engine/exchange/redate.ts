/** Moves old bars to now: their history ends with the last whole bar before the start. Floor 3. */
import { bucketOf } from '../math/bucket.js'
import { type Bars, valueAt } from '../model/bars.js'
import { ConfigError } from '../model/errors.js'
import { nextOpenTime } from '../model/time.js'

/**
 * What is added to the bars' times so that bar `history` − 1 ends by `now`, on the grid of the interval.
 * Throws a ConfigError for months, which have no length of their own.
 */
export function shiftOf(bars: Bars, history: number, now: number): number {
  const { interval } = bars
  if (interval === '1M') {
    throw new ConfigError(
      'months cannot be moved to other dates: take --dates original, or a shorter interval',
    )
  }
  const first = valueAt(bars.openTime, 0)
  const end = history === 0 ? first : nextOpenTime(valueAt(bars.openTime, history - 1), interval)
  return bucketOf(now, interval, first) - end
}
