/** Money flow index. Floor 1. */
import { type Column, valueAt } from '../model/bars.js'
import { typicalPrice } from './bar-price.js'
import { blockKernel } from './block-kernel.js'
import { directionOf } from './direction.js'
import { checkPeriod, type Indicator, type Kernel, volume } from './indicator.js'

/**
 * Money flow index: `100 · up / (up + down)`, sums over `period` bars of typical price times volume, up
 * where the typical price rose and down where it fell; a bar whose typical price has not moved by more
 * than 1e−12 of itself, which is rounding, counts on neither side. NaN for the first `period` bars, because the first has no bar before it; 0 where
 * both sums are 0, as in TA-Lib. From 0 to 100. TA-Lib: MFI, periods from 2.
 */
export function moneyFlow(period: number): Indicator<'value'> {
  const n = checkPeriod('moneyFlow', period, 2)
  return {
    kind: 'indicator',
    key: `moneyFlow(${n})`,
    sources: [typicalPrice, volume],
    outputs: ['value'],
    warmup: n,
    createKernel: () => createKernel(n),
  }
}

function createKernel(period: number): Kernel {
  const endsUp = new Float64Array(period + 1)
  const endsDown = new Float64Array(period + 1)
  let up = 0
  let down = 0
  return blockKernel(
    { period, first: 1 },
    {
      begin(inputs, start, isFirst) {
        const [prices, volumes] = inputs as readonly [Column, Column]
        up = 0
        down = 0
        let rises = isFirst ? Number.NaN : 0
        let falls = rises
        for (let k = period - 1; k > 0; k--) {
          if (!isFirst) {
            const flow = flowAt(prices, volumes, start - period + k)
            rises += Math.max(flow, 0)
            falls += Math.max(-flow, 0)
          }
          endsUp[k] = rises
          endsDown[k] = falls
        }
      },
      walk(inputs, outputs, from, to, start) {
        const [prices, volumes] = inputs as readonly [Column, Column]
        const [out] = outputs as readonly [Column]
        for (let i = from; i < to; i++) {
          const flow = flowAt(prices, volumes, i)
          up += Math.max(flow, 0)
          down += Math.max(-flow, 0)
          const rises = valueAt(endsUp, i - start + 1) + up
          const both = rises + (valueAt(endsDown, i - start + 1) + down)
          out[i] = both === 0 ? 0 : 100 * (rises / both)
        }
      },
    },
  )
}

/** Share of a price that is rounding, not movement. */
const NOISE = 1e-12

/** Typical price times volume of bar `i`, negative where the typical price fell; 0 where it stood. */
function flowAt(prices: Column, volumes: Column, i: number): number {
  const price = valueAt(prices, i)
  const before = valueAt(prices, i - 1)
  const direction = Math.abs(price - before) <= NOISE * before ? 0 : directionOf(price, before)
  return direction * price * valueAt(volumes, i)
}
