/** Exponential moving average. Floor 1. */
import { type Column, valueAt } from '../model/bars.js'
import { checkPeriod, type Indicator, type Kernel, type Source } from './indicator.js'

/**
 * Exponential moving average with weight 2 / (period + 1), seeded by the mean of the first `period`
 * values, as TA-Lib does. NaN for the first `period − 1` values. Unit: that of the source.
 */
export function ema(source: Source, period: number): Indicator<'value'> {
  const n = checkPeriod('ema', period)
  const warmup = source.warmup + n - 1
  return {
    kind: 'indicator',
    key: `ema(${source.key},${n})`,
    sources: [source],
    outputs: ['value'],
    warmup,
    createKernel: () => new EmaKernel(n, warmup),
  }
}

class EmaKernel implements Kernel {
  readonly #period: number
  readonly #warmup: number
  #mean = 0

  constructor(period: number, warmup: number) {
    this.#period = period
    this.#warmup = warmup
  }

  run(inputs: readonly Column[], outputs: readonly Column[], from: number, to: number): void {
    const [x] = inputs as readonly [Column]
    const [out] = outputs as readonly [Column]
    const weight = 2 / (this.#period + 1)
    let mean = this.#mean
    let i = from
    for (; i < to && i < this.#warmup; i++) out[i] = Number.NaN
    if (i === this.#warmup && i < to) {
      let sum = 0
      for (let k = i - this.#period + 1; k <= i; k++) sum += valueAt(x, k)
      mean = sum / this.#period
      out[i] = mean
      i++
    }
    for (; i < to; i++) {
      mean = (valueAt(x, i) - mean) * weight + mean
      out[i] = mean
    }
    this.#mean = mean
  }

  snapshot(): readonly number[] {
    return [this.#mean]
  }

  restore(state: readonly number[]): void {
    const [mean] = state as readonly [number]
    this.#mean = mean
  }
}
