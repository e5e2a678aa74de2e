/** The cases of Tulip Indicators: short series with printed or hand-made results. */

import { atr } from '../../engine/math/atr.js'
import { averagePrice, medianPrice, typicalPrice } from '../../engine/math/bar-price.js'
import { bollinger } from '../../engine/math/bollinger.js'
import { cci } from '../../engine/math/cci.js'
import { highest, lowest } from '../../engine/math/extremes.js'
import { close, type Indicator } from '../../engine/math/indicator.js'
import { moneyFlow } from '../../engine/math/money-flow.js'
import { obv } from '../../engine/math/obv.js'
import { parabolicSar } from '../../engine/math/parabolic-sar.js'
import { roc } from '../../engine/math/roc.js'
import { rollingVwap } from '../../engine/math/rolling-vwap.js'
import { rsi } from '../../engine/math/rsi.js'
import { sma } from '../../engine/math/sma.js'
import { standardDeviation } from '../../engine/math/standard-deviation.js'
import { stochastic } from '../../engine/math/stochastic.js'
import { technical } from '../../engine/math/technical-indicators.js'
import { wma } from '../../engine/math/wma.js'
import type { Bars } from '../../engine/model/bars.js'
import { barsOf } from '../market.js'
import { columnOf, columnsOf } from '../math/indicators/columns-of.js'
import { TULIP } from './indicator-conventions.js'
import { type Pair, readReference, testReference, type Verdict } from './indicator-reference.js'

interface Case {
  readonly indicator: string
  readonly options: readonly number[]
  readonly series: readonly (readonly number[])[]
}

type Columns = readonly (readonly number[])[]

/** What an indicator of theirs takes, and our columns for what it gives. */
interface Match {
  readonly theirs: string
  /** Names of its inputs, in their order. */
  readonly takes: readonly ('open' | 'high' | 'low' | 'close' | 'volume')[]
  readonly columns: (bars: Bars, options: readonly number[]) => Columns
  /** Values of theirs at the start that have no counterpart; 0 when it is ours that begins earlier. */
  readonly skip?: number
}

const CLOSE = ['close'] as const
const RANGE = ['high', 'low'] as const
const BAR = ['high', 'low', 'close'] as const
const PRICES = ['open', 'high', 'low', 'close'] as const
const TRADED = ['high', 'low', 'close', 'volume'] as const

const single =
  (
    make: (n: number) => Indicator<'value'>,
    change: (value: number, n: number) => number = (value) => value,
  ) =>
  (bars: Bars, [n = 0]: readonly number[]): Columns => [
    columnOf(make(n), bars).map((value) => change(value, n)),
  ]

const half = (n: number) => Math.ceil((n + 1) / 2)

const MATCHES: Readonly<Record<string, Match>> = {
  sma: { theirs: 'sma', takes: CLOSE, columns: single((n) => sma(close, n)) },
  wma: { theirs: 'wma', takes: CLOSE, columns: single((n) => wma(close, n)) },
  trima: { theirs: 'trima', takes: CLOSE, columns: single((n) => sma(sma(close, half(n)), n + 1 - half(n))) },
  sum: {
    theirs: 'sum',
    takes: CLOSE,
    columns: single(
      (n) => sma(close, n),
      (value, n) => value * n,
    ),
  },
  max: { theirs: 'max, min', takes: CLOSE, columns: single((n) => highest(close, n)) },
  min: { theirs: 'max, min', takes: CLOSE, columns: single((n) => lowest(close, n)) },
  stddev: {
    theirs: 'stddev, var, stderr',
    takes: CLOSE,
    columns: single((n) => standardDeviation(close, n)),
  },
  var: {
    theirs: 'stddev, var, stderr',
    takes: CLOSE,
    columns: single(
      (n) => standardDeviation(close, n),
      (value) => value * value,
    ),
  },
  stderr: {
    theirs: 'stddev, var, stderr',
    takes: CLOSE,
    columns: single(
      (n) => standardDeviation(close, n),
      (value, n) => value / Math.sqrt(n),
    ),
  },
  bbands: {
    theirs: 'bbands',
    takes: CLOSE,
    columns(bars, [n = 0, width = 0]) {
      const { lower, middle, upper } = columnsOf(bollinger(close, n, width), bars)
      return [lower, middle, upper]
    },
  },
  roc: { theirs: 'roc, rocr', takes: CLOSE, columns: single((n) => roc(close, n)) },
  rocr: {
    theirs: 'roc, rocr',
    takes: CLOSE,
    columns: single(
      (n) => roc(close, n),
      (value) => 1 + value,
    ),
  },
  rsi: { theirs: 'rsi', takes: CLOSE, columns: single((n) => rsi(close, n)) },
  cci: { theirs: 'cci', takes: BAR, columns: single((n) => cci(n)), skip: 0 },
  mfi: { theirs: 'mfi', takes: TRADED, columns: single((n) => moneyFlow(n)) },
  obv: {
    theirs: 'obv',
    takes: ['close', 'volume'],
    columns(bars) {
      const column = columnOf(obv(), bars)
      return [column.map((value) => value - (column[0] ?? 0))]
    },
  },
  vwma: { theirs: 'vwma', takes: ['close', 'volume'], columns: single((n) => rollingVwap(n, close)) },
  stoch: {
    theirs: 'stoch',
    takes: BAR,
    columns(bars, [n = 0, smooth = 0, slow = 0]) {
      const { k, d } = columnsOf(stochastic(n, smooth, slow), bars)
      return [k, d]
    },
  },
  willr: {
    theirs: 'willr',
    takes: BAR,
    columns: (bars, [n = 0]) => [columnsOf(stochastic(n, 1, 1), bars).k.map((k) => k - 100)],
  },
  tr: { theirs: 'tr', takes: BAR, columns: (bars) => [columnOf(atr(1), bars)], skip: 1 },
  psar: {
    theirs: 'psar, from its first turn on',
    takes: RANGE,
    columns: (bars, [step = 0, max = 0]) => [columnOf(parabolicSar(step, max), bars)],
    skip: 7,
  },
  medprice: { theirs: 'medprice, typprice, avgprice', takes: RANGE, columns: single(() => medianPrice) },
  typprice: { theirs: 'medprice, typprice, avgprice', takes: BAR, columns: single(() => typicalPrice) },
  avgprice: { theirs: 'medprice, typprice, avgprice', takes: PRICES, columns: single(() => averagePrice) },
  ad: { theirs: 'ad', takes: TRADED, columns: (bars) => [columnOf(technical('ADL'), bars)] },
  ao: {
    theirs: 'ao',
    takes: RANGE,
    columns: (bars) => [columnOf(technical('AwesomeOscillator', { fastPeriod: 5, slowPeriod: 34 }), bars)],
  },
  wilders: { theirs: 'wilders', takes: CLOSE, columns: single((n) => technical('WEMA', { period: n })) },
}

/** Groups of what is not compared; whatever is in none is not in the set. */
const LISTED: Readonly<Record<string, string>> = {
  ema: 'ema',
  macd: 'macd, apo, ppo',
  apo: 'macd, apo, ppo',
  ppo: 'macd, apo, ppo',
  dm: 'dm, di, dx, adxr',
  di: 'dm, di, dx, adxr',
  dx: 'dm, di, dx, adxr',
  adxr: 'dm, di, dx, adxr',
  natr: 'natr',
  cmo: 'cmo',
  crossany: 'crossany, crossover',
  crossover: 'crossany, crossover',
}

function judge(): readonly Verdict[] {
  const { cases }: { readonly cases: readonly Case[] } = JSON.parse(readReference('tulip-indicators.json'))
  return cases.map(({ indicator, options, series }): Verdict => {
    const match = MATCHES[indicator]
    if (!match) return { theirs: LISTED[indicator] ?? 'the others' }
    const inputs = Object.fromEntries(match.takes.map((name, i) => [name, series[i] ?? []]))
    const length = series[0]?.length ?? 0
    const names = ['open', 'high', 'low', 'close', 'volume'] as const
    const bars = barsOf(
      Array.from({ length }, (_, i) => names.map((name) => inputs[name]?.[i] ?? inputs.close?.[i] ?? 1)),
    )
    const ours = match.columns(bars, options)
    const pairs = series.slice(match.takes.length).flatMap((theirs, k) => {
      const column = ours[k] ?? []
      // Their outputs are as much shorter as their warm-up is long: what lies before them is none.
      const missing = length - theirs.length
      const none = column.slice(0, missing).map((value): Pair => [value, Number.NaN])
      const rest = theirs.map((value, i): Pair => [column[missing + i] ?? Number.NaN, value])
      return [...(match.skip === undefined ? none : []), ...rest.slice(match.skip ?? 0)]
    })
    return { theirs: match.theirs, pairs }
  })
}

testReference(TULIP, judge)
