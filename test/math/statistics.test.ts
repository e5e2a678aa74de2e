import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { covariance, mean, momentsOf, quantileOfSorted } from '../../engine/math/statistics.js'

const row = (...values: number[]) => Float64Array.from(values)

describe('mean', () => {
  it('of equal values is just that value, however many there are', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.integer({ min: 1, max: 400 }),
        (value, n) => {
          expect(mean(new Float64Array(n).fill(value))).toBe(value + 0)
        },
      ),
    )
  })

  it('of nothing is undefined', () => {
    expect(mean(row())).toBeNaN()
  })
})

describe('momentsOf', () => {
  it('gives the moments of 2, 4, 4, 4, 5, 5, 7, 9', () => {
    // Mean 5; Σd² 32, Σd³ −27−1−1−1+8+64 = 42, Σd⁴ 81+1+1+1+16+256 = 356; m₂ 4, m₃ 5.25, m₄ 44.5.
    const { count, mean, deviation, skewness, rawKurtosis } = momentsOf(row(2, 4, 4, 4, 5, 5, 7, 9))
    expect(count).toBe(8)
    expect(mean).toBe(5)
    expect(deviation).toBeCloseTo(Math.sqrt(32 / 7), 15)
    expect(skewness).toBeCloseTo(5.25 / 8, 15)
    expect(rawKurtosis).toBeCloseTo(44.5 / 16, 15)
  })

  it('finds no deviation in equal values, whatever their digits', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.integer({ min: 2, max: 400 }),
        (value, n) => {
          const moments = momentsOf(new Float64Array(n).fill(value))
          expect(moments.deviation).toBe(0)
          expect(moments.skewness).toBeNaN()
          expect(moments.rawKurtosis).toBeNaN()
        },
      ),
    )
  })

  it('takes a deviation within the noise as none', () => {
    expect(momentsOf(row(1, 1 + 2 ** -52), 1e-15).deviation).toBe(0)
    expect(momentsOf(row(1, 1 + 1e-14), 1e-15).deviation).toBeGreaterThan(0)
  })

  it('has no deviation of fewer than two values', () => {
    expect(momentsOf(row()).deviation).toBeNaN()
    expect(momentsOf(row(3)).deviation).toBeNaN()
  })
})

describe('covariance', () => {
  it('of 1, 2, 4 with 3, 1, 2 is −0.5 by hand', () => {
    // Means 7/3 and 2: (−4/3·1 + −1/3·−1 + 5/3·0) ÷ 2 = −1 ÷ 2.
    expect(covariance(row(1, 2, 4), row(3, 1, 2))).toBeCloseTo(-0.5, 15)
  })

  it('of fewer than two values is undefined', () => {
    expect(covariance(row(1), row(1))).toBeNaN()
  })
})

describe('quantileOfSorted', () => {
  // Position 3 · share between the four values: 0.15 → 1 + 0.15·1, 1.5 → 2 + 0.5·2, 2.85 → 4 + 0.85·4.
  it.each([
    [0, 1],
    [0.05, 1.15],
    [0.5, 3],
    [0.95, 7.4],
    [1, 8],
  ])('at %d of 1, 2, 4, 8 is %d', (share, expected) => {
    expect(quantileOfSorted(row(1, 2, 4, 8), share)).toBeCloseTo(expected, 14)
  })

  it('of one value is that value, of none undefined', () => {
    expect(quantileOfSorted(row(3), 0.05)).toBe(3)
    expect(quantileOfSorted(row(), 0.05)).toBeNaN()
  })
})
