/** Each indicator against its definition, written down the long way: one window, one sum at a time. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { adx } from '../../../engine/math/adx.js'
import { atr } from '../../../engine/math/atr.js'
import { averagePrice, medianPrice, typicalPrice } from '../../../engine/math/bar-price.js'
import { bollinger } from '../../../engine/math/bollinger.js'
import { cci } from '../../../engine/math/cci.js'
import { donchian } from '../../../engine/math/donchian.js'
import { ema } from '../../../engine/math/ema.js'
import { highest, lowest } from '../../../engine/math/extremes.js'
import { close, type Indicator, volume } from '../../../engine/math/indicator.js'
import { keltner } from '../../../engine/math/keltner.js'
import { macd } from '../../../engine/math/macd.js'
import { moneyFlow } from '../../../engine/math/money-flow.js'
import { obv } from '../../../engine/math/obv.js'
import { roc } from '../../../engine/math/roc.js'
import { rollingVwap } from '../../../engine/math/rolling-vwap.js'
import { rsi } from '../../../engine/math/rsi.js'
import { sessionVwap } from '../../../engine/math/session-vwap.js'
import { sma } from '../../../engine/math/sma.js'
import { standardDeviation } from '../../../engine/math/standard-deviation.js'
import { stochastic } from '../../../engine/math/stochastic.js'
import { windowMean } from '../../../engine/math/window-mean.js'
import { wma } from '../../../engine/math/wma.js'
import type { Bar } from '../../../engine/model/bars.js'
import { DAY_MS } from '../../../engine/model/time.js'
import { arbitraryBars, barList, barsOf, START } from '../../market.js'
import { columnOf, columnsOf } from './columns-of.js'

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)
const mean = (values: readonly number[]) => total(values) / values.length
/** Three times the typical price in ticks of 0.01: a whole number, so that equal prices are equal. */
const ticks = ({ high, low, close }: Bar) =>
  Math.round(100 * high) + Math.round(100 * low) + Math.round(100 * close)
const typical = ({ high, low, close }: Bar) => (high + low + close) / 3

/** A definition gives the value at the last of the bars that it is shown, which begin at the first. */
type Definition = (bars: readonly Bar[], n: number) => number

const closes = (bars: readonly Bar[], n: number) => bars.slice(-n).map((bar) => bar.close)

const deviation: Definition = (bars, n) => {
  const values = closes(bars, n)
  const center = mean(values)
  return Math.sqrt(mean(values.map((value) => (value - center) ** 2)))
}

/** Wilder's mean: the mean of the first n values, then a share of 1 / n of each that follows. */
const wilder = (values: readonly number[], n: number) =>
  values.slice(n).reduce((average, value) => (average * (n - 1) + value) / n, mean(values.slice(0, n)))

const exponential = (values: readonly number[], n: number) =>
  values
    .slice(n)
    .reduce((average, value) => average + (2 / (n + 1)) * (value - average), mean(values.slice(0, n)))

const changes = (bars: readonly Bar[]) => bars.slice(1).map((bar, i) => bar.close - (bars[i]?.close ?? 0))

const strength: Definition = (bars, n) => {
  const gain = wilder(
    changes(bars).map((change) => Math.max(change, 0)),
    n,
  )
  const loss = wilder(
    changes(bars).map((change) => Math.max(-change, 0)),
    n,
  )
  return gain + loss === 0 ? 0 : 100 - 100 / (1 + gain / loss)
}

const channel: Definition = (bars, n) => {
  const prices = bars.slice(-n).map(typical)
  const center = mean(prices)
  const spread = mean(prices.map((price) => Math.abs(price - center)))
  const isFlat = new Set(bars.slice(-n).map(ticks)).size === 1
  return isFlat ? 0 : ((prices.at(-1) ?? 0) - center) / (0.015 * spread)
}

const flow: Definition = (bars, n) => {
  const steps = bars.slice(-n - 1).map((bar) => ({ price: ticks(bar), money: typical(bar) * bar.volume }))
  const moved = (sign: number) =>
    total(
      steps
        .slice(1)
        .map(({ price, money }, i) => (Math.sign(price - (steps[i]?.price ?? 0)) === sign ? money : 0)),
    )
  return moved(1) + moved(-1) === 0 ? 0 : (100 * moved(1)) / (moved(1) + moved(-1))
}

const balance: Definition = (bars) =>
  (bars[0]?.volume ?? 0) +
  total(changes(bars).map((change, i) => Math.sign(change) * (bars[i + 1]?.volume ?? 0)))

const weightedPrice = (bars: readonly Bar[]) => {
  const traded = total(bars.map((bar) => bar.volume))
  const last = bars.at(-1)
  if (traded === 0) return last ? typical(last) : Number.NaN
  return total(bars.map((bar) => typical(bar) * bar.volume)) / traded
}

const today: Definition = (bars) => {
  const day = ({ openTime }: Bar) => Math.floor(openTime / DAY_MS)
  const last = bars.at(-1)
  return weightedPrice(bars.filter((bar) => last && day(bar) === day(last)))
}

const CASES: readonly (readonly [
  name: string,
  make: (n: number) => Indicator<'value'>,
  definition: Definition,
  tolerance?: number,
])[] = [
  [
    'wma',
    (n) => wma(close, n),
    (bars, n) => total(closes(bars, n).map((x, i) => x * (i + 1))) / ((n * (n + 1)) / 2),
  ],
  ['rsi', (n) => rsi(close, n + 1), (bars, n) => strength(bars, n + 1)],
  ['standardDeviation', (n) => standardDeviation(close, n), deviation],
  ['highest', (n) => highest(close, n), (bars, n) => Math.max(...closes(bars, n))],
  ['lowest', (n) => lowest(close, n), (bars, n) => Math.min(...closes(bars, n))],
  ['roc', (n) => roc(close, n), (bars, n) => (bars.at(-1)?.close ?? 0) / (bars.at(-1 - n)?.close ?? 0) - 1],
  // A spread of a tick of 0.01 in a price of 50,000 has ten digits, of which the mean takes two.
  ['cci', (n) => cci(n + 1), (bars, n) => channel(bars, n + 1), 1e-7],
  ['moneyFlow', (n) => moneyFlow(n + 1), (bars, n) => flow(bars, n + 1)],
  ['obv', () => obv(), balance],
  ['rollingVwap', (n) => rollingVwap(n), (bars, n) => weightedPrice(bars.slice(-n))],
  ['sessionVwap', () => sessionVwap(), today],
  ['windowMean', (n) => windowMean(close, n), (bars, n) => mean(closes(bars, n))],
  [
    'typicalPrice',
    () => typicalPrice,
    (bars) => mean(bars.slice(-1).flatMap(({ high, low, close }) => [high, low, close])),
  ],
  ['medianPrice', () => medianPrice, (bars) => mean(bars.slice(-1).flatMap(({ high, low }) => [high, low]))],
  [
    'averagePrice',
    () => averagePrice,
    (bars) => mean(bars.slice(-1).flatMap(({ open, high, low, close }) => [open, high, low, close])),
  ],
]

/** Bars whose days change now and then. */
const days = arbitraryBars({ min: 40, max: 90 }).map((bars) => {
  const spread = barsOf([], { interval: '1h' })
  for (const bar of barList(bars)) spread.append({ ...bar, openTime: START + 60 * (bar.openTime - START) })
  return spread
})

const NAMED = CASES.map(([name, make, definition, tolerance = 1e-9]) => ({
  name,
  make,
  definition,
  tolerance,
}))

describe.each(NAMED)('$name', ({ make, definition, tolerance }) => {
  it('is what its definition says at every bar', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: 1, max: 25 }), (bars, n) => {
        const indicator = make(n)
        const list = barList(bars)
        columnOf(indicator, bars).forEach((value, i) => {
          if (i < indicator.warmup) return
          const expected = definition(list.slice(0, i + 1), n)
          expect(Math.abs(value - expected)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)))
        })
      }),
      { numRuns: 60 },
    )
  })
})

describe('what is made of other indicators', () => {
  const bars = arbitraryBars({ min: 60, max: 120 })
  const near = (a: readonly number[], b: readonly number[]) => {
    expect(a).toHaveLength(b.length)
    a.forEach((value, i) => {
      const expected = b[i] ?? Number.NaN
      if (Number.isNaN(value)) expect(expected).toBeNaN()
      else expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)))
    })
  }

  it('bollinger is the mean and the deviation of the same window', () => {
    fc.assert(
      fc.property(bars, fc.integer({ min: 1, max: 20 }), (some, n) => {
        const { upper, middle, lower } = columnsOf(bollinger(close, n, 2.5), some)
        const spread = columnOf(standardDeviation(close, n), some)
        expect(middle).toEqual(columnOf(sma(close, n), some))
        near(
          upper,
          middle.map((value, i) => value + 2.5 * (spread[i] ?? 0)),
        )
        near(
          lower,
          middle.map((value, i) => value - 2.5 * (spread[i] ?? 0)),
        )
      }),
    )
  })

  it('keltner is the ema and the atr, from the bar on which both are defined', () => {
    fc.assert(
      fc.property(bars, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), (some, n, m) => {
        const { upper, middle, lower } = columnsOf(keltner(n, m, 1.5), some)
        const first = Math.max(n - 1, m)
        const range = columnOf(atr(m), some)
        const means = columnOf(ema(close, n), some)
        near(
          middle,
          means.map((value, i) => (i < first ? Number.NaN : value)),
        )
        near(
          upper,
          middle.map((value, i) => value + 1.5 * (range[i] ?? 0)),
        )
        near(
          lower,
          middle.map((value, i) => value - 1.5 * (range[i] ?? 0)),
        )
      }),
    )
  })

  it('donchian holds every price of its bars and touches two of them', () => {
    fc.assert(
      fc.property(bars, fc.integer({ min: 1, max: 20 }), (some, n) => {
        const { upper, middle, lower } = columnsOf(donchian(n), some)
        const list = barList(some)
        for (let i = n - 1; i < some.length; i++) {
          const window = list.slice(i - n + 1, i + 1)
          expect(upper[i]).toBe(Math.max(...window.map((bar) => bar.high)))
          expect(lower[i]).toBe(Math.min(...window.map((bar) => bar.low)))
          expect(middle[i]).toBe(((upper[i] ?? 0) + (lower[i] ?? 0)) / 2)
        }
      }),
    )
  })

  it('stochastic is two means of the place of the close in its range', () => {
    fc.assert(
      fc.property(bars, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 4 }), (some, n, smooth) => {
        const { k, d } = columnsOf(stochastic(n, smooth, 3), some)
        const list = barList(some)
        const place = (i: number) => {
          const window = list.slice(i - n + 1, i + 1)
          const top = Math.max(...window.map((bar) => bar.high))
          const bottom = Math.min(...window.map((bar) => bar.low))
          return top === bottom ? 0 : (100 * ((list[i]?.close ?? 0) - bottom)) / (top - bottom)
        }
        const smoothed = (i: number) => mean(Array.from({ length: smooth }, (_, back) => place(i - back)))
        const first = n + smooth
        expect(k.slice(0, first).every(Number.isNaN)).toBe(true)
        near(k.slice(first), list.map((_, i) => (i < first ? 0 : smoothed(i))).slice(first))
        near(
          d.slice(first),
          list
            .map((_, i) => (i < first ? 0 : mean([smoothed(i), smoothed(i - 1), smoothed(i - 2)])))
            .slice(first),
        )
      }),
    )
  })

  it('macd is the ema of the fast mean less the slow one, both seeded where the slow one is', () => {
    fc.assert(
      fc.property(bars, (some) => {
        const [fast, slow, smooth] = [4, 9, 5]
        const list = barList(some).map((bar) => bar.close)
        const { macd: line, signal, histogram } = columnsOf(macd(close, fast, slow, smooth), some)
        const difference = (i: number) =>
          exponential(list.slice(slow - fast, i + 1), fast) - exponential(list.slice(0, i + 1), slow)
        for (let i = slow + smooth - 2; i < list.length; i++) {
          const all = Array.from({ length: i - slow + 2 }, (_, k) => difference(slow - 1 + k))
          expect(line[i]).toBeCloseTo(difference(i), 8)
          expect(signal[i]).toBeCloseTo(exponential(all, smooth), 8)
          expect(histogram[i]).toBeCloseTo(difference(i) - exponential(all, smooth), 8)
        }
      }),
      { numRuns: 20 },
    )
  })

  it('macd does not care which period is named first', () => {
    expect(macd(close, 26, 12, 9).key).toBe(macd(close, 12, 26, 9).key)
  })
})

describe('what has bounds stays within them', () => {
  const bars = arbitraryBars({ min: 60, max: 120 })
  it.each([
    ['rsi', rsi(close, 3)],
    ['stochastic', stochastic(5, 3, 2)],
    ['adx', adx(4)],
    ['moneyFlow', moneyFlow(6)],
  ] as const)('%s lies between 0 and 100', (_name, indicator: Indicator) => {
    fc.assert(
      fc.property(bars, (some) => {
        for (const column of Object.values(columnsOf(indicator, some))) {
          const values = column.slice(indicator.warmup)
          expect(values.every((value) => value >= 0 && value <= 100)).toBe(true)
        }
      }),
    )
  })
})

describe('where nothing moves', () => {
  const flat = barsOf(Array.from({ length: 80 }, () => [0.1, 0.1, 0.1, 0.1, 2]))
  it.each([
    ['rsi', columnOf(rsi(close, 14), flat), 0],
    ['stochastic', columnsOf(stochastic(14, 3, 3), flat).d, 0],
    ['adx', columnsOf(adx(14), flat).adx, 0],
    ['plusDi', columnsOf(adx(14), flat).plusDi, 0],
    ['cci', columnOf(cci(20), flat), 0],
    ['moneyFlow', columnOf(moneyFlow(14), flat), 0],
    ['roc', columnOf(roc(close, 10), flat), 0],
    ['standardDeviation', columnOf(standardDeviation(close, 20), flat), 0],
    ['obv', columnOf(obv(), flat), 2],
    ['bollinger', columnsOf(bollinger(close, 20, 2), flat).upper, columnOf(sma(close, 20), flat).at(-1)],
  ] as const)('%s is what TA-Lib says', (_name, column, expected) => {
    expect(column.at(-1)).toBe(expected)
  })

  it('a window that has become flat has no deviation, whatever came before it', () => {
    const bars = barsOf(
      Array.from({ length: 100 }, (_, i) => {
        const price = i < 50 ? 1e12 / (1 + (i % 7)) : 0.1
        return [price, price, price, price]
      }),
    )
    const column = columnOf(standardDeviation(close, 20), bars)
    expect(column.slice(70).every((value) => value === 0)).toBe(true)
  })

  it('a window without volume has the price of its last bar', () => {
    const bars = barsOf(Array.from({ length: 30 }, (_, i) => [5, 6 + i, 4, 5, i < 10 ? 3.7 * (i + 1) : 0]))
    const column = columnOf(rollingVwap(8), bars)
    expect(column.slice(17)).toEqual(columnOf(typicalPrice, bars).slice(17))
    expect(columnOf(sessionVwap(), bars).at(-1)).toBe(columnOf(sessionVwap(), bars).at(9))
  })

  it('roc from 0 is 0', () => {
    const bars = barsOf([0, 0, 5].map((volume) => [1, 1, 1, 1, volume]))
    expect(columnOf(roc(volume, 1), bars)).toEqual([Number.NaN, 0, 0])
  })
})

describe('sessionVwap', () => {
  it('begins anew at 00:00 UTC, whatever the day of the first bar', () => {
    // Two bars of the first day, then one of the next: (10·1 + 13·2)/3 = 12, then 20 alone.
    const bars = barsOf(
      [
        [10, 10, 10, 10, 1],
        [13, 13, 13, 13, 2],
        [20, 20, 20, 20, 5],
      ],
      { start: Date.UTC(2024, 0, 1, 23, 58), interval: '1m' },
    )
    expect(columnOf(sessionVwap(), bars)).toEqual([10, 12, 20])
  })
})

describe('a factor', () => {
  it('must be a positive number', () => {
    expect(() => bollinger(close, 20, 0)).toThrow('the width of bollinger must be a positive number, was 0')
    expect(() => keltner(20, 10, Number.NaN)).toThrow(
      'the multiple of keltner must be a positive number, was NaN',
    )
  })

  it('is checked like the periods of those that TA-Lib starts at 2', () => {
    for (const make of [
      () => rsi(close, 1),
      () => adx(1),
      () => cci(1),
      () => moneyFlow(1),
      () => macd(close, 1, 2, 3),
    ]) {
      expect(make).toThrow('must be a whole number of at least 2, was 1')
    }
  })
})
