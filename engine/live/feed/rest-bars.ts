/** Closed bars over REST. Floor 3. */
import type { Bar } from '../../model/bars.js'
import { DataError } from '../../model/errors.js'
import { type Interval, nextOpenTime } from '../../model/time.js'
import type { PublicRest } from '../../venue/public-rest.js'
import { checkBar, closeOf } from '../../venue/stream-message.js'

/** Rows of one answer. */
const PAGE = 1000

/** Which bars: those that open from `from` to `to`, both included, and have closed before `now`. */
export interface RestRange {
  readonly symbol: string
  readonly interval: Interval
  readonly from: number
  readonly to: number
  /** The market's time. */
  readonly now: number
}

/**
 * The bars of a range, oldest first. The exchange's last row may be a bar that is still open, and nothing in it says
 * so: rows that close at `now` or later are left out. Throws a DataError for a bar that no market can make.
 */
export async function restBars(rest: PublicRest, range: RestRange): Promise<readonly Bar[]> {
  const { symbol, interval, to, now } = range
  const bars: Bar[] = []
  let from = range.from
  while (from <= to) {
    const rows = await rest.klines({ symbol, interval, startTime: from, endTime: to })
    for (const row of rows) {
      const bar = barOf(row)
      checkBar(bar, { symbol, interval, place: 'REST' })
      if (bar.openTime < from)
        throw new DataError(`${symbol}: rows of REST must rise, ${bar.openTime} came late`)
      from = nextOpenTime(bar.openTime, interval)
      if (closeOf(bar, interval) < now && bar.openTime <= to) bars.push(bar)
    }
    if (rows.length < PAGE) break
  }
  return bars
}

function barOf(row: readonly number[]): Bar {
  const [openTime, open, high, low, close, volume, , quoteVolume, tradeCount, takerVolume, takerQuoteVolume] =
    row
  const values = {
    ...{ openTime, open, high, low, close, volume },
    ...{ quoteVolume, tradeCount, takerVolume, takerQuoteVolume },
  }
  // `parseKlineRow` has given eleven numbers.
  return { ...(values as Required<typeof values> as Bar), flags: 0, origin: 'rest' }
}
