/** Six files of Lean: bars of one ETF with columns of indicators beside them, a column a case. */
import { adx } from '../../engine/math/adx.js'
import { atr } from '../../engine/math/atr.js'
import { averagePrice, typicalPrice } from '../../engine/math/bar-price.js'
import { close } from '../../engine/math/indicator.js'
import { macd } from '../../engine/math/macd.js'
import { obv } from '../../engine/math/obv.js'
import { rollingVwap } from '../../engine/math/rolling-vwap.js'
import { sma } from '../../engine/math/sma.js'
import type { Bars } from '../../engine/model/bars.js'
import { barsOf } from '../market.js'
import { columnOf, columnsOf } from '../math/indicators/columns-of.js'
import { LEAN } from './indicator-conventions.js'
import { type Pair, readReference, testReference, type Verdict } from './indicator-reference.js'

const FILES = [
  'spy_atr.txt.gz',
  'spy_with_adx.txt.gz',
  'spy_with_keltner.csv.gz',
  'spy_with_macd.txt.gz',
  'spy_with_obv.txt.gz',
  'spy_with_vwap.txt.gz',
] as const

/** What every file has beside its indicators. */
const BARS = ['Date', 'Open', 'High', 'Low', 'Close', 'Volume']

/** Our column for one of theirs, and from which bar on they can be compared. */
interface Match {
  readonly theirs: string
  readonly column: readonly number[]
  readonly from?: number
}

function matchesOf(bars: Bars): Readonly<Record<string, Match>> {
  const combine = (a: readonly number[], b: readonly number[], change: (a: number, b: number) => number) =>
    a.map((value, i) => change(value, b[i] ?? Number.NaN))
  const { adx: index, plusDi, minusDi } = columnsOf(adx(14), bars)
  const lines = columnsOf(macd(close, 12, 26, 9), bars)
  const middle = columnOf(sma(typicalPrice, 20), bars)
  const reach = columnOf(sma(atr(1), 20), bars)
  // Sums that are seeded with a bar more have forgotten it by then.
  const SEEDED = 200
  const part = (column: readonly number[]): Match => ({
    theirs: 'ADX: +DI, −DI, their difference and sum, DX',
    column,
    from: SEEDED,
  })
  return {
    'Average True Range 14': { theirs: 'ATR of a simple mean', column: columnOf(sma(atr(1), 14), bars) },
    TR: { theirs: 'ADX: TR, TR14', column: columnOf(atr(1), bars) },
    TR14: { theirs: 'ADX: TR, TR14', column: columnOf(atr(14), bars).map((value) => 14 * value) },
    '+DI14': part(plusDi),
    '-DI14': part(minusDi),
    'DI 14 Diff': part(combine(plusDi, minusDi, (plus, minus) => Math.abs(plus - minus))),
    'DI 14 Sum': part(combine(plusDi, minusDi, (plus, minus) => plus + minus)),
    DX: part(combine(plusDi, minusDi, (plus, minus) => (100 * Math.abs(plus - minus)) / (plus + minus))),
    'ADX 14': { theirs: 'ADX, ADXR', column: index, from: SEEDED },
    'ADXR 14': {
      theirs: 'ADX, ADXR',
      column: index.map((value, i) => (value + (index[i - 13] ?? Number.NaN)) / 2),
      from: SEEDED + 14,
    },
    TypicalPrice: { theirs: 'Keltner of simple means', column: columnOf(typicalPrice, bars) },
    'Middle Band': { theirs: 'Keltner of simple means', column: middle },
    'Keltner Channels 20 Top': {
      theirs: 'Keltner of simple means',
      column: combine(middle, reach, (center, range) => center + 1.5 * range),
      from: 20,
    },
    'Keltner Channels 20 Bottom': {
      theirs: 'Keltner of simple means',
      column: combine(middle, reach, (center, range) => center - 1.5 * range),
      from: 20,
    },
    MACD: { theirs: 'MACD', column: lines.macd, from: 179 },
    Signal: { theirs: 'MACD', column: lines.signal, from: 179 },
    Histogram: { theirs: 'MACD', column: lines.histogram, from: 179 },
    OBV: { theirs: 'OBV', column: columnOf(obv(), bars), from: 1 },
    'Moving VWAP 50': { theirs: 'VWAP of 50 bars', column: columnOf(rollingVwap(50, averagePrice), bars) },
  }
}

function judge(): readonly Verdict[] {
  return FILES.flatMap((file) => {
    const [head = [], ...rows] = readReference('lean', file)
      .trim()
      .split(/\r?\n/)
      .map((line) => line.split(','))
    const column = (name: string) => {
      const place = head.findIndex((one) => one.trim() === name)
      return rows.map((row) => (row[place] ? Number(row[place]) : Number.NaN))
    }
    const prices = BARS.slice(1).map(column)
    const bars = barsOf(rows.map((_, i) => prices.map((one) => one[i] ?? Number.NaN)))
    const matches = matchesOf(bars)
    return head
      .map((name) => name.trim())
      .filter((name) => !BARS.includes(name))
      .map((name): Verdict => {
        const match = matches[name]
        if (!match) return { theirs: 'ADX: +DM, −DM and their sums' }
        const { from = 0 } = match
        const pairs = column(name)
          .map((theirs, i): Pair => [match.column[i] ?? Number.NaN, theirs])
          .slice(from)
        return { theirs: match.theirs, pairs }
      })
  })
}

testReference(LEAN, judge)
