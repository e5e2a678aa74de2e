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

const LONGER = ['1m', '5m', '15m', '1h', '4h', '1d', '1w'] as const satisfies readonly Interval[]

/** 1970-01-05, the first Monday: weeks are counted from it. */
const FIRST_MONDAY = 4 * DAY_MS

/** Start of the bar of length `ms` that a time lies in. */
export function startOfBar(time: number, ms: number): number {
  const origin = ms === intervalMs('1w') ? FIRST_MONDAY : 0
  return Math.floor((time - origin) / ms) * ms + origin
}

/**
 * All levels of bars `first` (included) to `end` (excluded), the finest first: the run's own interval,
 * then those of 1m, 5m, 15m, 1h, 4h, 1d, 1w that are whole multiples of it.
 */
export function priceLevels(bars: Bars, first: number, end: number): readonly PriceLevel[] {
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
  const starts = startsOf(finer.time, ms)
  const n = starts.length - 1
  const column = () => new Float64Array(n)
  const level = { time: column(), open: column(), high: column(), low: column(), close: column() }
  const volume = column()
  const { high: highs, low: lows, volume: volumes } = finer
  for (let k = 0; k < n; k++) {
    const from = starts[k] ?? 0
    const to = starts[k + 1] ?? 0
    let high = valueAt(highs, from)
    let low = valueAt(lows, from)
    let sum = Number.NaN
    for (let i = from; i < to; i++) {
      // Without a branch, which would be mispredicted in every other bar.
      high = Math.max(high, valueAt(highs, i))
      low = Math.min(low, valueAt(lows, i))
      const traded = valueAt(volumes, i)
      if (traded >= 0) sum = sum >= 0 ? sum + traded : traded
    }
    level.time[k] = startOfBar(valueAt(finer.time, from), ms)
    level.open[k] = valueAt(finer.open, from)
    level.high[k] = high
    level.low[k] = low
    level.close[k] = valueAt(finer.close, to - 1)
    volume[k] = sum
  }
  return { name, ms, ...level, volume, starts }
}

function startsOf(times: Float64Array, ms: number): Int32Array {
  const starts = new Int32Array(times.length + 1)
  let n = 0
  let next = Number.NEGATIVE_INFINITY
  for (let i = 0; i < times.length; i++) {
    const time = valueAt(times, i)
    if (time < next) continue
    next = startOfBar(time, ms) + ms
    starts[n++] = i
  }
  starts[n] = times.length
  return starts.subarray(0, n + 1)
}
