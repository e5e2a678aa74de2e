/** Falls of equity below its peak, over bar closes. Floor 1. */
import { valueAt } from '../../model/bars.js'
import type { RunResult } from '../../model/run-result.js'
import { DAY_MS, type EpochMs } from '../../model/time.js'
import { barEnd } from './daily-marks.js'

/** One fall, from a peak to the first value that is not below it. Indices into the series. */
export interface Fall {
  /** The first value that reached the peak. */
  readonly peak: number
  /** The lowest value, the first of equals. */
  readonly valley: number
  /** Undefined while the series stays below the peak to its end. */
  readonly recovery: number | undefined
  /** 1 − valley / peak, a fraction above 0. */
  readonly depth: number
}

/** How far a series lay below its peaks so far, and what it was on average. */
export interface Falls {
  /** The deepest falls, deepest first, earlier ones first among equals. */
  readonly deepest: readonly Fall[]
  /** √mean(drawdown²) over all values, a fraction; NaN of nothing. Source: Martin and McCann, 1989. */
  readonly ulcerIndex: number
  /** Mean of the values; of equal values just that value, NaN of nothing. */
  readonly mean: number
}

/**
 * The deepest `count` falls of a series of values above 0, its Ulcer index and its mean, in one pass: the
 * sums wait for each other's digits, so what is added beside them costs nothing. The mean is counted from
 * the first value, so that rounding stays small. `onFall` sees every fall, in order of time.
 */
export function fallsOf(series: Float64Array, count: number, onFall?: (fall: Fall) => void): Falls {
  const deepest: Fall[] = []
  const n = series.length
  const start = series[0] ?? Number.NaN
  let sum = 0
  let squares = 0
  let peak = 0
  let i = 1
  while (i < n) {
    const top = valueAt(series, peak)
    const value = valueAt(series, i)
    if (value >= top) {
      if (value > top) peak = i
      sum += value - start
      i++
      continue
    }
    let valley = i
    let depth = 0
    for (; i < n; i++) {
      const value = valueAt(series, i)
      const drawdown = 1 - value / top
      if (drawdown <= 0) break
      sum += value - start
      squares += drawdown * drawdown
      if (drawdown > depth) {
        depth = drawdown
        valley = i
      }
    }
    const fall = { peak, valley, recovery: i < n ? i : undefined, depth }
    keepDeepest(deepest, fall, count)
    onFall?.(fall)
  }
  return { deepest, ulcerIndex: Math.sqrt(squares / n), mean: start + sum / n }
}

function keepDeepest(deepest: Fall[], fall: Fall, count: number): void {
  const place = deepest.findIndex((other) => other.depth < fall.depth)
  deepest.splice(place < 0 ? deepest.length : place, 0, fall)
  if (deepest.length > count) deepest.pop()
}

/** A fall of a run's equity, in time. */
export interface Drawdown {
  /** End of the first bar that reached the peak. */
  readonly peakTime: EpochMs
  /** End of the lowest bar. */
  readonly valleyTime: EpochMs
  /** End of the first bar back at the peak; undefined where the run ends below it. */
  readonly recoveryTime: EpochMs | undefined
  /** Fraction above 0. */
  readonly depth: number
  /** From the peak to the recovery, or to the end of the run, with fractions. */
  readonly days: number
}

/** A fall of the run's equity as times. */
export function toDrawdown({ bars, first, end }: RunResult, fall: Fall): Drawdown {
  const peakTime = barEnd(bars, first + fall.peak)
  const recoveryTime = fall.recovery === undefined ? undefined : barEnd(bars, first + fall.recovery)
  return {
    peakTime,
    valleyTime: barEnd(bars, first + fall.valley),
    recoveryTime,
    depth: fall.depth,
    days: ((recoveryTime ?? barEnd(bars, end - 1)) - peakTime) / DAY_MS,
  }
}
