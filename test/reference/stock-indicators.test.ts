/** The full series of Stock.Indicators: 502 daily bars, a column a case. */
import { adx } from '../../engine/math/adx.js'
import { atr } from '../../engine/math/atr.js'
import { bollinger } from '../../engine/math/bollinger.js'
import { cci } from '../../engine/math/cci.js'
import { donchian } from '../../engine/math/donchian.js'
import { ema } from '../../engine/math/ema.js'
import { close } from '../../engine/math/indicator.js'
import { keltner } from '../../engine/math/keltner.js'
import { macd } from '../../engine/math/macd.js'
import { obv } from '../../engine/math/obv.js'
import { parabolicSar } from '../../engine/math/parabolic-sar.js'
import { roc } from '../../engine/math/roc.js'
import { rsi } from '../../engine/math/rsi.js'
import { sessionVwap } from '../../engine/math/session-vwap.js'
import { sma } from '../../engine/math/sma.js'
import { standardDeviation } from '../../engine/math/standard-deviation.js'
import { stochastic } from '../../engine/math/stochastic.js'
import { technical } from '../../engine/math/technical-indicators.js'
import { wma } from '../../engine/math/wma.js'
import { barsOf } from '../market.js'
import { columnOf, columnsOf } from '../math/indicators/columns-of.js'
import { STOCK_INDICATORS } from './indicator-conventions.js'
import { type Pair, readReference, testReference, type Verdict } from './indicator-reference.js'

interface File {
  readonly quotes: { readonly rows: readonly (readonly [string, ...number[]])[] }
  readonly indicators: Readonly<
    Record<string, { readonly columns: Readonly<Record<string, readonly unknown[]>> }>
  >
}

/** Our column for one of theirs, and from which bar on they can be compared. */
interface Match {
  readonly theirs: string
  readonly column: readonly number[]
  readonly from?: number
  readonly except?: readonly number[]
}

function judge(): readonly Verdict[] {
  const { quotes, indicators }: File = JSON.parse(readReference('stock-indicators.json.gz'))
  // A minute apart: all bars in one day, so that the session of the VWAP is the whole file.
  const bars = barsOf(quotes.rows.map(([, ...prices]) => prices))
  const closes = [...bars.close.subarray(0, bars.length)]
  const combine = (columns: readonly (readonly number[])[], change: (...values: number[]) => number) =>
    closes.map((_, i) => change(...columns.map((column) => column[i] ?? Number.NaN)))
  const back = (column: readonly number[], n: number) => closes.map((_, i) => column[i - n] ?? Number.NaN)

  const band = columnsOf(bollinger(close, 20, 2), bars)
  const lines = columnsOf(macd(close, 12, 26, 9), bars)
  const direction = columnsOf(adx(14), bars)
  const { k, d } = columnsOf(stochastic(14, 3, 3), bars)
  const channel = columnsOf(donchian(20), bars)
  const envelope = columnsOf(keltner(20, 10, 2), bars)
  const range = columnOf(atr(14), bars)
  const [mean14, spread14] = [columnOf(sma(close, 14), bars), columnOf(standardDeviation(close, 14), bars)]
  const candles = columnsOf(technical('HeikinAshi'), bars)
  const balance = columnOf(obv(), bars)
  const width = (upper: number, middle: number, lower: number) => (upper - lower) / middle
  const j = combine([k, d], (fast, slow) => 3 * fast - 2 * slow)
  const SEEDED = 145
  const DIRECTED = 300
  const bandColumns = [band.upper, band.middle, band.lower]

  const matches: Readonly<Record<string, Match>> = {
    'sma.sma': { theirs: 'SMA', column: columnOf(sma(close, 20), bars) },
    'ema.ema': { theirs: 'EMA', column: columnOf(ema(close, 20), bars) },
    'macd.fastEma': { theirs: 'EMA', column: columnOf(ema(close, 12), bars) },
    'macd.slowEma': { theirs: 'EMA', column: columnOf(ema(close, 26), bars) },
    'wma.wma': { theirs: 'WMA', column: columnOf(wma(close, 14), bars) },
    'rsi.rsi': { theirs: 'RSI', column: columnOf(rsi(close, 14), bars) },
    'macd.macd': { theirs: 'MACD', column: lines.macd, from: SEEDED },
    'macd.signal': { theirs: 'MACD', column: lines.signal, from: SEEDED },
    'macd.histogram': { theirs: 'MACD', column: lines.histogram, from: SEEDED },
    'bb.sma': { theirs: 'Bollinger bands', column: band.middle },
    'bb.upperBand': { theirs: 'Bollinger bands', column: band.upper },
    'bb.lowerBand': { theirs: 'Bollinger bands', column: band.lower },
    'bb.percentB': {
      theirs: 'Bollinger bands',
      column: combine(
        [closes, band.upper, band.lower],
        (price, upper, lower) => (price - lower) / (upper - lower),
      ),
    },
    'bb.zScore': {
      theirs: 'Bollinger bands',
      column: combine(
        [closes, ...bandColumns],
        (price, upper, middle) => (2 * (price - middle)) / (upper - middle),
      ),
    },
    'bb.width': { theirs: 'Bollinger bands', column: combine(bandColumns, width) },
    'atr.atr': { theirs: 'ATR, TR', column: range },
    'atr.atrp': {
      theirs: 'ATR, TR',
      column: combine([range, closes], (value, price) => (100 * value) / price),
    },
    'atr.tr': { theirs: 'ATR, TR', column: columnOf(atr(1), bars) },
    'tr.tr': { theirs: 'ATR, TR', column: columnOf(atr(1), bars) },
    'adx.pdi': { theirs: 'ADX', column: direction.plusDi, from: DIRECTED },
    'adx.mdi': { theirs: 'ADX', column: direction.minusDi, from: DIRECTED },
    'adx.dx': {
      theirs: 'ADX',
      column: combine(
        [direction.plusDi, direction.minusDi],
        (plus, minus) => (100 * Math.abs(plus - minus)) / (plus + minus),
      ),
      from: DIRECTED,
    },
    'adx.adx': { theirs: 'ADX', column: direction.adx, from: DIRECTED },
    'adx.adxr': {
      theirs: 'ADX',
      column: combine([direction.adx, back(direction.adx, 14)], (now, before) => (now + before) / 2),
      from: DIRECTED + 14,
    },
    'stoch.oscillator': { theirs: 'Stochastic', column: k, from: 17 },
    'stoch.k': { theirs: 'Stochastic', column: k, from: 17 },
    'stoch.signal': { theirs: 'Stochastic', column: d },
    'stoch.d': { theirs: 'Stochastic', column: d },
    'stoch.percentJ': { theirs: 'Stochastic', column: j },
    'stoch.j': { theirs: 'Stochastic', column: j },
    'cci.cci': { theirs: 'CCI', column: columnOf(cci(20), bars) },
    'obv.obv': { theirs: 'OBV', column: balance.map((value) => value - (balance[0] ?? 0)) },
    'vwap.vwap': { theirs: 'VWAP', column: columnOf(sessionVwap(), bars) },
    'psar.sar': {
      theirs: 'Parabolic SAR',
      column: columnOf(parabolicSar(0.02, 0.2), bars),
      from: 40,
      except: [250],
    },
    'donchian.upperBand': { theirs: 'Donchian', column: back(channel.upper, 1) },
    'donchian.centerline': { theirs: 'Donchian', column: back(channel.middle, 1) },
    'donchian.lowerBand': { theirs: 'Donchian', column: back(channel.lower, 1) },
    'donchian.width': {
      theirs: 'Donchian',
      column: back(combine([channel.upper, channel.middle, channel.lower], width), 1),
    },
    'keltner.upperBand': { theirs: 'Keltner', column: envelope.upper },
    'keltner.centerline': { theirs: 'Keltner', column: envelope.middle },
    'keltner.lowerBand': { theirs: 'Keltner', column: envelope.lower },
    'keltner.width': {
      theirs: 'Keltner',
      column: combine([envelope.upper, envelope.middle, envelope.lower], width),
    },
    'roc.roc': { theirs: 'ROC', column: columnOf(roc(close, 14), bars).map((value) => 100 * value) },
    'roc.momentum': {
      theirs: 'ROC',
      column: combine([columnOf(roc(close, 14), bars), back(closes, 14)], (value, before) => value * before),
    },
    'stdev.stdDev': { theirs: 'Standard deviation', column: spread14 },
    'stdev.mean': { theirs: 'Standard deviation', column: mean14 },
    'stdev.zScore': {
      theirs: 'Standard deviation',
      column: combine([closes, mean14, spread14], (price, mean, spread) => (price - mean) / spread),
    },
    'adl.adl': { theirs: 'ADL', column: columnOf(technical('ADL'), bars) },
    'chexit.chandelierExit': {
      theirs: 'Chandelier exit',
      column: columnsOf(technical('ChandelierExit', { period: 22, multiplier: 3 }), bars).exitLong,
    },
    'heikinashi.open': { theirs: 'Heikin-Ashi', column: candles.open },
    'heikinashi.high': { theirs: 'Heikin-Ashi', column: candles.high },
    'heikinashi.low': { theirs: 'Heikin-Ashi', column: candles.low },
    'heikinashi.close': { theirs: 'Heikin-Ashi', column: candles.close },
  }

  return Object.entries(indicators).flatMap(([indicator, { columns }]) =>
    Object.entries(columns).map(([name, column]): Verdict => {
      const match = matches[`${indicator}.${name}`]
      if (!match) return { theirs: LISTED[`${indicator}.${name}`] ?? LISTED[indicator] ?? indicator }
      const { from = 0, except = [] } = match
      const pairs = column.flatMap((theirs, i): Pair[] => {
        if (i < from || except.includes(i)) return []
        return [[match.column[i] ?? Number.NaN, typeof theirs === 'number' ? theirs : Number.NaN]]
      })
      return { theirs: match.theirs, pairs }
    }),
  )
}

/** Groups of what is not compared. */
const LISTED: Readonly<Record<string, string>> = {
  dema: 'DEMA, TEMA, HMA',
  tema: 'DEMA, TEMA, HMA',
  hma: 'DEMA, TEMA, HMA',
  'psar.isReversal': 'Parabolic SAR: isReversal',
  'heikinashi.volume': 'Heikin-Ashi: volume, date',
  'heikinashi.date': 'Heikin-Ashi: volume, date',
  'adl.moneyFlowMultiplier': 'ADL: multiplier, volume',
  'adl.moneyFlowVolume': 'ADL: multiplier, volume',
  supertrend: 'Supertrend, CMF, Aroon, Vortex, Ulcer index',
  cmf: 'Supertrend, CMF, Aroon, Vortex, Ulcer index',
  aroon: 'Supertrend, CMF, Aroon, Vortex, Ulcer index',
  vortex: 'Supertrend, CMF, Aroon, Vortex, Ulcer index',
  ulcer: 'Supertrend, CMF, Aroon, Vortex, Ulcer index',
}

testReference(STOCK_INDICATORS, judge)
