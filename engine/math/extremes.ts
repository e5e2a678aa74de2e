/** Highest and lowest value of a sliding window. Floor 1. */
import { type Column, valueAt } from '../model/bars.js'
import { blockKernel } from './block-kernel.js'
import { checkPeriod, type Indicator, type Kernel, type Source } from './indicator.js'

/**
 * Highest of the last `period` values, this bar's included. NaN for the first `period − 1` values; a
 * window that holds a NaN gives NaN. Unit: that of the source. TA-Lib: MAX.
 */
export function highest(source: Source, period: number): Indicator<'value'> {
  return extreme('highest', source, period, 1)
}

/**
 * Lowest of the last `period` values, this bar's included. NaN for the first `period − 1` values; a
 * window that holds a NaN gives NaN. Unit: that of the source. TA-Lib: MIN.
 */
export function lowest(source: Source, period: number): Indicator<'value'> {
  return extreme('lowest', source, period, -1)
}

function extreme(
  name: 'highest' | 'lowest',
  source: Source,
  period: number,
  sign: 1 | -1,
): Indicator<'value'> {
  const n = checkPeriod(name, period)
  return {
    kind: 'indicator',
    key: `${name}(${source.key},${n})`,
    sources: [source],
    outputs: ['value'],
    warmup: source.warmup + n - 1,
    createKernel: () => createKernel(n, source.warmup, sign),
  }
}

/** The lowest value is the highest of the values turned round, which is exact. */
function createKernel(period: number, first: number, sign: 1 | -1): Kernel {
  const ends = new Float64Array(period + 1).fill(Number.NEGATIVE_INFINITY)
  let beginning = Number.NEGATIVE_INFINITY
  return blockKernel(
    { period, first },
    {
      begin(inputs, start, isFirst) {
        const [x] = inputs as readonly [Column]
        beginning = Number.NEGATIVE_INFINITY
        let top = isFirst ? Number.NaN : Number.NEGATIVE_INFINITY
        for (let k = period - 1; k > 0; k--) {
          if (!isFirst) top = Math.max(top, sign * valueAt(x, start - period + k))
          ends[k] = top
        }
      },
      walk(inputs, outputs, from, to, start) {
        const [x] = inputs as readonly [Column]
        const [out] = outputs as readonly [Column]
        let top = beginning
        for (let i = from; i < to; i++) {
          top = Math.max(top, sign * valueAt(x, i))
          out[i] = sign * Math.max(top, valueAt(ends, i - start + 1))
        }
        beginning = top
      },
    },
  )
}
