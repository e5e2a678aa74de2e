import fc from 'fast-check'
import { expect, it } from 'vitest'
import { SeriesThinner, thinToExtremes } from '../../reports/thin-series.js'

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

/** What is kept, written down from the rule. */
function keptOf(values: Float64Array, limit: number): readonly number[] {
  const n = values.length
  const all = Array.from(values, (_, i) => i)
  if (n <= limit) return all
  const parts = Math.floor((limit - 2) / 2)
  const startOf = (part: number) => 1 + Math.floor((part * (n - 2)) / parts)
  const inner = Array.from({ length: parts }, (_, part) => {
    const own = all.slice(startOf(part), startOf(part + 1))
    const at = (pick: (...numbers: number[]) => number) => {
      const extreme = pick(...own.map((i) => values[i] ?? 0))
      return own.find((i) => values[i] === extreme) ?? 0
    }
    return [...new Set([at(Math.min), at(Math.max)])].sort((a, b) => a - b)
  })
  return [0, ...inner.flat(), n - 1]
}

it('a series taken in pieces keeps what the whole one keeps', () => {
  fc.assert(
    fc.property(
      series,
      fc.integer({ min: 4, max: 60 }),
      fc.integer({ min: 1, max: 100 }),
      (values, limit, size) => {
        const thinner = new SeriesThinner(values.length, limit)
        for (let from = 0; from < values.length; from += size) {
          thinner.take(values.subarray(from, from + size))
        }
        const { indices, values: kept } = thinner.kept
        expect(indices).toEqual(keptOf(values, limit))
        expect(kept).toEqual(indices.map((i) => values[i]))
      },
    ),
  )
})
