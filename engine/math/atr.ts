/** Average true range. Floor 1. */
import { type Column, valueAt } from '../model/bars.js'
import { checkPeriod, close, high, type Indicator, type Kernel, low } from './indicator.js'

/**
 * Average true range: Wilder's mean of the true range,
 * `TR(i) = max(high − low, |high − close(i−1)|, |low − close(i−1)|)`. The first value, at index
 * `period`, is the mean of TR(1..period); then `ATR(i) = (ATR(i−1)·(period − 1) + TR(i)) / period`.
 * NaN for the first `period` values, because the first true range needs a previous close.
 * Unit: price. Source: Wilder, New Concepts in Technical Trading Systems, 1978.
 */
export function atr(period: number): Indicator<'value'> {
  const n = checkPeriod('atr', period)
  return {
    kind: 'indicator',
    key: `atr(${n})`,
    sources: [high, low, close],
    outputs: ['value'],
    warmup: n,
    createKernel: () => new AtrKernel(n),
  }
}

class AtrKernel implements Kernel {
  readonly #period: number
  /** Sum of true ranges until the seed, the average after it. */
  #range = 0

  constructor(period: number) {
    this.#period = period
  }

  run(inputs: readonly Column[], outputs: readonly Column[], from: number, to: number): void {
    const [highs, lows, closes] = inputs as readonly [Column, Column, Column]
    const [out] = outputs as readonly [Column]
    const n = this.#period
    let range = this.#range
    let i = from
    if (i === 0 && to > 0) {
      out[0] = Number.NaN
      i = 1
    }
    for (; i < to && i < n; i++) {
      range += trueRange(highs, lows, closes, i)
      out[i] = Number.NaN
    }
    if (i === n && i < to) {
      range = (range + trueRange(highs, lows, closes, i)) / n
      out[i] = range
      i++
    }
    for (; i < to; i++) {
      range = (range * (n - 1) + trueRange(highs, lows, closes, i)) / n
      out[i] = range
    }
    this.#range = range
  }

  snapshot(): readonly number[] {
    return [this.#range]
  }

  restore(state: readonly number[]): void {
    const [range] = state as readonly [number]
    this.#range = range
  }
}

/**
 * True range of bar `i`, which is not the first, as the larger of high and previous close less the
 * smaller of low and previous close: the same bits as the largest of the three differences, which takes
 * the processor twice as long, because it cannot tell which of them it will be.
 */
export function trueRange(highs: Column, lows: Column, closes: Column, i: number): number {
  const previous = valueAt(closes, i - 1)
  return Math.max(valueAt(highs, i), previous) - Math.min(valueAt(lows, i), previous)
}
