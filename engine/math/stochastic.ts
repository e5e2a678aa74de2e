/** Stochastic oscillator. Floor 1. */
import { type Column, valueAt } from '../model/bars.js'
import { highest, lowest } from './extremes.js'
import { checkPeriod, close, fillWarmup, high, type Indicator, low, statelessKernel } from './indicator.js'
import { windowMean } from './window-mean.js'

/**
 * Stochastic oscillator: where the close lies between the lowest low and the highest high of `kPeriod`
 * bars, in percent; `k` is its mean over `kSmooth` bars, `d` the mean of k over `dPeriod` bars. Both
 * begin together, after `kPeriod + kSmooth + dPeriod − 3` bars. From 0 to 100; a flat window counts
 * as 0, as in TA-Lib. `stochastic(n, 1, d)` is the fast one. TA-Lib: STOCH with simple averages.
 */
export function stochastic(kPeriod: number, kSmooth: number, dPeriod: number): Indicator<'k' | 'd'> {
  const n = checkPeriod('stochastic', kPeriod)
  const k = windowMean(closeInRange(n), checkPeriod('stochastic', kSmooth))
  const d = windowMean(k, checkPeriod('stochastic', dPeriod))
  const { warmup } = d
  return {
    kind: 'indicator',
    key: `stochastic(${n},${kSmooth},${dPeriod})`,
    sources: [k, d],
    outputs: ['k', 'd'],
    warmup,
    createKernel: () =>
      statelessKernel((inputs, outputs, from, to) => {
        const first = fillWarmup(outputs, from, to, warmup)
        inputs.forEach((input, k) => {
          outputs[k]?.set(input.subarray(first, to), first)
        })
      }),
  }
}

/** The close between the lowest low and the highest high, in percent; 0 where they are the same. */
function closeInRange(n: number): Indicator<'value'> {
  return {
    kind: 'indicator',
    key: `closeInRange(${n})`,
    sources: [highest(high, n), lowest(low, n), close],
    outputs: ['value'],
    warmup: n - 1,
    createKernel: () =>
      statelessKernel((inputs, outputs, from, to) => {
        const [highs, lows, closes] = inputs as readonly [Column, Column, Column]
        const [out] = outputs as readonly [Column]
        for (let i = from; i < to; i++) {
          const bottom = valueAt(lows, i)
          const range = valueAt(highs, i) - bottom
          out[i] = range === 0 ? 0 : 100 * ((valueAt(closes, i) - bottom) / range)
        }
      }),
  }
}
