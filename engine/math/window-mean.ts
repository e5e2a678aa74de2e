/** Mean of a short window, added up anew for each value. Floor 1. */
import { type Column, valueAt } from '../model/bars.js'
import { checkPeriod, fillWarmup, type Indicator, type Source, statelessKernel } from './indicator.js'

/**
 * Mean of the last `period` values, for smoothing over a few of them: each value costs `period` steps.
 * It differs from `sma` by rounding only, and where values have bounds it keeps them. NaN for the first
 * `period − 1` values; a window that holds a NaN gives NaN. Unit: that of the source.
 */
export function windowMean(source: Source, period: number): Indicator<'value'> {
  const n = checkPeriod('windowMean', period)
  const warmup = source.warmup + n - 1
  return {
    kind: 'indicator',
    key: `windowMean(${source.key},${n})`,
    sources: [source],
    outputs: ['value'],
    warmup,
    createKernel: () =>
      statelessKernel((inputs, outputs, from, to) => {
        const [x] = inputs as readonly [Column]
        const [out] = outputs as readonly [Column]
        for (let i = fillWarmup(outputs, from, to, warmup); i < to; i++) {
          let sum = 0
          for (let k = i - n + 1; k <= i; k++) sum += valueAt(x, k)
          out[i] = sum / n
        }
      }),
  }
}
