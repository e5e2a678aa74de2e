import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Drawdown, type Fall, fallsOf } from '../../../engine/math/metrics/drawdown.js'
import { runFalls } from '../../../engine/math/metrics/run-falls.js'
import type { RunResult } from '../../../engine/model/run-result.js'
import { formatTime } from '../../../engine/model/time.js'
import { fixtureRun } from './run-fixture.js'

const deepestOf = (...values: number[]): Fall | undefined => fallsOf(Float64Array.from(values), 1).deepest[0]

describe('fallsOf', () => {
  it('finds the single drop of a series, and its root mean square', () => {
    // Drawdowns 0, 0, 0.2, 0.1, 0: √((0.04 + 0.01)/5) = 0.1.
    const { deepest, ulcerIndex } = fallsOf(Float64Array.of(90, 100, 80, 90, 100), 5)
    expect(deepest).toEqual([{ peak: 1, valley: 2, recovery: 4, depth: 1 - 80 / 100 }])
    expect(ulcerIndex).toBeCloseTo(0.1, 15)
  })

  it('finds none in a series that never falls', () => {
    expect(fallsOf(Float64Array.of(1, 1, 2, 3), 5)).toEqual({ deepest: [], ulcerIndex: 0, mean: 1.75 })
    expect(fallsOf(Float64Array.of(7), 5)).toEqual({ deepest: [], ulcerIndex: 0, mean: 7 })
  })

  it('of nothing has no falls, no Ulcer index and no mean', () => {
    expect(fallsOf(new Float64Array(0), 5)).toEqual({
      deepest: [],
      ulcerIndex: Number.NaN,
      mean: Number.NaN,
    })
  })

  it('starts at the first value that reached the peak, even when it stood there for long', () => {
    expect(deepestOf(100, 100, 100, 90, 100)).toEqual({ peak: 0, valley: 3, recovery: 4, depth: 1 - 0.9 })
    expect(deepestOf(100, 99, 100, 90)?.peak).toBe(0)
  })

  it('has recovered at a value equal to the peak, and not below it', () => {
    expect(deepestOf(100, 90, 99.9, 100, 95)?.recovery).toBe(3)
    expect(deepestOf(100, 90, 99.9)?.recovery).toBeUndefined()
  })

  it('takes the first of equal valleys and of equally deep falls', () => {
    expect(deepestOf(100, 90, 95, 90, 100, 90)).toEqual({ peak: 0, valley: 1, recovery: 4, depth: 1 - 0.9 })
  })

  it('ranks falls by depth, as a fraction and not as an amount', () => {
    const { deepest } = fallsOf(Float64Array.of(10, 5, 1000, 900, 1100, 800), 2)
    expect(deepest.map((fall) => fall.valley)).toEqual([1, 5])
  })

  it('agrees with comparing every value to the highest before it', () => {
    const series = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(series, (values) => {
        const drawdowns = values.map((value, i) => 1 - value / Math.max(...values.slice(0, i + 1)))
        const depth = Math.max(...drawdowns)
        const { deepest, ulcerIndex, mean } = fallsOf(Float64Array.from(values), 3)
        expect(mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 12)
        const meanSquare = drawdowns.reduce((sum, d) => sum + d * d, 0) / values.length
        expect(ulcerIndex).toBeCloseTo(Math.sqrt(meanSquare), 12)
        expect(deepest[0]?.depth ?? 0).toBe(depth)
        if (depth === 0) return
        const valley = drawdowns.indexOf(depth)
        const top = Math.max(...values.slice(0, valley))
        const back = values.findIndex((value, i) => i > valley && value >= top)
        expect(deepest[0]).toEqual({
          peak: values.indexOf(top),
          valley,
          recovery: back < 0 ? undefined : back,
          depth,
        })
      }),
    )
  })

  it('keeps the deepest few of all falls, in order', () => {
    const series = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(series, fc.integer({ min: 1, max: 5 }), (values, count) => {
        const all = fallsOf(Float64Array.from(values), 100).deepest
        const sorted = [...all].sort((a, b) => b.depth - a.depth || a.valley - b.valley)
        expect(all).toEqual(sorted)
        expect(fallsOf(Float64Array.from(values), count).deepest).toEqual(all.slice(0, count))
      }),
    )
  })

  it('does not change when all values double', () => {
    const series = fc.array(fc.double({ min: 1, max: 1e6, noNaN: true }), { minLength: 1 })
    fc.assert(
      fc.property(series, (values) => {
        const once = Float64Array.from(values)
        const { deepest, ulcerIndex, mean } = fallsOf(once, 4)
        const twice = once.map((value) => value * 2)
        expect(fallsOf(twice, 4)).toEqual({ deepest, ulcerIndex, mean: 2 * mean })
      }),
    )
  })
})

const worstDrawdowns = (run: RunResult, count: number): readonly Drawdown[] =>
  runFalls(run).deepest.slice(0, count)

describe('runFalls', () => {
  const fills = [{ bar: 1, side: 'BUY' as const, price: '100', quantity: '10' }]

  it('are measured from the close of the peak to the close that is back', () => {
    // Hourly bars; equity is 10 × close from bar 1. The peak is known at 02:00, the return at 05:00.
    const run = fixtureRun({ closes: [100, 120, 90, 100, 120, 130], fills })
    expect(worstDrawdowns(run, 3)).toEqual([
      {
        peakTime: Date.parse('2024-01-01T02:00:00Z'),
        valleyTime: Date.parse('2024-01-01T03:00:00Z'),
        recoveryTime: Date.parse('2024-01-01T05:00:00Z'),
        depth: 0.25,
        days: 3 / 24,
      },
    ])
  })

  it('last to the end of the run where equity does not come back', () => {
    const run = fixtureRun({ interval: '1d', closes: [100, 120, 90, 100], fills })
    const [worst] = worstDrawdowns(run, 1)
    expect(worst?.recoveryTime).toBeUndefined()
    expect(worst?.days).toBe(2)
  })

  it('count a gap in the bars as time', () => {
    const openTimes = ['2024-01-01', '2024-01-02', '2024-01-10', '2024-01-11'].map((t) => Date.parse(t))
    const run = fixtureRun({ interval: '1d', openTimes, closes: [100, 120, 90, 130], fills })
    expect(worstDrawdowns(run, 1)[0]?.days).toBe(9)
  })

  it('count bars of the range alone', () => {
    const run = fixtureRun({ interval: '1d', closes: [500, 100, 100, 120, 60], fills: [], first: 1 })
    expect(worstDrawdowns(run, 1)).toEqual([])
    const held = fixtureRun({
      interval: '1d',
      closes: [500, 100, 100, 120, 60],
      fills: [{ bar: 2, side: 'BUY', price: '100', quantity: '10' }],
      first: 1,
    })
    expect(worstDrawdowns(held, 1).map((d) => formatTime(d.peakTime))).toEqual(['2024-01-05T00:00:00.000Z'])
  })
})

it('every fall is seen in order of time, however few are kept', () => {
  const seen: number[] = []
  // Peaks at 10, 12 and 11: falls of 10 %, of 25 % until 13, and one from 13 that never ends.
  const { deepest } = fallsOf(Float64Array.of(10, 9, 12, 9, 11, 13, 12), 1, ({ depth }) => seen.push(depth))
  expect(seen.map((depth) => Number(depth.toFixed(6)))).toEqual([0.1, 0.25, 0.076923])
  expect(deepest.map(({ depth }) => depth)).toEqual([0.25])
})
