import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalCdf, normalDensity, normalQuantile } from '../../engine/math/normal.js'

/** |actual − expected| ÷ |expected|. */
function relative(actual: number, expected: number): number {
  return Math.abs(actual - expected) / Math.abs(expected)
}

describe('normalCdf', () => {
  // Series and continued fraction in 120 digits (Python's decimal module).
  it.each([
    [-37, 5.725571222524577e-300],
    [-10, 7.619853024160525e-24],
    [-5, 2.866515718791939e-7],
    [-3, 0.0013498980316300946],
    [-2.0001, 0.022744733391410546],
    [-2, 0.02275013194817921],
    [-1.96, 0.024997895148220435],
    [-1, 0.15865525393145705],
    [-0.25, 0.4012936743170763],
    [0.25, 0.5987063256829237],
    [0.5, 0.6914624612740131],
    [1, 0.8413447460685429],
    [1.5, 0.9331927987311419],
    [2, 0.9772498680518208],
    [2.5, 0.9937903346742238],
    [3, 0.9986501019683699],
    [5, 0.9999997133484281],
    [8, 0.9999999999999993],
  ])('at %d is %d', (x, expected) => {
    expect(relative(normalCdf(x), expected)).toBeLessThan(1e-13)
    expect(Math.abs(normalCdf(x) - expected)).toBeLessThan(5e-16)
  })

  it('has its limits and its middle exactly', () => {
    expect(normalCdf(0)).toBe(0.5)
    expect(normalCdf(Number.NEGATIVE_INFINITY)).toBe(0)
    expect(normalCdf(Number.POSITIVE_INFINITY)).toBe(1)
    expect(normalCdf(Number.NaN)).toBeNaN()
  })

  it('adds up to 1 with its mirror image', () => {
    fc.assert(
      fc.property(fc.double({ min: -40, max: 40, noNaN: true }), (x) => {
        expect(normalCdf(x) + normalCdf(-x)).toBeCloseTo(1, 15)
      }),
    )
  })

  it('rises by the density', () => {
    fc.assert(
      fc.property(fc.double({ min: -6, max: 6, noNaN: true }), (x) => {
        const slope = (normalCdf(x + 1e-4) - normalCdf(x - 1e-4)) / 2e-4
        expect(Math.abs(slope - normalDensity(x))).toBeLessThan(1e-8)
      }),
    )
  })
})

describe('normalQuantile', () => {
  // Python's statistics.NormalDist().inv_cdf (Wichura's AS 241).
  it.each([
    [1e-300, -37.0470962993612],
    [1e-20, -9.262340089798405],
    [1e-6, -4.753424308822899],
    [0.001, -3.090232306167813],
    [0.025, -1.9599639845400538],
    [0.05, -1.6448536269514726],
    [0.25, -0.6744897501960817],
    [0.4, -0.2533471031357998],
    [0.75, 0.6744897501960817],
    [0.9, 1.2815515655446008],
    [0.95, 1.6448536269514715],
    [0.975, 1.9599639845400536],
    [0.99, 2.3263478740408408],
    [0.999999, 4.753424308817089],
  ])('of %d is %d', (p, expected) => {
    expect(Math.abs(normalQuantile(p) - expected)).toBeLessThan(1e-13)
  })

  it('undoes normalCdf', () => {
    fc.assert(
      fc.property(fc.double({ min: -37, max: 5, noNaN: true }), (x) => {
        expect(Math.abs(normalQuantile(normalCdf(x)) - x)).toBeLessThan(1e-9)
      }),
    )
  })

  it('is infinite at 0 and 1, 0 in the middle and undefined outside', () => {
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY)
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY)
    expect(normalQuantile(0.5)).toBe(0)
    expect([-0.1, 1.1, Number.NaN].map(normalQuantile)).toEqual([Number.NaN, Number.NaN, Number.NaN])
  })
})
