/** Weighted moving average. Floor 1. */
import { type Column, valueAt } from '../model/bars.js'
import { blockKernel } from './block-kernel.js'
import { checkPeriod, type Indicator, type Kernel, type Source } from './indicator.js'

/**
 * Weighted moving average: weights 1, 2, …, `period`, the newest value the heaviest, divided by their
 * sum. NaN for the first `period − 1` values; a window that holds a NaN gives NaN.
 * Unit: that of the source. TA-Lib: WMA.
 */
export function wma(source: Source, period: number): Indicator<'value'> {
  const n = checkPeriod('wma', period)
  return {
    kind: 'indicator',
    key: `wma(${source.key},${n})`,
    sources: [source],
    outputs: ['value'],
    warmup: source.warmup + n - 1,
    createKernel: () => createKernel(n, source.warmup),
  }
}

function createKernel(period: number, first: number): Kernel {
  const divisor = (period * (period + 1)) / 2
  /** Weighted sums of the ends of the block before, weights from 1. */
  const ends = new Float64Array(period + 1)
  /** Of this block so far: the sum, and the sum with weights from 1. */
  let plain = 0
  let weighted = 0
  return blockKernel(
    { period, first },
    {
      begin(inputs, start, isFirst) {
        const [x] = inputs as readonly [Column]
        plain = 0
        weighted = 0
        let sum = isFirst ? Number.NaN : 0
        let heavier = sum
        for (let k = period - 1; k > 0; k--) {
          if (!isFirst) sum += valueAt(x, start - period + k)
          heavier += sum
          ends[k] = heavier
        }
      },
      walk(inputs, outputs, from, to, start) {
        const [x] = inputs as readonly [Column]
        const [out] = outputs as readonly [Column]
        let sum = plain
        let heavier = weighted
        for (let i = from; i < to; i++) {
          const count = i - start + 1
          const value = valueAt(x, i)
          sum += value
          heavier += count * value
          out[i] = (valueAt(ends, count) + (period - count) * sum + heavier) / divisor
        }
        plain = sum
        weighted = heavier
      },
    },
  )
}
