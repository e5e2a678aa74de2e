/** Rate of change. Floor 1. */
import { type Column, valueAt } from '../model/bars.js'
import { checkPeriod, fillWarmup, type Indicator, type Source, statelessKernel } from './indicator.js'

/**
 * Rate of change over `period` values: `x(i) / x(i − period) − 1`. NaN for the first `period` values;
 * 0 where the earlier value is 0, as in TA-Lib. A fraction: 0.01 is one percent, TA-Lib's ROCP and a
 * hundredth of its ROC.
 */
export function roc(source: Source, period: number): Indicator<'value'> {
  const n = checkPeriod('roc', period)
  const warmup = source.warmup + n
  return {
    kind: 'indicator',
    key: `roc(${source.key},${n})`,
    sources: [source],
    outputs: ['value'],
    warmup,
    createKernel: () =>
      statelessKernel((inputs, outputs, from, to) => {
        const [x] = inputs as readonly [Column]
        const [out] = outputs as readonly [Column]
        for (let i = fillWarmup(outputs, from, to, warmup); i < to; i++) {
          const before = valueAt(x, i - n)
          out[i] = before === 0 ? 0 : (valueAt(x, i) - before) / before
        }
      }),
  }
}
