import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrameColumns } from '../../engine/math/frame-columns.js'
import { close } from '../../engine/math/indicator.js'
import { on } from '../../engine/math/on-interval.js'
import { Resampler } from '../../engine/math/resampler.js'
import { sma } from '../../engine/math/sma.js'
import { BAR_FLAG, type Bar, BarColumns, type Bars, closeTimeAt } from '../../engine/model/bars.js'
import { arbitraryBars, barList, barsOf, START } from '../market.js'

const FIVE = 5 * 60_000

/** Some of the bars, in their order: the others are gaps. */
const gappy: fc.Arbitrary<Bars> = arbitraryBars().chain((bars) =>
  fc.array(fc.boolean(), { minLength: bars.length, maxLength: bars.length }).map((keep) => {
    const some = new BarColumns({ symbol: bars.symbol, interval: bars.interval, capacity: 4 })
    for (const [i, bar] of barList(bars).entries()) if (i === 0 || keep[i]) some.append(bar)
    return some
  }),
)

/** The five-minute bars that are closed when bar `i` closes, put together from scratch. */
function closedBars(
  bars: Bars,
  i: number,
): Pick<Bar, 'openTime' | 'open' | 'high' | 'low' | 'close' | 'flags'>[] {
  const seen = barList(bars).slice(0, i + 1)
  const byBucket = Map.groupBy(seen, ({ openTime }) => Math.floor(openTime / FIVE) * FIVE)
  const begins = (openTime: number) => openTime < (seen[0]?.openTime ?? 0)
  return [...byBucket]
    .filter(([openTime]) => openTime + FIVE - 1 <= closeTimeAt(bars, i) && !begins(openTime))
    .map(([openTime, parts]) => ({
      openTime,
      open: parts[0]?.open ?? Number.NaN,
      high: Math.max(...parts.map(({ high }) => high)),
      low: Math.min(...parts.map(({ low }) => low)),
      close: parts.at(-1)?.close ?? Number.NaN,
      flags: parts.length < 5 ? BAR_FLAG.partial : 0,
    }))
}

describe('a resampler', () => {
  it('has, at each close, the longer bars that have closed by then and no other', () => {
    fc.assert(
      fc.property(gappy, (bars) => {
        const resampler = new Resampler(bars, '5m')
        resampler.extend(bars.length)
        const all = barList(resampler.bars)
        for (let i = 0; i < bars.length; i++) {
          const expected = closedBars(bars, i)
          expect(all.slice(0, resampler.closedAt(i) + 1)).toMatchObject(expected)
          expect(resampler.closedAt(i) + 1).toBe(expected.length)
        }
      }),
    )
  })

  it('gives the same bars by one, by blocks, and from a snapshot', () => {
    fc.assert(
      fc.property(gappy, fc.nat(), fc.nat(), (bars, a, b) => {
        const whole = new Resampler(bars, '5m')
        whole.extend(bars.length)
        const cut = a % (bars.length + 1)
        const other = new Resampler(bars, '5m')
        for (let to = 1; to <= cut; to++) other.extend(to)
        const state = other.snapshot()
        other.extend(Math.min(bars.length, cut + (b % 7)))
        other.restore(state, cut)
        other.extend(bars.length)
        expect(barList(other.bars)).toEqual(barList(whole.bars))
        for (let i = 0; i < bars.length; i++) expect(other.closedAt(i)).toBe(whole.closedAt(i))
      }),
    )
  })

  it('adds up volumes and counts weeks from Monday', () => {
    const day = 86_400_000
    const rows = Array.from({ length: 15 }, (_, k) => [10 + k, 11 + k, 9 + k, 10.5 + k, k + 1])
    // 2024-01-03 is a Wednesday: the week it lies in had begun, and is left out.
    const bars = barsOf(rows, { start: START + 2 * day, interval: '1d' })
    const weeks = new Resampler(bars, '1w')
    weeks.extend(bars.length)
    expect(barList(weeks.bars)).toMatchObject([
      { openTime: Date.UTC(2024, 0, 8), open: 15, high: 22, low: 14, close: 21.5, volume: 63, flags: 0 },
    ])
  })

  it.each([
    ['5m', '3m', /bars of 3m must fit into longer ones, do not into 5m/],
    ['1h', '1h', /bars of 1h must fit into longer ones, do not into 1h/],
    ['5m', '15m', /bars of 15m must fit into longer ones, do not into 5m/],
  ] as const)('refuses %s from bars of %s', (longer, interval, message) => {
    expect(() => new Resampler(barsOf([[1, 1, 1, 1]], { interval }), longer)).toThrow(message)
  })
})

describe('indicators over a longer interval', () => {
  it('are those of the longer bars, taken on their own', () => {
    fc.assert(
      fc.property(gappy, (bars) => {
        const average = on('5m', sma(close, 3))
        const columns = new FrameColumns([average], bars)
        for (let to = 1; to <= bars.length; to++) columns.extend(to)
        const longer = closedBars(bars, bars.length - 1)
        const column = columns.column(average, 'value')
        longer.forEach((_, k) => {
          const last = longer.slice(k - 2, k + 1)
          const expected = k < 2 ? Number.NaN : last.reduce((sum, bar) => sum + bar.close, 0) / 3
          if (k < 2) expect(column[k]).toBeNaN()
          else expect(column[k]).toBeCloseTo(expected, 9)
        })
      }),
    )
  })

  it('cannot be the source of another', () => {
    expect(() => on('1h', sma(on('5m', sma(close, 2)), 3))).toThrow(/on must stand outermost and once/)
    const bars = barsOf([[1, 1, 1, 1]])
    expect(() => new FrameColumns([sma(on('5m', sma(close, 2)), 3)], bars)).toThrow(/outermost/)
  })
})
