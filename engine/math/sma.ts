/** Simple moving average. Floor 1. */
import { type Column, valueAt } from '../model/bars.js'
import { checkPeriod, type Indicator, type Kernel, type Source } from './indicator.js'

/**
 * Simple moving average: the mean of the last `period` values of the source.
 * NaN for the first `period − 1` values; a window that holds a NaN gives NaN. Unit: that of the source.
 * The running sum carries its rounding errors beside it (Knuth's two-sum), so that it does not drift
 * over millions of bars.
 */
export function sma(source: Source, period: number): Indicator<'value'> {
  const n = checkPeriod('sma', period)
  const warmup = source.warmup + n - 1
  return {
    kind: 'indicator',
    key: `sma(${source.key},${n})`,
    sources: [source],
    outputs: ['value'],
    warmup,
    createKernel: () => new SmaKernel(n, warmup),
  }
}

class SmaKernel implements Kernel {
  readonly #period: number
  readonly #warmup: number
  #sum = 0
  #error = 0

  constructor(period: number, warmup: number) {
    this.#period = period
    this.#warmup = warmup
  }

  run(inputs: readonly Column[], outputs: readonly Column[], from: number, to: number): void {
    const [x] = inputs as readonly [Column]
    const [out] = outputs as readonly [Column]
    const n = this.#period
    let i = from
    for (; i < to && i < this.#warmup; i++) out[i] = Number.NaN
    if (i === this.#warmup && i < to) {
      this.#sum = windowSum(x, i, n)
      out[i] = this.#sum / n
      i++
    }
    let sum = this.#sum
    let error = this.#error
    for (; i < to; i++) {
      // Not by `valueAt`: an import is looked up at each use.
      const change = (x[i] ?? Number.NaN) - (x[i - n] ?? Number.NaN)
      const next = sum + change
      const added = next - sum
      error += sum - (next - added) + (change - added)
      sum = next
      // A NaN or an overflow has no way back out of a running sum: start again from the window.
      if (sum - sum !== 0) {
        sum = windowSum(x, i, n)
        error = 0
      }
      out[i] = (sum + error) / n
    }
    this.#sum = sum
    this.#error = error
  }

  snapshot(): readonly number[] {
    return [this.#sum, this.#error]
  }

  restore(state: readonly number[]): void {
    const [sum, error] = state as readonly [number, number]
    this.#sum = sum
    this.#error = error
  }
}

/** Sum of the `n` values that end at `last`. */
function windowSum(x: Column, last: number, n: number): number {
  let sum = 0
  for (let i = last - n + 1; i <= last; i++) sum += valueAt(x, i)
  return sum
}
