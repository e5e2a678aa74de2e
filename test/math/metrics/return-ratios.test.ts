import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  downsideDeviation,
  omega,
  probabilisticSharpe,
  psr,
  sharpe,
  sharpeError,
  sortino,
  volatility,
} from '../../../engine/math/metrics/return-ratios.js'

const row = (...values: number[]) => Float64Array.from(values)
const returnSeries = fc
  .array(fc.integer({ min: -500_000, max: 500_000 }), { minLength: 3, maxLength: 60 })
  .map((values) => Float64Array.from(values, (value) => value / 1e6))

describe('alternating returns of +3 % and −1 %', () => {
  // 2m returns: mean 0.01, deviations ±0.02, so std² = 0.0004·2m/(2m − 1); skewness 0, raw kurtosis 1.
  const m = 50
  const returns = Float64Array.from({ length: 2 * m }, (_, i) => (i % 2 === 0 ? 0.03 : -0.01))
  const std = 0.02 * Math.sqrt((2 * m) / (2 * m - 1))

  it('have the volatility and Sharpe ratio of the closed form', () => {
    expect(volatility(returns)).toBeCloseTo(std * Math.sqrt(365), 12)
    expect(sharpe(returns)).toBeCloseTo((0.01 / std) * Math.sqrt(365), 10)
  })

  it('have a standard error of √(1 / (n − 1)) a day, because γ₃ = 0 and γ₄ = 1', () => {
    expect(sharpeError(returns)).toBeCloseTo(Math.sqrt(365 / (2 * m - 1)), 10)
  })

  it('have a Sortino ratio of 0.01 / √(0.0001 / 2) · √365 and an Omega of 3', () => {
    expect(downsideDeviation(returns)).toBeCloseTo(Math.sqrt(0.00005), 15)
    expect(sortino(returns)).toBeCloseTo((0.01 / Math.sqrt(0.00005)) * Math.sqrt(365), 10)
    expect(omega(returns)).toBeCloseTo(3, 12)
  })

  it('annualise with the periods a year that are asked for', () => {
    expect(sharpe(returns, 1)).toBeCloseTo(sharpe(returns) / Math.sqrt(365), 12)
    expect(volatility(returns, 12)).toBeCloseTo(std * Math.sqrt(12), 12)
  })
})

describe('returns that do not vary', () => {
  it.each([0, 0.01, -0.003])('of %d have volatility 0 and no ratio of it', (r) => {
    const returns = new Float64Array(30).fill(r)
    expect(volatility(returns)).toBe(0)
    expect([sharpe(returns), sharpeError(returns), psr(returns)]).toEqual([NaN, NaN, NaN])
  })

  it('but for the rounding of equity that grows by 1 % a day have no Sharpe ratio', () => {
    const equity = Float64Array.from({ length: 400 }, (_, i) => 1000 * 1.01 ** i)
    const returns = equity.subarray(1).map((value, i) => value / (equity[i] ?? 0) - 1)
    expect(new Set(returns).size).toBeGreaterThan(1)
    expect(volatility(returns)).toBe(0)
    expect(sharpe(returns)).toBeNaN()
  })

  it('but for one unit of 1e−8 in ten years of 10,000 still vary', () => {
    const returns = new Float64Array(3650)
    returns[1000] = 10_000.00000001 / 10_000 - 1
    expect(volatility(returns)).toBeGreaterThan(0)
    expect(sharpe(returns)).toBeGreaterThan(0)
  })
})

describe('what is undefined', () => {
  it.each([
    ['no return', row()],
    ['one return', row(0.01)],
  ])('%s has no ratio at all', (_, returns) => {
    const all = [volatility, sharpe, sharpeError, sortino, omega, psr].map((ratio) => ratio(returns))
    expect(all).toEqual(all.map(() => Number.NaN))
  })

  it('returns without a loss have neither Sortino nor Omega', () => {
    expect(sortino(row(0, 0.01, 0.02))).toBeNaN()
    expect(omega(row(0, 0.01, 0.02))).toBeNaN()
  })

  it('returns without a gain have an Omega of 0', () => {
    expect(omega(row(0, -0.01, -0.02))).toBe(0)
  })
})

describe('probabilisticSharpe', () => {
  it('of normal returns with a Sharpe ratio of 0 is one half', () => {
    expect(probabilisticSharpe({ sharpe: 0, count: 100, skewness: 0, rawKurtosis: 3 })).toBe(0.5)
  })

  it('is 0.975 where the ratio is 1.96 of its standard errors', () => {
    const normal = { count: 101, skewness: 0, rawKurtosis: 3 }
    // SR·√100 / √(1 + SR²/2) = 1.959963984540054 for SR = 0.19788…: solve SR² = z²/(100 − z²/2).
    const z = 1.959963984540054
    const estimate = { ...normal, sharpe: Math.sqrt(z ** 2 / (100 - z ** 2 / 2)) }
    expect(probabilisticSharpe(estimate)).toBeCloseTo(0.975, 12)
  })

  it('falls as the benchmark rises', () => {
    const estimate = { sharpe: 0.1, count: 250, skewness: -0.5, rawKurtosis: 6 }
    expect(probabilisticSharpe(estimate, 0.05)).toBeLessThan(probabilisticSharpe(estimate))
  })
})

describe('any returns', () => {
  it('give a probability that is above one half exactly where the Sharpe ratio is positive', () => {
    fc.assert(
      fc.property(returnSeries, (returns) => {
        const ratio = sharpe(returns)
        fc.pre(Math.abs(ratio) > 1e-9)
        expect(psr(returns) > 0.5).toBe(ratio > 0)
      }),
    )
  })

  it('have the same ratios when every return is halved', () => {
    fc.assert(
      fc.property(returnSeries, (returns) => {
        fc.pre(volatility(returns) > 1e-6)
        const half = returns.map((r) => r / 2)
        expect([sharpe(half), psr(half), sortino(half), omega(half)]).toEqual([
          sharpe(returns),
          psr(returns),
          sortino(returns),
          omega(returns),
        ])
      }),
    )
  })

  it('agree with definitions written out in another way', () => {
    fc.assert(
      fc.property(returnSeries, (returns) => {
        const values = Array.from(returns)
        const n = values.length
        const total = (f: (r: number) => number) => values.map(f).reduce((a, b) => a + b, 0)
        const mean = total((r) => r) / n
        const variance = total((r) => r * r - mean * r) / (n - 1)
        fc.pre(variance > 1e-8)
        const sr = mean / Math.sqrt(variance)
        const m = [2, 3, 4].map((k) => total((r) => (r - mean) ** k) / n)
        const g3 = (m[1] ?? 0) / (m[0] ?? 1) ** 1.5
        const g4 = (m[2] ?? 0) / (m[0] ?? 1) ** 2
        const close = (a: number, b: number) => expect(Math.abs(a - b)).toBeLessThan(1e-7 * (1 + Math.abs(b)))
        close(volatility(returns), Math.sqrt(variance * 365))
        close(sharpe(returns), sr * Math.sqrt(365))
        close(sharpeError(returns) ** 2, ((1 - g3 * sr + ((g4 - 1) / 4) * sr ** 2) / (n - 1)) * 365)
      }),
    )
  })
})
