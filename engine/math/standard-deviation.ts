/** Standard deviation of a sliding window. Floor 1. */
import { type Column, valueAt } from '../model/bars.js'
import { blockKernel } from './block-kernel.js'
import { checkPeriod, type Indicator, type Kernel, type Source } from './indicator.js'

/**
 * Standard deviation of the last `period` values as a population: the squares are divided by `period`,
 * not by one less. NaN for the first `period − 1` values; a window that holds a NaN gives NaN; a flat
 * window gives exactly 0. Unit: that of the source. TA-Lib: STDDEV with a factor of 1.
 * Means and squares of deviations of both parts of a window are put together as in Chan, Golub and
 * LeVeque, 1983, so that a high price does not swallow a small deviation.
 */
export function standardDeviation(source: Source, period: number): Indicator<'value'> {
  const n = checkPeriod('standardDeviation', period)
  return {
    kind: 'indicator',
    key: `standardDeviation(${source.key},${n})`,
    sources: [source],
    outputs: ['value'],
    warmup: source.warmup + n - 1,
    createKernel: () => createKernel(n, source.warmup),
  }
}

function createKernel(period: number, first: number): Kernel {
  const endMeans = new Float64Array(period + 1)
  const endSquares = new Float64Array(period + 1)
  let mean = 0
  let squares = 0
  return blockKernel(
    { period, first },
    {
      begin(inputs, start, isFirst) {
        const [x] = inputs as readonly [Column]
        mean = 0
        squares = 0
        let center = isFirst ? Number.NaN : 0
        let spread = 0
        for (let k = period - 1; k > 0; k--) {
          if (!isFirst) {
            const value = valueAt(x, start - period + k)
            const off = value - center
            center += off / (period - k)
            spread += off * (value - center)
          }
          endMeans[k] = center
          endSquares[k] = spread
        }
      },
      walk(inputs, outputs, from, to, start) {
        const [x] = inputs as readonly [Column]
        const [out] = outputs as readonly [Column]
        let center = mean
        let spread = squares
        for (let i = from; i < to; i++) {
          const count = i - start + 1
          const value = valueAt(x, i)
          const off = value - center
          center += off / count
          spread += off * (value - center)
          const apart = valueAt(endMeans, count) - center
          const between = apart * apart * ((count * (period - count)) / period)
          out[i] = Math.sqrt((spread + valueAt(endSquares, count) + between) / period)
        }
        mean = center
        squares = spread
      },
    },
  )
}
