/** Average directional index and the directional indicators. Floor 1. */
import { type Column, valueAt } from '../model/bars.js'
import { trueRange } from './atr.js'
import { checkPeriod, close, fillWarmup, high, type Indicator, type Kernel, low } from './indicator.js'

/**
 * Average directional index with the two directional indicators, all in percent. As in TA-Lib: the sums
 * of directional movement and true range are seeded with bars 1 to `period − 1` and lose a `period`-th
 * before each bar that follows; `adx` is Wilder's mean of `100 · |plusDi − minusDi| / (plusDi + minusDi)`,
 * seeded with the mean of the first `period` of them. All three begin together, after `2 · period − 1`
 * bars. 0 where nothing has moved. From 0 to 100.
 * Source: Wilder, New Concepts in Technical Trading Systems, 1978; TA-Lib: ADX, PLUS_DI, MINUS_DI,
 * periods from 2.
 */
export function adx(period: number): Indicator<'adx' | 'plusDi' | 'minusDi'> {
  const n = checkPeriod('adx', period, 2)
  return {
    kind: 'indicator',
    key: `adx(${n})`,
    sources: [high, low, close],
    outputs: ['adx', 'plusDi', 'minusDi'],
    warmup: 2 * n - 1,
    createKernel: () => new AdxKernel(n),
  }
}

class AdxKernel implements Kernel {
  readonly #period: number
  #up = 0
  #down = 0
  #range = 0
  /** Sum of directional indices until the seed, the average after it. */
  #index = 0

  constructor(period: number) {
    this.#period = period
  }

  run(inputs: readonly Column[], outputs: readonly Column[], from: number, to: number): void {
    const [highs, lows, closes] = inputs as readonly [Column, Column, Column]
    const [out, plus, minus] = outputs as readonly [Column, Column, Column]
    const n = this.#period
    const seed = 2 * n - 1
    fillWarmup(outputs, from, to, seed)
    let up = this.#up
    let down = this.#down
    let range = this.#range
    let index = this.#index
    for (let i = Math.max(from, 1); i < to; i++) {
      if (i >= n) {
        up -= up / n
        down -= down / n
        range -= range / n
      }
      const rise = valueAt(highs, i) - valueAt(highs, i - 1)
      const fall = valueAt(lows, i - 1) - valueAt(lows, i)
      if (rise > fall && rise > 0) up += rise
      else if (fall > rise && fall > 0) down += fall
      range += trueRange(highs, lows, closes, i)
      if (i < n) continue
      const plusDi = range === 0 ? 0 : 100 * (up / range)
      const minusDi = range === 0 ? 0 : 100 * (down / range)
      const sum = plusDi + minusDi
      // Bars without direction leave the average as it is.
      if (sum !== 0) {
        const directional = 100 * (Math.abs(plusDi - minusDi) / sum)
        index = i <= seed ? index + directional : (index * (n - 1) + directional) / n
      }
      if (i < seed) continue
      if (i === seed) index /= n
      out[i] = index
      plus[i] = plusDi
      minus[i] = minusDi
    }
    this.#up = up
    this.#down = down
    this.#range = range
    this.#index = index
  }

  snapshot(): readonly number[] {
    return [this.#up, this.#down, this.#range, this.#index]
  }

  restore(state: readonly number[]): void {
    const [up, down, range, index] = state as readonly [number, number, number, number]
    this.#up = up
    this.#down = down
    this.#range = range
    this.#index = index
  }
}
