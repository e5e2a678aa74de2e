/** Bars joined into longer ones, level upon level, so that a chart of any span draws a few hundred. Floor 4. */
import { type Bars, valueAt } from '../../engine/model/bars.js'
import { DAY_MS, type Interval, intervalMs } from '../../engine/model/time.js'

/** Bars of one length: the run's own, or joined ones. Columns of one length, oldest first. */
export interface PriceLevel {
  readonly name: string
  /** Nominal length of a bar. */
  readonly ms: number
  /** UTC milliseconds of each bar's beginning; times without a bar are left out. */
  readonly time: Float64Array
  readonly open: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array
  /** Sum of what is known; NaN where no bar says it. */
  readonly volume: Float64Array
  /** Where each bar begins in the next finer level, and at the end that level's length; undefined for the finest. */
  readonly starts: Int32Array | undefined
}

/** What levels are made of. */
export type LevelBars = Pick<Bars, 'interval' | 'openTime' | 'open' | 'high' | 'low' | 'close' | 'volume'>

const LONGER = ['1m', '5m', '15m', '1h', '4h', '1d', '1w'] as const satisfies readonly Interval[]

/** 1970-01-05, the first Monday: weeks are counted from it. */
const FIRST_MONDAY = 4 * DAY_MS

const WEEK_MS = intervalMs('1w')

/** Start of the bar of length `ms` that a time lies in. */
export function startOfBar(time: number, ms: number): number {
  const origin = ms === WEEK_MS ? FIRST_MONDAY : 0
  return Math.floor((time - origin) / ms) * ms + origin
}

/**
 * All levels of bars `first` (included) to `end` (excluded), the finest first: the run's own interval,
 * then those of 1m, 5m, 15m, 1h, 4h, 1d, 1w that are whole multiples of it.
 */
export function priceLevels(bars: LevelBars, first: number, end: number): readonly PriceLevel[] {
  const own = intervalMs(bars.interval)
  const levels: PriceLevel[] = [
    {
      name: bars.interval,
      ms: own,
      time: bars.openTime.subarray(first, end),
      open: bars.open.subarray(first, end),
      high: bars.high.subarray(first, end),
      low: bars.low.subarray(first, end),
      close: bars.close.subarray(first, end),
      volume: bars.volume.subarray(first, end),
      starts: undefined,
    },
  ]
  let finest = levels[0]
  for (const name of LONGER) {
    const ms = intervalMs(name)
    if (finest === undefined || ms <= own || ms % own !== 0 || bars.interval === '1M') continue
    finest = join(finest, name, ms)
    levels.push(finest)
  }
  return levels
}

function join(finer: PriceLevel, name: string, ms: number): PriceLevel {
  const starts = startsOf(finer, ms)
  const n = starts.length - 1
  const column = () => new Float64Array(n)
  const [time, open, high, low, close, volume] = [column(), column(), column(), column(), column(), column()]
  const { time: times, open: opens, high: highs, low: lows, close: closes, volume: volumes } = finer
  for (let k = 0; k < n; k++) {
    const from = starts[k] ?? 0
    time[k] = startOfBar(valueAt(times, from), ms)
    open[k] = valueAt(opens, from)
    close[k] = valueAt(closes, (starts[k + 1] ?? 0) - 1)
  }
  for (let k = 0; k < n; k++) {
    const from = starts[k] ?? 0
    const to = starts[k + 1] ?? 0
    let highest = valueAt(highs, from)
    let lowest = valueAt(lows, from)
    let sum = Number.NaN
    for (let i = from; i < to; i++) {
      // Without a branch, which would be mispredicted in every other bar.
      highest = Math.max(highest, valueAt(highs, i))
      lowest = Math.min(lowest, valueAt(lows, i))
      const traded = valueAt(volumes, i)
      if (traded >= 0) sum = sum >= 0 ? sum + traded : traded
    }
    high[k] = highest
    low[k] = lowest
    volume[k] = sum
  }
  return { name, ms, time, open, high, low, close, volume, starts }
}

/** Where each bar of length `ms` begins among finer ones, and their number at the end. */
function startsOf({ time, ms: own }: PriceLevel, ms: number): Int32Array {
  const n = time.length
  const starts = new Int32Array(
    Math.min(n, Math.ceil((valueAt(time, n - 1) - valueAt(time, 0)) / ms) + 1) + 1,
  )
  let count = 0
  let i = 0
  // Without a gap counting is enough: the times of 4 million bars need not be read.
  if (valueAt(time, n - 1) - valueAt(time, 0) === (n - 1) * own) {
    const next = startOfBar(valueAt(time, 0), ms) + ms
    starts[count++] = 0
    for (i = Math.ceil((next - valueAt(time, 0)) / own); i < n; i += ms / own) starts[count++] = i
  }
  while (i < n) {
    const next = startOfBar(valueAt(time, i), ms) + ms
    starts[count++] = i
    while (i < n && valueAt(time, i) < next) i++
  }
  starts[count] = n
  return starts.subarray(0, count + 1)
}
