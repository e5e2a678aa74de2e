/** Relative strength index. Floor 1. */
import { type Column, valueAt } from '../model/bars.js'
import { checkPeriod, fillWarmup, type Indicator, type Kernel, type Source } from './indicator.js'

/**
 * Relative strength index: `100 · gain / (gain + loss)`, both Wilder's means of the rises and the falls
 * of the source. The first, at index `period`, are means of `period` changes. NaN for the first
 * `period` values; 0 where the source has not moved since it began, as in TA-Lib. From 0 to 100.
 * Source: Wilder, New Concepts in Technical Trading Systems, 1978; TA-Lib: RSI, periods from 2.
 */
export function rsi(source: Source, period: number): Indicator<'value'> {
  const n = checkPeriod('rsi', period, 2)
  const warmup = source.warmup + n
  return {
    kind: 'indicator',
    key: `rsi(${source.key},${n})`,
    sources: [source],
    outputs: ['value'],
    warmup,
    createKernel: () => new RsiKernel(n, warmup),
  }
}

class RsiKernel implements Kernel {
  readonly #period: number
  readonly #warmup: number
  #gain = 0
  #loss = 0

  constructor(period: number, warmup: number) {
    this.#period = period
    this.#warmup = warmup
  }

  run(inputs: readonly Column[], outputs: readonly Column[], from: number, to: number): void {
    const [x] = inputs as readonly [Column]
    const [out] = outputs as readonly [Column]
    const n = this.#period
    let gain = this.#gain
    let loss = this.#loss
    let i = fillWarmup(outputs, from, to, this.#warmup)
    if (i === this.#warmup && i < to) {
      for (let k = i - n + 1; k <= i; k++) {
        const change = valueAt(x, k) - valueAt(x, k - 1)
        const size = Math.abs(change)
        gain += (size + change) / 2
        loss += (size - change) / 2
      }
      gain /= n
      loss /= n
      out[i] = strength(gain, loss)
      i++
    }
    for (; i < to; i++) {
      const change = valueAt(x, i) - valueAt(x, i - 1)
      // The larger of the change and 0, exactly, without a branch that is wrong at every second bar.
      const size = Math.abs(change)
      gain = (gain * (n - 1) + (size + change) / 2) / n
      loss = (loss * (n - 1) + (size - change) / 2) / n
      out[i] = strength(gain, loss)
    }
    this.#gain = gain
    this.#loss = loss
  }

  snapshot(): readonly number[] {
    return [this.#gain, this.#loss]
  }

  restore(state: readonly number[]): void {
    const [gain, loss] = state as readonly [number, number]
    this.#gain = gain
    this.#loss = loss
  }
}

function strength(gain: number, loss: number): number {
  const moved = gain + loss
  return moved === 0 ? 0 : 100 * (gain / moved)
}
