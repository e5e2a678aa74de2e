/**
 * What `technicalindicators` 3.1.0 does wrong, or not as TA-Lib does: each with a look at it through the
 * adapter. `docs/indicators.md` names them from this list.
 */
import { adx } from '../../../engine/math/adx.js'
import { close, type Source, volume } from '../../../engine/math/indicator.js'
import { macd } from '../../../engine/math/macd.js'
import { moneyFlow } from '../../../engine/math/money-flow.js'
import { rsi } from '../../../engine/math/rsi.js'
import { technical } from '../../../engine/math/technical-indicators.js'
import type { Bars } from '../../../engine/model/bars.js'
import { barsOf } from '../../market.js'
import { columnOf, columnsOf } from './columns-of.js'

/** One fault: the package's indicator, what it does, and whether it still does. */
export interface Fault {
  readonly indicator: string
  readonly fault: string
  readonly isSeen: () => boolean
}

/** Closes of a walk that goes up and down, with volumes. */
const walk = barsOf(
  Array.from({ length: 120 }, (_, i) => {
    const price = 100 + ((i * 7919) % 101) / 10
    return [price, price + 1, price - 1, price + ((i * 31) % 7) / 10 - 0.3, 1 + ((i * 17) % 5) / 3]
  }),
)
const flat = barsOf(Array.from({ length: 60 }, () => [10, 10, 10, 10, 1.5]))
/** Bars whose close is what is given, and whose volume is 1. */
const closes = (values: readonly number[]): Bars =>
  barsOf(values.map((value) => [value, value, value, value, 1]))
const at = (column: readonly number[], i: number): number => column.at(i) ?? Number.NaN
const isRounded = (column: readonly number[], decimals: number): boolean =>
  column.filter(Number.isFinite).every((value) => Number(value.toFixed(decimals)) === value)
const ofClose: { readonly values: Source } = { values: close }

/** The faults, in the order of the document. */
export const FAULTS: readonly Fault[] = [
  {
    indicator: 'all of them',
    fault:
      'the arrays of `calculate` begin with the first value, not with the first bar: read by the index of the bar they look ahead; the adapter puts each value at its own bar',
    isSeen: () => Number.isNaN(at(columnOf(technical('SMA', { period: 5 }), walk), 3)),
  },
  {
    indicator: 'RSI, MFI',
    fault: 'rounded to two decimals',
    isSeen: () =>
      isRounded(columnOf(technical('RSI', { period: 14 }), walk), 2) &&
      isRounded(columnOf(technical('MFI', { period: 14 }), walk), 2) &&
      !isRounded(columnOf(rsi(close, 14), walk), 2),
  },
  {
    indicator: 'RSI',
    fault: 'is 100 where nothing has moved (TA-Lib and `rsi`: 0)',
    isSeen: () => at(columnOf(technical('RSI', { period: 14 }), flat), -1) === 100,
  },
  {
    indicator: 'ADL',
    fault: 'rounded to whole numbers; a bar without a range counts as bought in full',
    isSeen: () =>
      isRounded(columnOf(technical('ADL'), walk), 0) && at(columnOf(technical('ADL'), flat), -1) === 60 * 1.5,
  },
  {
    indicator: 'EMA, and all that is made of it',
    fault: 'where the seed is exactly 0 its bar is counted a second time',
    // The mean of −1 and 1 is 0; counted again, 1 gives 0 + 2/3 · (1 − 0).
    isSeen: () => at(columnOf(technical('EMA', { period: 2 }), closes([-1, 1, 5, 6])), 1) === 2 / 3,
  },
  {
    indicator: 'MACD',
    fault:
      'the fast EMA is seeded with the first values, not where the slow one is, so that it differs from TA-Lib until the seed is forgotten; a signal of exactly 0 is missing',
    isSeen: () => {
      const options = { fastPeriod: 12, slowPeriod: 26, signalPeriod: 9 }
      const exponential = { ...options, SimpleMAOscillator: false, SimpleMASignal: false }
      const theirs = columnsOf(technical('MACD', exponential), walk).MACD
      const ours = columnsOf(macd(close, 12, 26, 9), walk).macd
      const apart = (i: number) => Math.abs((theirs[i] ?? 0) - (ours[i] ?? 0))
      return apart(33) > 1e-3 && apart(119) < apart(33) / 10
    },
  },
  {
    indicator: 'ADX',
    fault: 'sums are seeded with a bar more than in TA-Lib; NaN where nothing has moved',
    isSeen: () => {
      const theirs = columnsOf(technical('ADX', { period: 14 }), walk)
      const ours = columnsOf(adx(14), walk)
      const isApart = Math.abs((theirs.pdi[28] ?? 0) - (ours.plusDi[28] ?? 0)) > 1e-3
      return isApart && Number.isNaN(at(columnsOf(technical('ADX', { period: 14 }), flat).adx, -1))
    },
  },
  {
    indicator: 'MFI',
    fault:
      'begins a bar late, because the first bar is thrown away; a typical price that has not moved counts as a fall',
    isSeen: () => {
      const standing = closes([1, 2, 3, 4, 5, 6, 6, 6])
      const theirs = columnOf(technical('MFI', { period: 4 }), standing)
      const ours = columnOf(moneyFlow(4), standing)
      const begin = (column: readonly number[]) => column.findIndex(Number.isFinite)
      return begin(theirs) === begin(ours) + 1 && at(ours, -1) === 100 && at(theirs, -1) < 60
    },
  },
  {
    indicator: 'CCI, WilliamsR, BollingerBands (`pb`)',
    fault: 'NaN in a flat window',
    isSeen: () =>
      [
        columnOf(technical('CCI', { period: 5 }), flat),
        columnOf(technical('WilliamsR', { period: 5 }), flat),
        columnsOf(technical('BollingerBands', { period: 5, stdDev: 2 }), flat).pb,
      ].every((column) => Number.isNaN(at(column, -1))),
  },
  {
    indicator: 'TRIX, KST (`signal`)',
    fault: 'a value of exactly 0 is missing',
    isSeen: () => Number.isNaN(at(columnOf(technical('TRIX', { period: 3 }), flat), -1)),
  },
  {
    indicator: 'BollingerBands',
    fault: 'where the mean is exactly 0 the bands of the bar before are given again',
    isSeen: () => {
      const { middle } = columnsOf(
        technical('BollingerBands', { period: 2, stdDev: 2 }, ofClose),
        closes([1, 3, 5, -5, 1]),
      )
      return middle[3] === 4
    },
  },
  {
    indicator: 'Highest, and all that looks for a highest value',
    fault: 'is 0 where all values are negative',
    isSeen: () => at(columnOf(technical('Highest', { period: 2 }), closes([-3, -2, -2.5])), 1) === 0,
  },
  {
    indicator: 'ROC',
    fault: 'counts in percent (`roc`: a fraction)',
    isSeen: () => Math.abs(at(columnOf(technical('ROC', { period: 1 }), closes([100, 101])), 1) - 1) < 1e-12,
  },
  {
    indicator: 'OBV',
    fault: 'has no value at the first bar, and begins with 0, not with its volume',
    isSeen: () => {
      const column = columnOf(technical('OBV'), walk)
      return Number.isNaN(at(column, 0)) && Math.abs(at(column, 1)) === walk.volume[1]
    },
  },
  {
    indicator: 'VWAP',
    fault: 'never begins anew: it is the mean since the first bar',
    isSeen: () => {
      const [quote, traded] = [0, 1].map((power) =>
        Array.from({ length: walk.length }, (_, i) => {
          const price = ((walk.high[i] ?? 0) + (walk.low[i] ?? 0) + (walk.close[i] ?? 0)) / 3
          return (power === 0 ? price : 1) * (walk.volume[i] ?? 0)
        }).reduce((sum, value) => sum + value, 0),
      )
      return Math.abs(at(columnOf(technical('VWAP'), walk), -1) - (quote ?? 0) / (traded ?? 1)) < 1e-9
    },
  },
  {
    indicator: 'IchimokuCloud',
    fault:
      '`displacement` moves nothing: the spans are those of the bar itself; it only lengthens the warm-up',
    isSeen: () =>
      technical('IchimokuCloud', { spanPeriod: 52, displacement: 60 }).warmup === 59 &&
      at(columnsOf(technical('IchimokuCloud', { spanPeriod: 52 }), walk).spanA, -1) ===
        at(columnsOf(technical('IchimokuCloud', { spanPeriod: 52, displacement: 60 }), walk).spanA, -1),
  },
  {
    indicator: 'SMA, Sum, and all that is made of them',
    fault: 'running sums: the rounding of a large value stays in them, and so does a NaN, for good',
    isSeen: () =>
      (['SMA', 'Sum'] as const).every((name) => {
        const last = (first: number) => {
          const bars = barsOf([first, 1, 1, 1, 1].map((traded) => [1, 1, 1, 1, traded]))
          return at(columnOf(technical(name, { period: 2 }, { values: volume }), bars), -1)
        }
        return last(1e17) !== last(1) && Number.isNaN(last(Number.NaN))
      }),
  },
]
