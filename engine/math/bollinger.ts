/** Bollinger bands. Floor 1. */
import { type Column, valueAt } from '../model/bars.js'
import { checkPeriod, checkPositive, type Indicator, type Source, statelessKernel } from './indicator.js'
import { sma } from './sma.js'
import { standardDeviation } from './standard-deviation.js'

/**
 * Bollinger bands: the moving average of `period` values, and `width` population standard deviations
 * above and below it. NaN for the first `period − 1` values; in a flat window all three are the same.
 * Unit: that of the source. TA-Lib: BBANDS with equal widths and a simple average.
 */
export function bollinger(
  source: Source,
  period: number,
  width: number,
): Indicator<'upper' | 'middle' | 'lower'> {
  const n = checkPeriod('bollinger', period)
  const k = checkPositive('bollinger', 'width', width)
  return {
    kind: 'indicator',
    key: `bollinger(${source.key},${n},${k})`,
    sources: [sma(source, n), standardDeviation(source, n)],
    outputs: ['upper', 'middle', 'lower'],
    warmup: source.warmup + n - 1,
    createKernel: () =>
      statelessKernel((inputs, outputs, from, to) => {
        const [means, deviations] = inputs as readonly [Column, Column]
        const [upper, middle, lower] = outputs as readonly [Column, Column, Column]
        for (let i = from; i < to; i++) {
          const mean = valueAt(means, i)
          const reach = k * valueAt(deviations, i)
          upper[i] = mean + reach
          middle[i] = mean
          lower[i] = mean - reach
        }
      }),
  }
}
