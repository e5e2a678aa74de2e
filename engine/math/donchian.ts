/** Donchian channels. Floor 1. */
import { type Column, valueAt } from '../model/bars.js'
import { highest, lowest } from './extremes.js'
import { checkPeriod, high, type Indicator, low, statelessKernel } from './indicator.js'

/**
 * Donchian channels: the highest high and the lowest low of the last `period` bars, this bar included,
 * and their middle. NaN for the first `period − 1` bars. Unit: price. A breakout of the channel is a
 * close beyond `at(1)`: no close lies beyond a channel that holds its own bar.
 */
export function donchian(period: number): Indicator<'upper' | 'middle' | 'lower'> {
  const n = checkPeriod('donchian', period)
  return {
    kind: 'indicator',
    key: `donchian(${n})`,
    sources: [highest(high, n), lowest(low, n)],
    outputs: ['upper', 'middle', 'lower'],
    warmup: n - 1,
    createKernel: () =>
      statelessKernel((inputs, outputs, from, to) => {
        const [highs, lows] = inputs as readonly [Column, Column]
        const [upper, middle, lower] = outputs as readonly [Column, Column, Column]
        for (let i = from; i < to; i++) {
          const top = valueAt(highs, i)
          const bottom = valueAt(lows, i)
          upper[i] = top
          middle[i] = (top + bottom) / 2
          lower[i] = bottom
        }
      }),
  }
}
