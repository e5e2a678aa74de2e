/** Commodity channel index. Floor 1. */
import { type Column, valueAt } from '../model/bars.js'
import { typicalPrice } from './bar-price.js'
import { checkPeriod, fillWarmup, type Indicator, statelessKernel } from './indicator.js'

/** Share of a price that is rounding, not movement. */
const NOISE = 1e-12

/**
 * Commodity channel index: how far the typical price lies from its mean of `period` bars, in units of
 * 0.015 mean absolute deviations. NaN for the first `period − 1` bars; 0 in a flat window, as in
 * TA-Lib, where flat is a mean deviation within 1e−12 of the price: the rounding of a typical price is
 * no move. No unit, mostly within ±200. Each bar costs `period` steps: the mean deviation has no shortcut.
 * Source: Lambert, 1980; TA-Lib: CCI, periods from 2.
 */
export function cci(period: number): Indicator<'value'> {
  const n = checkPeriod('cci', period, 2)
  return {
    kind: 'indicator',
    key: `cci(${n})`,
    sources: [typicalPrice],
    outputs: ['value'],
    warmup: n - 1,
    createKernel: () =>
      statelessKernel((inputs, outputs, from, to) => {
        const [x] = inputs as readonly [Column]
        const [out] = outputs as readonly [Column]
        for (let i = fillWarmup(outputs, from, to, n - 1); i < to; i++) {
          // Distances from the price of now: those of a flat window are exactly 0.
          const now = valueAt(x, i)
          let sum = 0
          for (let k = i - n + 1; k <= i; k++) sum += valueAt(x, k) - now
          const mean = sum / n
          let deviation = 0
          for (let k = i - n + 1; k <= i; k++) deviation += Math.abs(valueAt(x, k) - now - mean)
          out[i] = deviation <= NOISE * n * Math.abs(now) ? 0 : -mean / ((0.015 * deviation) / n)
        }
      }),
  }
}
