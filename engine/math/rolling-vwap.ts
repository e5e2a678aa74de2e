/** Volume-weighted average price of a sliding window. Floor 1. */
import { type Column, valueAt } from '../model/bars.js'
import { typicalPrice } from './bar-price.js'
import { blockKernel } from './block-kernel.js'
import { checkPeriod, type Indicator, type Kernel, type Source, volume } from './indicator.js'

/**
 * Volume-weighted average of a price, the typical one unless another is given, over the last `period`
 * bars. NaN for the first `period − 1` values; where nothing has traded in the window it is the price of
 * its last bar. Unit: price.
 */
export function rollingVwap(period: number, price: Source = typicalPrice): Indicator<'value'> {
  const n = checkPeriod('rollingVwap', period)
  return {
    kind: 'indicator',
    key: `rollingVwap(${price.key},${n})`,
    sources: [price, volume],
    outputs: ['value'],
    warmup: price.warmup + n - 1,
    createKernel: () => createKernel(n, price.warmup),
  }
}

function createKernel(period: number, first: number): Kernel {
  const endQuotes = new Float64Array(period + 1)
  const endVolumes = new Float64Array(period + 1)
  let quote = 0
  let traded = 0
  return blockKernel(
    { period, first },
    {
      begin(inputs, start, isFirst) {
        const [prices, volumes] = inputs as readonly [Column, Column]
        quote = 0
        traded = 0
        let quotes = isFirst ? Number.NaN : 0
        let sum = quotes
        for (let k = period - 1; k > 0; k--) {
          if (!isFirst) {
            const i = start - period + k
            quotes += valueAt(prices, i) * valueAt(volumes, i)
            sum += valueAt(volumes, i)
          }
          endQuotes[k] = quotes
          endVolumes[k] = sum
        }
      },
      walk(inputs, outputs, from, to, start) {
        const [prices, volumes] = inputs as readonly [Column, Column]
        const [out] = outputs as readonly [Column]
        for (let i = from; i < to; i++) {
          const price = valueAt(prices, i)
          quote += price * valueAt(volumes, i)
          traded += valueAt(volumes, i)
          const sum = valueAt(endVolumes, i - start + 1) + traded
          out[i] = sum === 0 ? price : (valueAt(endQuotes, i - start + 1) + quote) / sum
        }
      },
    },
  )
}
