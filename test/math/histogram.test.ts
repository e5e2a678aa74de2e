import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gridCounts, histogramOf, roundStep } from '../../engine/math/histogram.js'

const values = fc
  .array(fc.double({ noNaN: true, min: -1e4, max: 1e4 }), { minLength: 1, maxLength: 200 })
  .map((list) => Float64Array.from(list))

describe('roundStep', () => {
  it.each([
    [1, 1],
    [1.01, 2],
    [3, 5],
    [7, 10],
    [0.0011, 0.002],
    [0.3, 0.5],
    [0.1, 0.1],
    [1234, 2000],
  ])('at or above %d is %d', (least, step) => {
    expect(roundStep(least)).toBe(step)
  })
})

describe('histogramOf', () => {
  it('counts in bins whose edges are multiples of a round step, 0 among them', () => {
    // From −3 to 7 in at most five bins: a step of 2 from −4; 7 lies in 6..8.
    const histogram = histogramOf(Float64Array.of(-3, -1, 0, 1.9, 2, 7), 5)
    expect(histogram).toEqual({ start: -4, step: 2, counts: [1, 1, 2, 1, 0, 1] })
  })

  it('puts the highest value into the last bin when it is its edge', () => {
    expect(histogramOf(Float64Array.of(0, 1, 2), 2)).toEqual({ start: 0, step: 1, counts: [1, 2] })
  })

  it('has one bin for values that do not vary, and none for no values', () => {
    expect(histogramOf(Float64Array.of(5, 5, 5))?.counts).toEqual([3])
    expect(histogramOf(Float64Array.of(0))?.counts).toEqual([1])
    expect(histogramOf(new Float64Array())).toBeUndefined()
  })

  it('counts every value once, in few bins that reach over all of them', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 2, max: 60 }), (list, most) => {
        const histogram = histogramOf(list, most)
        if (!histogram) throw new Error('must have bins')
        const { start, step, counts } = histogram
        expect(counts.reduce((sum, n) => sum + n, 0)).toBe(list.length)
        expect(counts.length).toBeLessThanOrEqual(most + 2)
        expect(start).toBeLessThanOrEqual(Math.min(...list) + step * 1e-9)
        expect(start + counts.length * step).toBeGreaterThanOrEqual(Math.max(...list) - step * 1e-9)
      }),
    )
  })
})

it('a grid counts every point once, in cells in order', () => {
  fc.assert(
    fc.property(values, (xs) => {
      const ys = xs.map((x) => -x / 3)
      const { cells, xStep, yStep } = gridCounts(xs, ys, 10)
      expect(cells.reduce((sum, { count }) => sum + count, 0)).toBe(xs.length)
      const keys = cells.map(({ x, y }) => [Math.round(x / xStep), Math.round(y / yStep)] as const)
      const inOrder = keys.toSorted(([a, b], [c, d]) => a - c || b - d)
      expect(keys).toEqual(inOrder)
      expect(new Set(keys.map(String)).size).toBe(keys.length)
    }),
  )
})
