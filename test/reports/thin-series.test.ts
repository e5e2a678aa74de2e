import fc from 'fast-check'
import { expect, it } from 'vitest'
import { thinToExtremes } from '../../reports/thin-series.js'

const series = fc
  .array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 300 })
  .map((values) => Float64Array.from(values))

it('a series that is short enough keeps every value', () => {
  expect(thinToExtremes(Float64Array.of(3, 1, 2), 4)).toEqual([0, 1, 2])
})

it('a lone spike of one bar in half a million stays', () => {
  const values = new Float64Array(525_600).fill(100)
  values[123_456] = 50
  values[400_001] = 150
  const kept = thinToExtremes(values, 2000)
  expect(kept).toContain(123_456)
  expect(kept).toContain(400_001)
})

it('thinning keeps the first, the last, the lowest and the highest value, in order, within the limit', () => {
  fc.assert(
    fc.property(series, fc.integer({ min: 4, max: 60 }), (values, limit) => {
      const kept = thinToExtremes(values, limit)
      const shown = kept.map((i) => values[i] ?? Number.NaN)
      expect(kept.length).toBeLessThanOrEqual(Math.max(limit, 0))
      expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b))
      expect([kept[0], kept.at(-1)]).toEqual([0, values.length - 1])
      expect(Math.min(...shown)).toBe(Math.min(...values))
      expect(Math.max(...shown)).toBe(Math.max(...values))
    }),
  )
})
