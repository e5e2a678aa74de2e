import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tailRisk } from '../../../engine/math/metrics/tail-risk.js'

describe('tailRisk', () => {
  it('of −20 % … +20 % in steps of 1 % reads its quantiles off the steps', () => {
    // 41 returns: the 5 % quantile is the third (−18 %), the 95 % quantile the thirty-ninth (+18 %).
    const returns = Float64Array.from({ length: 41 }, (_, i) => (((i * 17) % 41) - 20) / 100)
    const tails = tailRisk(returns)
    expect(tails.valueAtRisk).toBeCloseTo(0.18, 14)
    expect(tails.conditionalValueAtRisk).toBeCloseTo(0.19, 14)
    expect(tails.tailRatio).toBeCloseTo(1, 14)
  })

  it('interpolates between two returns', () => {
    // Position 0.05 between −10 % and +10 %: −9 %; only the loss lies at or below it.
    const tails = tailRisk(Float64Array.of(0.1, -0.1))
    expect(tails.valueAtRisk).toBeCloseTo(0.09, 15)
    expect(tails.conditionalValueAtRisk).toBe(0.1)
    expect(tails.tailRatio).toBeCloseTo(1, 14)
  })

  it('is undefined below two returns, and its ratio where the lower quantile is 0', () => {
    expect(Object.values(tailRisk(Float64Array.of(0.1)))).toEqual([NaN, NaN, NaN])
    expect(tailRisk(new Float64Array(50))).toEqual({
      valueAtRisk: -0,
      conditionalValueAtRisk: -0,
      tailRatio: Number.NaN,
    })
  })

  it('leaves the returns in their order, and does not depend on it', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2 }), (values) => {
        const returns = Float64Array.from(values)
        const tails = tailRisk(returns)
        expect(Array.from(returns)).toEqual(Array.from(Float64Array.from(values)))
        expect(tailRisk(returns.toReversed())).toEqual(tails)
        expect(tails.conditionalValueAtRisk).toBeGreaterThanOrEqual(tails.valueAtRisk - 1e-15)
      }),
    )
  })
})
