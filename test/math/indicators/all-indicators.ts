/** Every indicator that the contract holds for, and how it takes a bar that is no number. */
import { adx } from '../../../engine/math/adx.js'
import { atr } from '../../../engine/math/atr.js'
import { averagePrice, medianPrice, typicalPrice } from '../../../engine/math/bar-price.js'
import { bollinger } from '../../../engine/math/bollinger.js'
import { cci } from '../../../engine/math/cci.js'
import { defineIndicator } from '../../../engine/math/define-indicator.js'
import { donchian } from '../../../engine/math/donchian.js'
import { ema } from '../../../engine/math/ema.js'
import { highest, lowest } from '../../../engine/math/extremes.js'
import { close, high, type Indicator, low, volume } from '../../../engine/math/indicator.js'
import { keltner } from '../../../engine/math/keltner.js'
import { macd } from '../../../engine/math/macd.js'
import { moneyFlow } from '../../../engine/math/money-flow.js'
import { obv } from '../../../engine/math/obv.js'
import { parabolicSar } from '../../../engine/math/parabolic-sar.js'
import { roc } from '../../../engine/math/roc.js'
import { rollingVwap } from '../../../engine/math/rolling-vwap.js'
import { rsi } from '../../../engine/math/rsi.js'
import { sessionVwap } from '../../../engine/math/session-vwap.js'
import { sma } from '../../../engine/math/sma.js'
import { standardDeviation } from '../../../engine/math/standard-deviation.js'
import { stochastic } from '../../../engine/math/stochastic.js'
import { technical } from '../../../engine/math/technical-indicators.js'
import { windowMean } from '../../../engine/math/window-mean.js'
import { wma } from '../../../engine/math/wma.js'

/** The mean price since the start, in two values, with a list and a flag in its state. */
export const seenSoFar = defineIndicator({
  name: 'seen-so-far',
  sources: { price: close, traded: volume },
  params: { lag: 3 },
  outputs: ['mean', 'before'],
  warmup: ({ lag }) => lag,
  state: () => ({ count: 0, sum: 0, last: [] as number[], hasTraded: false }),
  next({ price, traded }, state, { lag }) {
    state.count += 1
    state.sum += price
    state.hasTraded ||= traded > 0
    state.last.push(price)
    if (state.last.length > lag + 1) state.last.shift()
    return { mean: state.sum / state.count, before: state.last[0] ?? Number.NaN }
  },
})

/** The range of a bar, without parameters or state. */
export const barRange = defineIndicator({
  name: 'bar-range',
  sources: { top: high, bottom: low },
  warmup: () => 0,
  next: ({ top, bottom }) => top - bottom,
})

/**
 * After a bar that is no number: how many values, that bar's included, may be NaN before all are right
 * again; `for good` when the indicator looks back for ever; `the day` when it begins anew each day.
 */
export type AfterNaN = number | 'for good' | 'the day' | 'its own affair'

/** The indicators of the engine, some of them of each other, and some from outside it. */
export const INDICATORS: readonly (readonly [name: string, indicator: Indicator, afterNaN: AfterNaN])[] = [
  ['sma(5)', sma(close, 5), 5],
  ['sma(1)', sma(close, 1), 1],
  ['ema(7)', ema(close, 7), 'for good'],
  ['atr(5)', atr(5), 'for good'],
  ['atr(1)', atr(1), 'for good'],
  ['sma of ema', sma(ema(close, 4), 3), 'for good'],
  ['ema of atr', ema(atr(4), 3), 'for good'],
  ['wma(6)', wma(close, 6), 6],
  ['wma(1)', wma(close, 1), 1],
  ['wma of rsi', wma(rsi(close, 5), 4), 'for good'],
  ['rsi(14)', rsi(close, 14), 'for good'],
  ['rsi(2) of sma', rsi(sma(close, 3), 2), 'for good'],
  ['macd(12, 26, 9)', macd(close, 12, 26, 9), 'for good'],
  ['macd(2, 3, 1)', macd(close, 2, 3, 1), 'for good'],
  ['bollinger(20, 2)', bollinger(close, 20, 2), 20],
  ['bollinger(1, 1.5) of wma', bollinger(wma(close, 3), 1, 1.5), 3],
  ['stochastic(14, 3, 3)', stochastic(14, 3, 3), 18],
  ['stochastic(5, 1, 1)', stochastic(5, 1, 1), 5],
  ['adx(14)', adx(14), 'for good'],
  ['adx(2)', adx(2), 'for good'],
  ['cci(20)', cci(20), 20],
  ['cci(2)', cci(2), 2],
  ['obv', obv(), 'for good'],
  ['donchian(10)', donchian(10), 10],
  ['keltner(20, 10, 2)', keltner(20, 10, 2), 'for good'],
  ['keltner(3, 10, 1.5)', keltner(3, 10, 1.5), 'for good'],
  ['roc(9)', roc(close, 9), 10],
  ['roc of mean volume', roc(windowMean(volume, 4), 2), 6],
  ['standardDeviation(10)', standardDeviation(close, 10), 10],
  ['standardDeviation(1)', standardDeviation(close, 1), 1],
  ['sessionVwap', sessionVwap(), 'the day'],
  ['rollingVwap(12)', rollingVwap(12), 12],
  ['sessionVwap of ema', sessionVwap(ema(close, 5)), 'for good'],
  ['rollingVwap(3) of sma', rollingVwap(3, sma(close, 4)), 6],
  ['rollingVwap(1)', rollingVwap(1), 1],
  ['highest(8)', highest(high, 8), 8],
  ['highest(1)', highest(close, 1), 1],
  ['lowest(8)', lowest(low, 8), 8],
  ['lowest of highest', lowest(highest(high, 3), 5), 7],
  ['moneyFlow(14)', moneyFlow(14), 15],
  ['moneyFlow(2)', moneyFlow(2), 3],
  ['parabolicSar(0.02, 0.2)', parabolicSar(0.02, 0.2), 'for good'],
  ['medianPrice', medianPrice, 1],
  ['typicalPrice', typicalPrice, 1],
  ['averagePrice', averagePrice, 1],
  ['windowMean(7) of typical price', windowMean(typicalPrice, 7), 7],
  ['defined with state', seenSoFar(), 'its own affair'],
  ['defined, of other sources', seenSoFar({ price: rsi(close, 3), lag: 1 }), 'its own affair'],
  ['defined without state', barRange(), 1],
  ['technical WMA', technical('WMA', { period: 6 }), 'its own affair'],
  ['technical Ichimoku', technical('IchimokuCloud', { spanPeriod: 12 }), 'its own affair'],
  ['technical HeikinAshi', technical('HeikinAshi'), 'its own affair'],
  ['technical RSI of ema', technical('RSI', { period: 4 }, { values: ema(close, 3) }), 'its own affair'],
  ['technical doji', technical('doji'), 'its own affair'],
]
