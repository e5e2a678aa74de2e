import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blockLengthOf, bootstrapMean } from '../../../engine/math/metrics/stationary-bootstrap.js'
import { newRandom } from '../../../engine/math/random.js'

const intervalOf = (values: Float64Array, seed = 1, draws = 2000) =>
  bootstrapMean(values, { random: newRandom(seed), draws })

describe('bootstrapMean', () => {
  it('gives the same interval for the same seed and another for another', () => {
    const random = newRandom(9)
    const values = new Float64Array(200).map(() => random.normal())
    expect(intervalOf(values)).toEqual(intervalOf(values))
    expect(intervalOf(values, 2).low).not.toBe(intervalOf(values).low)
  })

  it('covers the mean of independent values about as often as it says', () => {
    // The normal interval of a mean of 200 values is ±1.96/√200 = ±0.139 wide.
    const random = newRandom(3)
    let covered = 0
    let width = 0
    for (let i = 0; i < 200; i++) {
      const { low, high } = intervalOf(
        new Float64Array(200).map(() => random.normal()),
        i,
        400,
      )
      if (low <= 0 && high >= 0) covered++
      width += (high - low) / 200
    }
    expect(covered / 200).toBeGreaterThan(0.87)
    expect(covered / 200).toBeLessThan(0.99)
    expect(width).toBeGreaterThan(0.24)
    expect(width).toBeLessThan(0.3)
  })

  it('is wider for values that follow their neighbours than for the same values shuffled', () => {
    const random = newRandom(5)
    const values = new Float64Array(1000)
    for (let i = 1; i < 1000; i++) values[i] = 0.8 * (values[i - 1] ?? 0) + random.normal()
    const shuffled = Float64Array.from(
      [...values].map((value) => [random.uniform(), value] as const).sort((a, b) => a[0] - b[0]),
      ([, value]) => value,
    )
    const widthOf = ({ low, high }: { low: number; high: number }) => high - low
    expect(widthOf(intervalOf(values))).toBeGreaterThan(1.5 * widthOf(intervalOf(shuffled)))
  })

  it('lies within the values, moves and stretches with them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 60 }),
        (list) => {
          const values = Float64Array.from(list)
          const { low, high, mean, shareAbove } = intervalOf(values, 1, 100)
          expect(low).toBeGreaterThanOrEqual(Math.min(...list) - 1e-9)
          expect(high).toBeLessThanOrEqual(Math.max(...list) + 1e-9)
          expect(low).toBeLessThanOrEqual(high)
          expect(shareAbove).toBeGreaterThanOrEqual(0)
          const moved = intervalOf(
            values.map((value) => 2 * value + 10),
            1,
            100,
          )
          expect(moved.low).toBeCloseTo(2 * low + 10, 8)
          expect(moved.mean).toBeCloseTo(2 * mean + 10, 8)
        },
      ),
      { seed: 1, numRuns: 100 },
    )
  })

  it('is undefined below two values', () => {
    expect(intervalOf(Float64Array.of(1))).toMatchObject({
      count: 1,
      mean: 1,
      low: Number.NaN,
      high: Number.NaN,
    })
    expect(intervalOf(new Float64Array()).mean).toBeNaN()
  })
})

describe('blockLengthOf', () => {
  it.each([
    [1, 1],
    [8, 2],
    [9, 3],
    [365, 8],
    [1000, 10],
    [1001, 11],
  ])('is the cube root of %i rounded up: %i', (count, length) => {
    expect(blockLengthOf(count)).toBe(length)
  })
})
