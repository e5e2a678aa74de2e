/** The regression table of TA-Lib: 252 bars, a point a row. */
import { adx } from '../../engine/math/adx.js'
import { atr } from '../../engine/math/atr.js'
import { averagePrice } from '../../engine/math/bar-price.js'
import { cci } from '../../engine/math/cci.js'
import { ema } from '../../engine/math/ema.js'
import { highest, lowest } from '../../engine/math/extremes.js'
import { close, type Indicator, open } from '../../engine/math/indicator.js'
import { macd } from '../../engine/math/macd.js'
import { rsi } from '../../engine/math/rsi.js'
import { sma } from '../../engine/math/sma.js'
import { stochastic } from '../../engine/math/stochastic.js'
import { wma } from '../../engine/math/wma.js'
import type { Bars } from '../../engine/model/bars.js'
import { ConfigError } from '../../engine/model/errors.js'
import { barsOf } from '../market.js'
import { columnOf, columnsOf } from '../math/indicators/columns-of.js'
import { TALIB } from './indicator-conventions.js'
import { type Pair, readReference, testReference, type Verdict } from './indicator-reference.js'

type Fields = Readonly<Record<string, number | string>>

interface Row {
  readonly number: (field: string) => number
  readonly text: (field: string) => string
}

interface File {
  readonly data: Readonly<Record<'open' | 'high' | 'low' | 'close' | 'volume', readonly number[]>>
  readonly tests: Readonly<
    Record<
      string,
      { readonly fields: readonly string[]; readonly rows: readonly (readonly (number | string)[])[] }
    >
  >
}

/** A column of ours over some bars, and how many of its values are NaN. */
interface Ours {
  readonly warmup: number
  readonly column: (bars: Bars) => readonly number[]
}

const single = (indicator: Indicator<'value'>): Ours => ({
  warmup: indicator.warmup,
  column: (bars) => columnOf(indicator, bars),
})

const output = <Output extends string>(
  indicator: Indicator<Output>,
  name: Output,
  change: (value: number) => number = (value) => value,
): Ours => ({
  warmup: indicator.warmup,
  column: (bars) => columnsOf(indicator, bars)[name].map(change),
})

function judgeAll(): readonly Verdict[] {
  const { data, tests }: File = JSON.parse(readReference('talib-regtest.json.gz'))
  const { volume } = data
  const columns = [data.open, data.high, data.low, data.close, volume]
  const rows = volume.map((_, i) => columns.map((column) => column[i] ?? Number.NaN))
  /** The bars that TA-Lib looks at: it begins as late as its look-back allows. */
  const barsFrom = (from: number) => barsOf(rows.slice(from))

  /** Compares the point of a row, its range, or that there is none. */
  const compare = (theirs: string, row: Row, ours: Ours, suffix = '0'): Verdict => {
    const [start, begin, count] = ['startIdx', 'expectedBegIdx', 'expectedNbElement'].map(row.number)
    if (start === undefined || begin === undefined || count === undefined) throw new Error('a row is whole')
    const unstable = row.number('unstablePeriod') || 0
    const from = Math.max(0, start - ours.warmup - unstable)
    const column = ours.column(barsFrom(from))
    const bar = begin + row.number(`oneOfTheExpectedOutRealIndex${suffix}`)
    const value = row.number(`oneOfTheExpectedOutReal${suffix}`)
    if (count === 0) {
      const range = column.slice(start - from, row.number('endIdx') - from + 1)
      return { theirs, pairs: range.map((one): Pair => [one, Number.NaN]) }
    }
    const isPlain = row.text('compatibility') !== 'TA_COMPATIBILITY_METASTOCK'
    const range: Pair[] = isPlain ? [[Math.max(start, ours.warmup + unstable), begin]] : []
    return { theirs, pairs: [...range, [column[bar - from] ?? Number.NaN, value]] }
  }

  const judge: Readonly<Record<string, (row: Row) => Verdict>> = {
    '1in_1out': () => ({ theirs: 'HT_TRENDMODE, HT_TRENDLINE, HT_DCPHASE, HT_DCPERIOD, SIN' }),
    '1in_2out': () => ({ theirs: 'HT_SINE, HT_PHASOR' }),
    avgdev: () => ({ theirs: 'AVGDEV, IMI' }),
    imi: () => ({ theirs: 'AVGDEV, IMI' }),
    per_hl: () => ({ theirs: 'AROON, AROONOSC, BETA, CORREL' }),
    adx(row) {
      const name = row.text('id').replace('TST_', '')
      if (name.endsWith('DM')) return { theirs: 'PLUS_DM, MINUS_DM' }
      if (row.number('optInTimePeriod') < 2) return { theirs: 'PLUS_DI, MINUS_DI of one bar' }
      const bars = barsFrom(0)
      const { adx: index, plusDi, minusDi } = columnsOf(adx(row.number('optInTimePeriod')), bars)
      const bar = row.number('expectedBegIdx') + row.number('oneOfTheExpectedOutRealIndex0')
      const expected = row.number('oneOfTheExpectedOutReal0')
      const directional = (i: number) =>
        (100 * Math.abs((plusDi[i] ?? 0) - (minusDi[i] ?? 0))) / ((plusDi[i] ?? 0) + (minusDi[i] ?? 0))
      const values: Readonly<Record<string, number | undefined>> = {
        ADX: index[bar],
        ADXR: ((index[bar] ?? 0) + (index[bar - 13] ?? 0)) / 2,
        PLUS_DI: plusDi[bar],
        MINUS_DI: minusDi[bar],
        DX: directional(bar),
      }
      const value = values[name] ?? Number.NaN
      if (Number.isNaN(value)) return { theirs: 'PLUS_DI, MINUS_DI, DX before ADX' }
      const isRounded = Number.isInteger(expected)
      return {
        theirs: isRounded ? 'ADX and its parts, rounded' : 'ADX, ADXR, PLUS_DI, MINUS_DI, DX',
        pairs: [[value, expected]],
      }
    },
    ma(row) {
      const type = row.text('optInMAType_1').replace('TA_MAType_', '')
      const n = row.number('optInTimePeriod')
      const half = Math.ceil((n + 1) / 2)
      const makers: Readonly<Record<string, () => Indicator<'value'>>> = {
        SMA: () => sma(close, n),
        WMA: () => wma(close, n),
        EMA: () => ema(close, n),
        TRIMA: () => sma(sma(close, half), n + 1 - half),
      }
      const make = makers[type]
      if (!make) return { theirs: 'T3, MAMA, FAMA, KAMA, DEMA, TEMA' }
      if (row.text('expectedRetCode') === 'TA_BAD_PARAM') {
        return { theirs: 'a period of 0 or less', pairs: [[isRefused(make), 1]] }
      }
      const isMetastock = row.text('compatibility') === 'TA_COMPATIBILITY_METASTOCK'
      const ours = single(make())
      if (type !== 'EMA' || !isMetastock || row.number('expectedNbElement') === 0) {
        return compare(type, row, ours, '')
      }
      const bar = row.number('expectedBegIdx') + row.number('oneOfTheExpectedOutRealIndex')
      if (bar < 200) return { theirs: 'EMA as Metastock, near its seed' }
      const value = ours.column(barsFrom(0))[bar] ?? Number.NaN
      return {
        theirs: 'EMA as Metastock, 200 bars on',
        pairs: [[value, row.number('oneOfTheExpectedOutReal')]],
      }
    },
    macd(row) {
      if (row.text('testId') === 'TA_MACDFIX_TEST') return { theirs: 'MACDFIX' }
      const periods = ['optInFastPeriod', 'optInSlowPeriod', 'optInSignalPeriod_2'].map(row.number)
      const [fast = 0, slow = 0, signal = 0] = periods
      const indicator = macd(close, fast, slow, signal)
      const pairs = indicator.outputs.flatMap(
        (name, k) => compare('MACD, MACDEXT', row, output(indicator, name), String(k)).pairs ?? [],
      )
      return { theirs: 'MACD, MACDEXT', pairs }
    },
    minmax(row) {
      const name = row.text('theFunction').replace(/^TA_|_TEST$/g, '')
      if (name.endsWith('INDEX')) return { theirs: 'MININDEX, MAXINDEX, MINMAXINDEX' }
      const n = row.number('optInTimePeriod')
      return compare('MIN, MAX, MINMAX', row, single(name === 'MAX' ? highest(open, n) : lowest(open, n)))
    },
    per_hlc(row) {
      const name = row.text('theFunction').replace(/^TA_|_TEST$/g, '')
      const n = row.number('optInTimePeriod1')
      if (name === 'CCI') return compare('CCI', row, single(cci(n)))
      if (name === 'WILLR')
        return compare(
          'WILLR',
          row,
          output(stochastic(n, 1, 1), 'k', (k) => k - 100),
        )
      if (name !== 'NATR') return { theirs: 'ACCBANDS, ULTOSC' }
      return compare('NATR', row, {
        warmup: n,
        column: (bars) =>
          columnOf(atr(n), bars).map((value, i) => (100 * value) / (bars.close[i] ?? Number.NaN)),
      })
    },
    per_ohlc(row) {
      const isAverage = row.text('theFunction') === 'TA_AVGPRICE_TEST'
      return isAverage ? compare('AVGPRICE', row, single(averagePrice)) : { theirs: 'BOP' }
    },
    po(row) {
      if (row.text('optInMethod_2') !== 'TA_MAType_SMA') return { theirs: 'APO, PPO of EMA as Metastock' }
      const periods = [row.number('optInFastPeriod'), row.number('optInSlowPeriod')]
      const [fast, slow] = [sma(close, Math.min(...periods)), sma(close, Math.max(...periods))]
      const share = row.number('doPercentage') === 1
      const column = (bars: Bars) => {
        const means = columnOf(slow, bars)
        return columnOf(fast, bars).map((value, i) => {
          const mean = means[i] ?? Number.NaN
          return share ? (100 * (value - mean)) / mean : value - mean
        })
      }
      return compare('APO, PPO of SMA', row, { warmup: slow.warmup, column }, '')
    },
    rsi(row) {
      const isMetastock = row.text('compatibility') === 'TA_COMPATIBILITY_METASTOCK'
      const bar = row.number('expectedBegIdx') + row.number('oneOfTheExpectedOutRealIndex0')
      const ours = rsi(close, 14)
      if (isMetastock && bar === ours.warmup - 1) {
        return { theirs: 'RSI, CMO as Metastock, one bar earlier' }
      }
      if (row.text('theFunction') === 'TA_RSI_TEST') return compare('RSI', row, single(ours))
      return compare(
        'CMO',
        row,
        output(ours, 'value', (value) => 2 * value - 100),
      )
    },
    sar: () => ({ theirs: 'SAR' }),
  }

  return Object.entries(tests).flatMap(([table, { fields, rows: cases }]) =>
    cases.map((values): Verdict => {
      const row: Fields = Object.fromEntries(fields.map((field, i) => [field, values[i] ?? '']))
      const verdict = judge[table]?.({
        number: (field) => Number(row[field]),
        text: (field) => String(row[field]),
      })
      return verdict ?? { theirs: table }
    }),
  )
}

/** 1 when the recipe is refused as a mistake in the configuration. */
function isRefused(make: () => unknown): number {
  try {
    make()
    return 0
  } catch (error) {
    return error instanceof ConfigError ? 1 : 0
  }
}

testReference(TALIB, judgeAll)
