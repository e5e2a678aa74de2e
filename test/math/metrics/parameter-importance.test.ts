import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { explainedShare } from '../../../engine/math/metrics/parameter-importance.js'
import { paretoFront } from '../../../engine/math/metrics/pareto-front.js'
import { newRandom } from '../../../engine/math/random.js'

describe('explainedShare', () => {
  it('is 1 where the parameter decides all', () => {
    expect(explainedShare(Float64Array.of(1, 1, 2, 2), Float64Array.of(5, 5, 7, 7))).toBe(1)
  })

  it('is about 0 for a parameter without an effect, however many values it took', () => {
    const random = newRandom(1)
    const values = new Float64Array(5000).map(() => random.normal())
    for (const distinct of [2, 10, 5000]) {
      const keys = new Float64Array(5000).map(() => Math.floor(random.uniform() * distinct))
      expect(explainedShare(keys, values)).toBeLessThan(0.01)
    }
  })

  it('shares a sum of two effects by their variances', () => {
    const random = newRandom(1)
    const a = new Float64Array(4000).map(() => Math.floor(random.uniform() * 2))
    const b = new Float64Array(4000).map(() => Math.floor(random.uniform() * 2))
    // Effects of 2 and 1: variances 4 to 1.
    const values = a.map((key, i) => 2 * key + (b[i] ?? 0))
    expect(explainedShare(a, values)).toBeCloseTo(0.8, 1)
    expect(explainedShare(b, values)).toBeCloseTo(0.2, 1)
  })

  it('is undefined where nothing varies, or every value is a group of its own', () => {
    expect(explainedShare(Float64Array.of(1, 2, 1), Float64Array.of(3, 3, 3))).toBeNaN()
    expect(explainedShare(Float64Array.of(1, 2), Float64Array.of(3, 4))).toBeNaN()
  })
})

describe('paretoFront', () => {
  it('keeps what no other beats', () => {
    const returns = Float64Array.of(1, 3, 2, 2, Number.NaN)
    const calm = Float64Array.of(3, 1, 2, 1, 9)
    expect(paretoFront([returns, calm])).toEqual([0, 1, 2])
  })

  it('is what the definition says, of any three columns', () => {
    const point = fc.tuple(fc.nat(4), fc.nat(4), fc.nat(4))
    fc.assert(
      fc.property(fc.array(point, { maxLength: 30 }), (points) => {
        const beats = (a: readonly number[], b: readonly number[]) =>
          a.every((value, c) => value >= (b[c] ?? 0)) && a.some((value, c) => value > (b[c] ?? 0))
        const expected = points.flatMap((one, i) => (points.some((other) => beats(other, one)) ? [] : [i]))
        const columns = [0, 1, 2].map((c) => Float64Array.from(points, (one) => one[c] ?? 0))
        expect(paretoFront(columns)).toEqual(expected)
      }),
      { seed: 1, numRuns: 200 },
    )
  })
})
