/** Prices that stand for a whole bar. Floor 1. */
import { type Column, valueAt } from '../model/bars.js'
import { close, high, type Indicator, low, open, statelessKernel } from './indicator.js'

/** Middle of each bar: (high + low) / 2. TA-Lib: MEDPRICE. */
export const medianPrice: Indicator<'value'> = {
  kind: 'indicator',
  key: 'medianPrice',
  sources: [high, low],
  outputs: ['value'],
  warmup: 0,
  createKernel: () =>
    statelessKernel((inputs, outputs, from, to) => {
      const [highs, lows] = inputs as readonly [Column, Column]
      const [out] = outputs as readonly [Column]
      for (let i = from; i < to; i++) out[i] = (valueAt(highs, i) + valueAt(lows, i)) / 2
    }),
}

/** Typical price of each bar: (high + low + close) / 3. TA-Lib: TYPPRICE. */
export const typicalPrice: Indicator<'value'> = {
  kind: 'indicator',
  key: 'typicalPrice',
  sources: [high, low, close],
  outputs: ['value'],
  warmup: 0,
  createKernel: () =>
    statelessKernel((inputs, outputs, from, to) => {
      const [highs, lows, closes] = inputs as readonly [Column, Column, Column]
      const [out] = outputs as readonly [Column]
      for (let i = from; i < to; i++) {
        out[i] = (valueAt(highs, i) + valueAt(lows, i) + valueAt(closes, i)) / 3
      }
    }),
}

/** Mean of each bar's four prices: (open + high + low + close) / 4. TA-Lib: AVGPRICE. */
export const averagePrice: Indicator<'value'> = {
  kind: 'indicator',
  key: 'averagePrice',
  sources: [open, high, low, close],
  outputs: ['value'],
  warmup: 0,
  createKernel: () =>
    statelessKernel((inputs, outputs, from, to) => {
      const [opens, highs, lows, closes] = inputs as readonly [Column, Column, Column, Column]
      const [out] = outputs as readonly [Column]
      for (let i = from; i < to; i++) {
        out[i] = (valueAt(opens, i) + valueAt(highs, i) + valueAt(lows, i) + valueAt(closes, i)) / 4
      }
    }),
}
