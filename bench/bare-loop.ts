/**
 * The yardstick: sma-cross as a quant would write it by hand over typed arrays, in doubles, with
 * slippage, fees and an equity curve, and nothing else. Nothing here checks, rounds, books or records.
 */
import { type Bars, valueAt } from '../engine/model/bars.js'

/** What the bare loop gives: enough to see that it did the work. */
export interface BareRun {
  readonly equity: Float64Array
  readonly trades: number
}

/** sma-cross over the bars with alpha 0.5, ATR(14) and fees of 0.1 %. */
export function bareLoop(bars: Bars, fast: number, slow: number): BareRun {
  const { open, high, low, close, length } = bars
  const fastMean = new Float64Array(length)
  const slowMean = new Float64Array(length)
  const range = new Float64Array(length)
  let fastSum = 0
  let slowSum = 0
  let atr = 0
  for (let i = 0; i < length; i++) {
    const price = valueAt(close, i)
    fastSum += price - (i >= fast ? valueAt(close, i - fast) : 0)
    slowSum += price - (i >= slow ? valueAt(close, i - slow) : 0)
    fastMean[i] = fastSum / fast
    slowMean[i] = slowSum / slow
    if (i > 0) {
      const before = valueAt(close, i - 1)
      const top = valueAt(high, i)
      const bottom = valueAt(low, i)
      const reach = Math.max(top - bottom, Math.abs(top - before), Math.abs(bottom - before))
      atr = i <= 14 ? atr + reach / 14 : (atr * 13 + reach) / 14
    }
    range[i] = atr
  }
  const equity = new Float64Array(length)
  let cash = 10_000
  let quantity = 0
  let wish = -1
  let trades = 0
  for (let i = 1; i < length; i++) {
    if (wish === 1) {
      quantity = (cash / (valueAt(open, i) + 0.5 * valueAt(range, i))) * 0.999
      cash = 0
      trades++
    } else if (wish === 0) {
      cash = quantity * (valueAt(open, i) - 0.5 * valueAt(range, i)) * 0.999
      quantity = 0
    }
    wish = -1
    equity[i] = cash + quantity * valueAt(close, i)
    if (i < slow) continue
    const isAbove = valueAt(fastMean, i) > valueAt(slowMean, i)
    const wasAbove = valueAt(fastMean, i - 1) > valueAt(slowMean, i - 1)
    if (isAbove && !wasAbove && quantity === 0) wish = 1
    if (!isAbove && wasAbove && quantity > 0) wish = 0
  }
  return { equity, trades }
}
