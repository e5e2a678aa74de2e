/**
 * How fast indicator columns are computed: each indicator alone, in blocks as a replay asks for them,
 * into columns that are there already, beside `technicalindicators` over the same values as arrays in
 * the same process.
 */
import {
  ADX,
  ATR,
  BollingerBands,
  CCI,
  EMA,
  Highest,
  KeltnerChannels,
  Lowest,
  MACD,
  MFI,
  OBV,
  PSAR,
  ROC,
  RSI,
  SD,
  SMA,
  Stochastic,
  VWAP,
  WMA,
} from 'technicalindicators'
import { generateBars } from '../data/synthetic.js'
import { adx } from '../engine/math/adx.js'
import { atr } from '../engine/math/atr.js'
import { bollinger } from '../engine/math/bollinger.js'
import { cci } from '../engine/math/cci.js'
import { donchian } from '../engine/math/donchian.js'
import { ema } from '../engine/math/ema.js'
import { highest, lowest } from '../engine/math/extremes.js'
import { close, type Indicator } from '../engine/math/indicator.js'
import { IndicatorColumns } from '../engine/math/indicator-columns.js'
import { keltner } from '../engine/math/keltner.js'
import { macd } from '../engine/math/macd.js'
import { moneyFlow } from '../engine/math/money-flow.js'
import { obv } from '../engine/math/obv.js'
import { parabolicSar } from '../engine/math/parabolic-sar.js'
import { roc } from '../engine/math/roc.js'
import { rollingVwap } from '../engine/math/rolling-vwap.js'
import { rsi } from '../engine/math/rsi.js'
import { sessionVwap } from '../engine/math/session-vwap.js'
import { sma } from '../engine/math/sma.js'
import { standardDeviation } from '../engine/math/standard-deviation.js'
import { stochastic } from '../engine/math/stochastic.js'
import { wma } from '../engine/math/wma.js'
import type { Bars } from '../engine/model/bars.js'
import { timeInTurn } from './timing.js'

/** One indicator: speed, and how many times the package's time it takes less. */
export interface IndicatorRow {
  readonly name: string
  /** Bars a second; an indicator with three outputs writes three values at each. */
  readonly valuesPerSecond: number
  /** How many times as long the package takes; undefined where it has no such indicator. */
  readonly timesTechnicalIndicators: number | undefined
}

interface Piece {
  readonly name: string
  readonly indicator: Indicator
  readonly theirs?: () => unknown
}

/** Bars of a block, as in a replay. */
const BLOCK = 4096

/** Measures every indicator over `count` synthetic bars: the median of `rounds` rounds, in turn. */
export function benchIndicators({ count = 200_000, rounds = 5 } = {}): readonly IndicatorRow[] {
  const bars = generateBars({ seed: 1, count })
  const pieces = piecesOf(bars)
  const work = pieces.flatMap(({ name, indicator, theirs }) => {
    const ours = [`ours ${name}`, computer(indicator, bars)] as const
    return theirs ? [ours, [`theirs ${name}`, theirs] as const] : [ours]
  })
  const medians = timeInTurn<string>(Object.fromEntries(work), rounds)
  return pieces.map(({ name }) => {
    const [ours = Number.NaN, theirs] = [medians[`ours ${name}`], medians[`theirs ${name}`]]
    return {
      name,
      valuesPerSecond: (count / ours) * 1000,
      timesTechnicalIndicators: theirs === undefined ? undefined : theirs / ours,
    }
  })
}

/** Computes an indicator, and what it is made of, from the first bar to the last. */
function computer(indicator: Indicator, bars: Bars): () => void {
  const columns = new IndicatorColumns([indicator], bars)
  const start = columns.snapshot()
  return () => {
    columns.restore(start, 0)
    for (let to = 0; to < bars.length; ) {
      to = Math.min(to + BLOCK, bars.length)
      columns.extend(to)
    }
  }
}

function piecesOf(bars: Bars): readonly Piece[] {
  const array = (column: Float64Array) => [...column.subarray(0, bars.length)]
  const values = array(bars.close)
  const range = { high: array(bars.high), low: array(bars.low), close: values }
  const traded = { ...range, volume: array(bars.volume) }
  return [
    { name: 'SMA', indicator: sma(close, 20), theirs: () => SMA.calculate({ period: 20, values }) },
    { name: 'EMA', indicator: ema(close, 20), theirs: () => EMA.calculate({ period: 20, values }) },
    { name: 'RSI', indicator: rsi(close, 14), theirs: () => RSI.calculate({ period: 14, values }) },
    { name: 'ATR', indicator: atr(14), theirs: () => ATR.calculate({ ...range, period: 14 }) },
    {
      name: 'MACD',
      indicator: macd(close, 12, 26, 9),
      theirs: () =>
        MACD.calculate({
          values,
          fastPeriod: 12,
          slowPeriod: 26,
          signalPeriod: 9,
          SimpleMAOscillator: false,
          SimpleMASignal: false,
        }),
    },
    { name: 'WMA', indicator: wma(close, 20), theirs: () => WMA.calculate({ period: 20, values }) },
    {
      name: 'Bollinger bands',
      indicator: bollinger(close, 20, 2),
      theirs: () => BollingerBands.calculate({ period: 20, stdDev: 2, values }),
    },
    {
      name: 'Standard deviation',
      indicator: standardDeviation(close, 20),
      theirs: () => SD.calculate({ period: 20, values }),
    },
    {
      name: 'Stochastic',
      indicator: stochastic(14, 1, 3),
      theirs: () => Stochastic.calculate({ ...range, period: 14, signalPeriod: 3 }),
    },
    { name: 'ADX', indicator: adx(14), theirs: () => ADX.calculate({ ...range, period: 14 }) },
    { name: 'CCI', indicator: cci(20), theirs: () => CCI.calculate({ ...range, period: 20 }) },
    { name: 'OBV', indicator: obv(), theirs: () => OBV.calculate(traded) },
    {
      name: 'Rate of change',
      indicator: roc(close, 10),
      theirs: () => ROC.calculate({ period: 10, values }),
    },
    {
      name: 'Highest',
      indicator: highest(close, 20),
      theirs: () => Highest.calculate({ period: 20, values }),
    },
    { name: 'Lowest', indicator: lowest(close, 20), theirs: () => Lowest.calculate({ period: 20, values }) },
    { name: 'Donchian', indicator: donchian(20) },
    {
      name: 'Keltner',
      indicator: keltner(20, 10, 2),
      theirs: () =>
        KeltnerChannels.calculate({ ...range, maPeriod: 20, atrPeriod: 10, multiplier: 2, useSMA: false }),
    },
    { name: 'VWAP, session', indicator: sessionVwap(), theirs: () => VWAP.calculate(traded) },
    { name: 'VWAP, rolling', indicator: rollingVwap(20) },
    { name: 'Money flow', indicator: moneyFlow(14), theirs: () => MFI.calculate({ ...traded, period: 14 }) },
    {
      name: 'Parabolic SAR',
      indicator: parabolicSar(0.02, 0.2),
      theirs: () => PSAR.calculate({ high: range.high, low: range.low, step: 0.02, max: 0.2 }),
    },
  ]
}
