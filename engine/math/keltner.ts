/** Keltner channels. Floor 1. */
import { type Column, valueAt } from '../model/bars.js'
import { atr } from './atr.js'
import { ema } from './ema.js'
import {
  checkPeriod,
  checkPositive,
  close,
  fillWarmup,
  type Indicator,
  statelessKernel,
} from './indicator.js'

/**
 * Keltner channels: the EMA of `period` closes, and `multiple` times the ATR of `atrPeriod` bars above
 * and below it. NaN until both are defined. Unit: price. The EMA and the ATR are those of `ema` and
 * `atr`; Keltner's own channels of 1960 (means of typical price and range) are another thing.
 */
export function keltner(
  period: number,
  atrPeriod: number,
  multiple: number,
): Indicator<'upper' | 'middle' | 'lower'> {
  const n = checkPeriod('keltner', period)
  const m = checkPeriod('keltner', atrPeriod)
  const k = checkPositive('keltner', 'multiple', multiple)
  const warmup = Math.max(n - 1, m)
  return {
    kind: 'indicator',
    key: `keltner(${n},${m},${k})`,
    sources: [ema(close, n), atr(m)],
    outputs: ['upper', 'middle', 'lower'],
    warmup,
    createKernel: () =>
      statelessKernel((inputs, outputs, from, to) => {
        const [means, ranges] = inputs as readonly [Column, Column]
        const [upper, middle, lower] = outputs as readonly [Column, Column, Column]
        for (let i = fillWarmup(outputs, from, to, warmup); i < to; i++) {
          const reach = k * valueAt(ranges, i)
          const mean = valueAt(means, i)
          upper[i] = mean + reach
          middle[i] = mean
          lower[i] = mean - reach
        }
      }),
  }
}
