/**
 * What a run, and its market, were worth at each UTC midnight: the series behind every daily number.
 * Floor 1.
 */
import { type Bars, openTimeAt, valueAt } from '../../model/bars.js'
import { toNumber } from '../../model/money.js'
import type { RunResult } from '../../model/run-result.js'
import { DAY_MS, type EpochMs, intervalMs, nextOpenTime, toEpochMs } from '../../model/time.js'

/** Marks at midnights, oldest first, a day apart; the three have one length, 0 for a run within a day. */
export interface DailyMarks {
  /** 00:00 UTC each. */
  readonly times: readonly EpochMs[]
  /** Equity after the last bar that ended by then, in quote; the starting cash before any has ended. */
  readonly equity: Float64Array
  /** Close of that bar; the first open before any has ended. */
  readonly close: Float64Array
}

/**
 * Marks from the first midnight at or after the first open time to the last one not after the end.
 * A day without a bar keeps the marks of the day before.
 */
export function dailyMarks(result: RunResult): DailyMarks {
  const { bars, first, end, rules, settings } = result
  const times = midnightsOf(result)
  const equity = new Float64Array(times.length)
  const close = new Float64Array(times.length)
  let before = first
  times.forEach((time, i) => {
    const ended = endedBars({ bars, first: before, end, time })
    before = ended
    equity[i] =
      ended === first
        ? toNumber(settings.cash, rules.priceScale * rules.quantityScale)
        : valueAt(result.equity, ended - 1 - first)
    close[i] = ended === first ? valueAt(bars.open, first) : valueAt(bars.close, ended - 1)
  })
  return { times, equity, close }
}

/** Simple returns from mark to mark, fractions: one fewer than marks, none of no mark. */
export function returnsOf(marks: Float64Array): Float64Array {
  return marks.subarray(1).map((mark, i) => mark / valueAt(marks, i) - 1)
}

/** The end of bar `i`: its open time plus the interval. */
export function barEnd(bars: Bars, i: number): EpochMs {
  return toEpochMs(nextOpenTime(openTimeAt(bars, i), bars.interval))
}

/** Each 00:00 UTC from the first open time to the end of the last bar, both included. */
export function midnightsOf({ bars, first, end }: RunResult): EpochMs[] {
  const times: EpochMs[] = []
  const last = barEnd(bars, end - 1)
  for (let time = Math.ceil(openTimeAt(bars, first) / DAY_MS) * DAY_MS; time <= last; time += DAY_MS) {
    times.push(toEpochMs(time))
  }
  return times
}

/**
 * Index behind the last bar of `first`..`end` that has ended by `time`; `first` when none has. It looks first
 * where that bar would be if none were missing: through millions of bars, day by day, a search costs more.
 */
export function endedBars({
  bars,
  first,
  end,
  time,
}: {
  readonly bars: Bars
  readonly first: number
  readonly end: number
  readonly time: number
}): number {
  const { interval, openTime } = bars
  let low = first
  let high = end
  if (first < end) {
    const guess = first + Math.floor((time - valueAt(openTime, first)) / intervalMs(interval))
    if (guess > first && guess < end && hasEnded(bars, guess - 1, time)) {
      if (!hasEnded(bars, guess, time)) return guess
      low = guess
    }
  }
  while (low < high) {
    const middle = (low + high) >>> 1
    if (hasEnded(bars, middle, time)) low = middle + 1
    else high = middle
  }
  return low
}

function hasEnded({ openTime, interval }: Bars, i: number, time: number): boolean {
  return nextOpenTime(valueAt(openTime, i), interval) <= time
}
