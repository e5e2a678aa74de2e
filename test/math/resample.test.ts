import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadBars } from '../../data/load-bars.js'
import { bucketOf, canResample } from '../../engine/math/bucket.js'
import { resampleBars } from '../../engine/math/resample.js'
import { BAR_FLAG, BarColumns, type Bars, barAt, FIELDS, OPTIONAL_FIELDS } from '../../engine/model/bars.js'
import { INTERVALS } from '../../engine/model/time.js'
import { HAS_SHARED, sharedPath } from '../shared.js'

const START = Date.UTC(2024, 0, 1)
const MINUTE = 60_000
const COLUMNS = [...FIELDS, ...OPTIONAL_FIELDS] as const

/** One-minute bars at these minutes: open is 10 + the minute. */
function minutes(at: readonly number[]): BarColumns {
  const bars = new BarColumns({ symbol: 'BTCUSDT', interval: '1m', optional: OPTIONAL_FIELDS })
  for (const minute of at) {
    const open = 10 + minute
    bars.append({
      openTime: START + minute * MINUTE,
      open,
      high: open + 0.5,
      low: open - 0.5,
      close: open + 0.25,
      volume: 0.1,
      quoteVolume: 0.3,
      tradeCount: 2,
      takerVolume: 0.05,
      takerQuoteVolume: 0.15,
      origin: minute === 1 ? 'rest' : 'archive',
    })
  }
  return bars
}

function partials(bars: Bars): readonly boolean[] {
  return Array.from({ length: bars.length }, (_, i) => ((bars.flags[i] ?? 0) & BAR_FLAG.partial) !== 0)
}

describe('resampleBars', () => {
  it('takes first open, extremes, last close and exact sums', () => {
    expect(barAt(resampleBars(minutes([0, 1, 2]), '3m'), 0)).toEqual({
      openTime: START,
      open: 10,
      high: 12.5,
      low: 9.5,
      close: 12.25,
      // 0.1 + 0.1 + 0.1 of doubles is 0.30000000000000004.
      volume: 0.3,
      quoteVolume: 0.9,
      tradeCount: 6,
      takerVolume: 0.15,
      takerQuoteVolume: 0.45,
      flags: 0,
      origin: 'rest',
    })
  })

  it('flags a bar that lacks one of its bars: at the start, inside and at the end', () => {
    const made = resampleBars(minutes([1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12]), '3m')
    expect(partials(made)).toEqual([true, false, true, false, true])
  })

  it('has no bar where all are missing', () => {
    const made = resampleBars(minutes([0, 1, 2, 9, 10, 11]), '3m')
    expect(Array.from(made.openTime.subarray(0, made.length))).toEqual([START, START + 9 * MINUTE])
    expect(partials(made)).toEqual([false, false])
  })

  it('keeps NaN where a value is missing', () => {
    const bars = minutes([0, 1, 2])
    bars.takerVolume?.fill(Number.NaN, 1, 2)
    expect(resampleBars(bars, '3m').takerVolume?.[0]).toBeNaN()
  })

  it.each([
    ['3m', '5m', false],
    ['1d', '1M', true],
    ['1w', '1M', false],
    ['3d', '1w', false],
    ['1d', '1w', true],
    ['1M', '1M', false],
    ['1h', '1m', false],
    ['12h', '1d', true],
  ] as const)('of %s to %s: %s', (from, to, can) => {
    expect(canResample(from, to)).toBe(can)
  })

  it('refuses intervals that do not fit', () => {
    expect(() => resampleBars(minutes([0]), '1s')).toThrow(/must fit into longer ones, do not into 1s/)
  })

  it('opens weeks on Mondays and months on the first', () => {
    const wednesday = Date.UTC(2024, 1, 28, 13)
    expect(bucketOf(wednesday, '1w')).toBe(Date.UTC(2024, 1, 26))
    expect(bucketOf(wednesday, '1M')).toBe(Date.UTC(2024, 1, 1))
    expect(bucketOf(wednesday, '3d', Date.UTC(2024, 1, 1))).toBe(Date.UTC(2024, 1, 28))
  })

  it('gives the same in one step as in two', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(400), { minLength: 1, maxLength: 200 }), (at) => {
        const bars = minutes(at.toSorted((a, b) => a - b))
        const once = resampleBars(bars, '1h')
        const twice = resampleBars(resampleBars(bars, '15m'), '1h')
        for (let i = 0; i < once.length; i++) expect(barAt(twice, i)).toEqual(barAt(once, i))
        expect(twice.length).toBe(once.length)
      }),
    )
  })

  it('knows every interval', () => {
    for (const to of INTERVALS.filter((one) => canResample('1m', one))) {
      expect(resampleBars(minutes([0]), to).interval).toBe(to)
    }
  })
})

describe.skipIf(!HAS_SHARED)('real bars', () => {
  it.each([
    ['BTCUSDT-15m', 'BTCUSDT-1h', '1h', 11_668],
    ['BTCUSDT-1h', 'BTCUSDT-4h', '4h', 9480],
    ['ETHUSDT-1h', 'ETHUSDT-4h', '4h', 9480],
    ['BTCUSDT-4h', 'BTCUSDT-1d', '1d', 3168],
    ['ETHUSDT-4h', 'ETHUSDT-1d', '1d', 3168],
    ['BTCUSDT-1m-2021-02-19', 'BTCUSDT-4h', '4h', 42],
  ] as const)('of %s make those of %s, price for price and sum for sum', async (fine, coarse, to, count) => {
    const load = async (name: string) =>
      (await loadBars({ patterns: [sharedPath('data', 'klines', `${name}.csv.gz`)] })).bars
    const made = resampleBars(await load(fine), to)
    const real = await load(coarse)
    const at = new Map(Array.from({ length: real.length }, (_, i) => [real.openTime[i], i]))
    let same = 0
    const others: unknown[] = []
    for (const [i, isPartial] of partials(made).entries()) {
      const j = at.get(made.openTime[i])
      if (isPartial || j === undefined) continue
      for (const field of COLUMNS) {
        const [value, expected] = [made[field]?.[i] ?? Number.NaN, real[field]?.[j] ?? Number.NaN]
        // From 2^26 on a double has no eighth decimal.
        const isSame = value < 2 ** 26 ? value === expected : Math.abs(value / expected - 1) < 1e-15
        if (!isSame && made[field]) others.push([made.openTime[i], field, value, expected])
      }
      same++
    }
    expect(others).toEqual([])
    expect(same).toBe(count)
  })
})
