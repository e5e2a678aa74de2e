/** What every indicator must do, whichever it is. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { atr } from '../../engine/math/atr.js'
import { ema } from '../../engine/math/ema.js'
import { close, type Indicator } from '../../engine/math/indicator.js'
import { IndicatorColumns } from '../../engine/math/indicator-columns.js'
import { sma } from '../../engine/math/sma.js'
import { BarColumns, type Bars } from '../../engine/model/bars.js'
import { ConfigError } from '../../engine/model/errors.js'
import { DAY_MS } from '../../engine/model/time.js'
import { arbitraryBars, barList, barsOf, mapBars, START } from '../market.js'
import { INDICATORS } from './indicators/all-indicators.js'

function columnsOf(
  indicator: Indicator,
  bars: Bars,
  blocks: readonly number[] = [],
): readonly (readonly number[])[] {
  const columns = new IndicatorColumns([indicator], bars)
  for (const to of [...blocks, bars.length]) columns.extend(Math.min(Math.max(to, columns.end), bars.length))
  return indicator.outputs.map((output) => [...columns.column(indicator, output).subarray(0, bars.length)])
}

/** One bar at a time, in columns that grow. */
function stepped(indicator: Indicator, bars: Bars): readonly (readonly number[])[] {
  const live = new BarColumns({ symbol: bars.symbol, interval: bars.interval, capacity: 4 })
  const columns = new IndicatorColumns([indicator], live)
  for (const bar of barList(bars)) {
    live.append(bar)
    columns.extend(live.length)
  }
  return indicator.outputs.map((output) => [...columns.column(indicator, output).subarray(0, bars.length)])
}

describe.each(INDICATORS)('%s', (_name, indicator, afterNaN) => {
  it('gives the same bits in bulk, in blocks and step by step', () => {
    fc.assert(
      fc.property(arbitraryBars(), fc.array(fc.nat(120), { maxLength: 6 }), (bars, cuts) => {
        const bulk = columnsOf(indicator, bars)
        expect(
          columnsOf(
            indicator,
            bars,
            [...cuts].sort((a, b) => a - b),
          ),
        ).toEqual(bulk)
        expect(stepped(indicator, bars)).toEqual(bulk)
      }),
    )
  })

  it('is NaN for exactly the bars that it declares, and a number after them', () => {
    fc.assert(
      fc.property(arbitraryBars(), (bars) => {
        for (const column of columnsOf(indicator, bars)) {
          const undefinedBars = column.filter((value) => Number.isNaN(value)).length
          expect(undefinedBars).toBe(Math.min(indicator.warmup, bars.length))
          expect(column.slice(indicator.warmup).every(Number.isFinite)).toBe(true)
        }
      }),
    )
  })

  it('does not know the future: later bars change no value', () => {
    fc.assert(
      fc.property(arbitraryBars(), fc.nat(), (bars, seed) => {
        const cut = seed % bars.length
        const other = mapBars(bars, (bar, i) =>
          i > cut ? { ...bar, high: 9e9, low: 1e-8, close: 5e8, open: 7 } : bar,
        )
        const until = (all: readonly (readonly number[])[]) => all.map((column) => column.slice(0, cut + 1))
        expect(until(columnsOf(indicator, other))).toEqual(until(columnsOf(indicator, bars)))
      }),
    )
  })

  it('goes on from a snapshot as if nothing had happened', () => {
    fc.assert(
      fc.property(arbitraryBars(), fc.nat(), (bars, seed) => {
        const cut = seed % bars.length
        const whole = columnsOf(indicator, bars)
        const columns = new IndicatorColumns([indicator], bars)
        columns.extend(cut)
        const state = JSON.parse(JSON.stringify(columns.snapshot()))
        columns.extend(bars.length)
        columns.restore(state, cut)
        columns.extend(cut)
        columns.extend(bars.length)
        indicator.outputs.forEach((output, k) => {
          expect([...columns.column(indicator, output).subarray(0, bars.length)]).toEqual(whole[k])
        })
      }),
    )
  })

  it.each([
    ['flat', 0.01],
    ['tiny', 1e-8],
    ['huge', 1e12],
  ])('is finite over a %s price', (_kind, price) => {
    const bars = barsOf(Array.from({ length: 40 }, () => [price, price, price, price]))
    for (const column of columnsOf(indicator, bars)) {
      expect(column.slice(indicator.warmup).every(Number.isFinite)).toBe(true)
    }
  })

  it('takes a bar that is no number as it declares', () => {
    if (afterNaN === 'its own affair') return
    const [at, length] = [60, 150]
    const prices = Array.from({ length }, (_, i) => 100 + ((i * 37) % 23) / 4)
    const bars = barsOf(prices.map((price) => [price, price + 1, price - 1, price + 0.5, 1 + (price % 3)]))
    const broken = mapBars(bars, (bar, i) => {
      // Twenty bars after the broken one a UTC day begins.
      const openTime = START + DAY_MS + (i - at - 20) * 60_000
      const nothing = Number.NaN
      return i === at
        ? { openTime, open: nothing, high: nothing, low: nothing, close: nothing, volume: nothing }
        : { ...bar, openTime }
    })
    const whole = columnsOf(indicator, bars)
    const after = columnsOf(indicator, broken)
    const memory = afterNaN === 'the day' ? 20 : afterNaN
    if (memory !== 'for good') {
      expect(after.some((column) => Number.isNaN(column[at + memory - 1]))).toBe(true)
    }
    const end = memory === 'for good' ? length : at + memory
    after.forEach((column, k) => {
      expect(column.slice(0, at)).toEqual(whole[k]?.slice(0, at))
      expect(column[at]).toBeNaN()
      if (memory === 'for good') expect(column.slice(at).every(Number.isNaN)).toBe(true)
      expect(column.slice(end).every(Number.isFinite)).toBe(true)
      if (afterNaN === 'the day') return
      for (let i = end; i < length; i++) {
        expect(column[i]).toBeCloseTo(whole[k]?.[i] ?? Number.NaN, 9)
      }
    })
  })

  it('has a key that tells it from the others', () => {
    expect(INDICATORS.filter(([, other]) => other.key === indicator.key)).toHaveLength(1)
  })
})

/** The mean of a window, added up from its first value. */
const naiveMean = (values: readonly number[], i: number, n: number) =>
  values.slice(i - n + 1, i + 1).reduce((sum, value) => sum + value, 0) / n

describe('by their definitions', () => {
  it('sma is the mean of its window', () => {
    fc.assert(
      fc.property(arbitraryBars(), fc.integer({ min: 1, max: 15 }), (bars, n) => {
        const closes = [...bars.close.subarray(0, bars.length)]
        const [column = []] = columnsOf(sma(close, n), bars)
        for (let i = n - 1; i < bars.length; i++) {
          expect(Math.abs((column[i] ?? 0) / naiveMean(closes, i, n) - 1)).toBeLessThan(1e-14)
        }
      }),
    )
  })

  it('sma does not drift over a million bars', () => {
    const closes = Array.from({ length: 1_000_000 }, (_, i) => 30_000 + ((i * 7919) % 10_007) / 100)
    const bars = barsOf(closes.map((price) => [price, price, price, price]))
    const [column = []] = columnsOf(sma(close, 1200), bars)
    expect(Math.abs((column.at(-1) ?? 0) / naiveMean(closes, closes.length - 1, 1200) - 1)).toBeLessThan(
      5e-16 * 10,
    )
  })

  it('sma comes back after a NaN in its source', () => {
    const bars = barsOf(Array.from({ length: 12 }, (_, i) => [10, 10, 10, i === 4 ? Number.NaN : 10]))
    const [column = []] = columnsOf(sma(close, 3), bars)
    expect(column.slice(4, 7).every(Number.isNaN)).toBe(true)
    expect(column.slice(7)).toEqual([10, 10, 10, 10, 10])
  })

  it('ema is seeded by the mean and moves by 2 / (n + 1)', () => {
    // Closes 1, 2, 3, 4: the seed of ema(3) is 2, then 2 + (4 − 2) · 0.5 = 3.
    const bars = barsOf([1, 2, 3, 4].map((price) => [price, price, price, price]))
    expect(columnsOf(ema(close, 3), bars)).toEqual([[Number.NaN, Number.NaN, 2, 3]])
  })

  it('atr is the mean of the first true ranges, then Wilder’s', () => {
    // True ranges from bar 1: 2, max(3, |13−10|, 0) = 3, then |8 − 12| = 4: (2 + 3)/2 = 2.5, (2.5 + 4)/2 = 3.25.
    const bars = barsOf([
      [10, 11, 9, 10],
      [10, 11, 9, 10],
      [11, 13, 10, 12],
      [9, 9, 8, 9],
    ])
    expect(columnsOf(atr(2), bars)).toEqual([[Number.NaN, Number.NaN, 2.5, 3.25]])
  })

  it('a period must be a whole number of at least 1', () => {
    expect(() => sma(close, 0)).toThrow(ConfigError)
    expect(() => ema(close, 2.5)).toThrow('the period of ema must be a whole number of at least 1, was 2.5')
  })
})
