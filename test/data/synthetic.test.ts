import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashBars } from '../../data/content-hash.js'
import { findGaps } from '../../data/gaps.js'
import { loadBars } from '../../data/load-bars.js'
import { generateBars, SYNTHETIC_SYMBOL } from '../../data/synthetic.js'
import { ORIGINS, sliceBars } from '../../engine/model/bars.js'
import { ConfigError } from '../../engine/model/errors.js'
import { formatTime, INTERVALS, isOnGrid, parseTime } from '../../engine/model/time.js'
import { HAS_SHARED, sharedPath } from '../shared.js'
import { type Moments, momentsOf } from './moments.js'

/** What a month of one-minute bars must have: the table of data/README.md. */
const BANDS: { readonly [K in keyof Moments]: readonly [least: number, most: number] } = {
  deviation: [0.0005, 0.0011],
  kurtosis: [8, 400],
  meanToDeviation: [0.55, 0.73],
  range: [0.0006, 0.0011],
  still: [0.006, 0.012],
  sameOpen: [0.48, 0.54],
  nearOpen: [0.97, 1],
  noUpperWick: [0.24, 0.29],
  cluster1: [0.27, 0.48],
  cluster60: [0.08, 0.37],
  volumeMedianToMean: [0.46, 0.63],
  volumeVariation: [1.2, 1.9],
  volumeWithMove: [0.44, 0.65],
}

function expectWithin(moments: Moments): void {
  const outside = Object.entries(moments).filter(([name, value]) => {
    const [least, most] = BANDS[name as keyof Moments]
    return !(value >= least && value <= most)
  })
  expect(outside).toEqual([])
}

const MONTH = 43_200

describe('the synthetic market', () => {
  it('makes the same bytes on every machine', () => {
    // A golden run: it is meant to show drift, and says nothing about what is right. Change it only with a
    // reason in the commit, because every run folder on synthetic bars changes with it.
    expect(hashBars(generateBars({ seed: 1, count: 10_000 }))).toBe(
      '1fb9b2a5f460fd1543ac03100aff80184ef3143eaa4a12d460795d9c194a0f8d',
    )
  })

  it.each([1, 2, 3])('of seed %i has the moments of the real one in every month of a year', (seed) => {
    const year = generateBars({ seed, count: 12 * MONTH })
    for (let month = 0; month < 12; month++) expectWithin(momentsOf(year, month * MONTH, (month + 1) * MONTH))
  })

  it.skipIf(!HAS_SHARED).each(['BTCUSDT-1m-2024-12.csv.gz', 'BTCUSDT-1m-2025-10-29.csv.gz'])(
    'is measured by bands that %s lies in',
    async (name) => {
      const { bars } = await loadBars({ patterns: [sharedPath('data', 'klines', name)] })
      expectWithin(momentsOf(bars))
    },
  )

  it('trades twice as much in the busiest hour of the day as in the quietest', () => {
    const { length, volume } = generateBars({ seed: 4, count: 30 * 1440 })
    const hours = new Array<number>(24).fill(0)
    for (let i = 0; i < length; i++) {
      const hour = Math.floor(i / 60) % 24
      hours[hour] = (hours[hour] ?? 0) + (volume[i] ?? 0)
    }
    // BTCUSDT-1h: 1.67 at 14:00, 0.73 at 04:00 and 05:00.
    expect(hours.indexOf(Math.max(...hours))).toBe(14)
    expect([4, 5]).toContain(hours.indexOf(Math.min(...hours)))
    expect(Math.max(...hours) / Math.min(...hours)).toBeGreaterThan(1.8)
  })

  it('gives fewer bars of a seed as the first of more', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 1, max: 5000 }), fc.nat(5000), (seed, count, more) => {
        const all = generateBars({ seed, count: count + more })
        expect(hashBars(sliceBars(all, 0, count))).toBe(hashBars(generateBars({ seed, count })))
      }),
      { numRuns: 30 },
    )
  })

  it('gives other bars for another seed', () => {
    const hashes = Array.from({ length: 50 }, (_, seed) => hashBars(generateBars({ seed, count: 100 })))
    expect(new Set(hashes).size).toBe(50)
  })

  it('keeps prices sane, on ticks of 0.01, and volumes on lots of 0.00001, over four million bars', () => {
    const { length, open, high, low, close, volume } = generateBars({ seed: 1, count: 4_000_000 })
    let broken = 0
    for (let i = 0; i < length; i++) {
      const [o = 0, h = 0, l = 0, c = 0, v = 0] = [open[i], high[i], low[i], close[i], volume[i]]
      const isSane = l > 1000 && h < 1_000_000 && l <= Math.min(o, c) && h >= Math.max(o, c) && v > 0
      const isOnTick = [o, h, l, c].every((price) => Math.round(price * 100) / 100 === price)
      if (!isSane || !isOnTick || Math.round(v * 100_000) / 100_000 !== v) broken++
    }
    expect(broken).toBe(0)
  })

  it.each(INTERVALS)('has bars of %s without a gap, on their grid, with sane prices', (interval) => {
    const bars = generateBars({ seed: 5, count: 20_000, interval })
    expect(findGaps(bars)).toEqual([])
    for (let i = 0; i < bars.length; i++) {
      const [o = 0, h = 0, l = 0, c = 0] = [bars.open[i], bars.high[i], bars.low[i], bars.close[i]]
      if (!(l > 0 && l <= Math.min(o, c) && h >= Math.max(o, c)))
        throw new Error(`bar ${i}: ${o} ${h} ${l} ${c}`)
      if (!isOnGrid(bars.openTime[i] ?? 0, interval)) throw new Error(`bar ${i} is off the grid`)
    }
  })

  it('begins in 2020 and is real to an engine: no flag, and an origin of its own', () => {
    const bars = generateBars({ seed: 1, count: 3 })
    expect([bars.symbol, bars.interval, SYNTHETIC_SYMBOL]).toEqual(['SYNTHUSDT', '1m', 'SYNTHUSDT'])
    expect(bars.openTime[0]).toBe(parseTime('2020-01-01'))
    expect(formatTime(generateBars({ seed: 1, count: 1, interval: '1w' }).openTime[0] ?? 0)).toBe(
      '2020-01-06T00:00:00.000Z',
    )
    expect(Array.from(bars.flags)).toEqual([0, 0, 0])
    expect(Array.from(bars.origin, (origin) => ORIGINS[origin])).toEqual([
      'synthetic',
      'synthetic',
      'synthetic',
    ])
    expect([bars.quoteVolume, bars.tradeCount, bars.takerVolume, bars.takerQuoteVolume]).toEqual(
      new Array(4).fill(undefined),
    )
    expect(generateBars({ seed: 1, count: 1, symbol: 'ETHUSDT' }).symbol).toBe('ETHUSDT')
  })

  it('refuses numbers of bars that it cannot make', () => {
    for (const count of [0, -1, 1.5, 50_000_001, Number.NaN]) {
      const generate = () => generateBars({ seed: 1, count })
      expect(generate).toThrow(ConfigError)
      expect(generate).toThrow(`synthetic bars must be a whole number from 1 to 50000000, was ${count}`)
    }
    expect(() => generateBars({ seed: 1, count: 50_000_000, interval: '1w' })).toThrow(
      'synthetic bars must end before the year 275760, 50000000 of 1w do not',
    )
  })
})
