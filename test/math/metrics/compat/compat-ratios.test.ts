/** Each tool's formulas by hand; the numbers stand in the comments. */
import { describe, expect, it } from 'vitest'
import { backtestingPyRatios } from '../../../../engine/math/metrics/compat/backtesting-py.js'
import { freqtradeRatios } from '../../../../engine/math/metrics/compat/freqtrade.js'
import { quantstatsRatios } from '../../../../engine/math/metrics/compat/quantstats.js'
import { growthOf } from '../../../../engine/math/metrics/compat/ratios.js'
import { vectorbtRatios } from '../../../../engine/math/metrics/compat/vectorbt.js'

const RETURNS = Float64Array.of(0.1, -0.1, 0.2)
// mean 0.2/3; deviations 1/30, −1/6, 4/30 → Σ² = 0.046667, s = √(0.046667/2) = 0.152753
const MEAN = 0.2 / 3
const SPREAD = 0.1527525231651947
// √(0.01/3)
const DOWNSIDE = 0.05773502691896258
// 1 → 1.1 → 0.99 → 1.188
const GROWTH = 1.188

describe('growthOf', () => {
  it('compounds from 1', () => {
    const growth = growthOf(RETURNS)
    expect(growth[0]).toBe(1)
    expect(growth[3]).toBeCloseTo(GROWTH, 14)
    expect(growthOf(new Float64Array())).toEqual(Float64Array.of(1))
  })
})

describe('quantstatsRatios', () => {
  it('takes 252 periods a year', () => {
    const { sharpe, sortino, calmar, cagr } = quantstatsRatios(RETURNS)
    expect(sharpe).toBeCloseTo((MEAN / SPREAD) * Math.sqrt(252), 10)
    expect(sortino).toBeCloseTo((MEAN / DOWNSIDE) * Math.sqrt(252), 10)
    // 84 times the three days
    expect(cagr / (GROWTH ** 84 - 1)).toBeCloseTo(1, 10)
    // the only fall is 1.1 → 0.99
    expect(calmar / (cagr / 0.1)).toBeCloseTo(1, 10)
  })

  it('counts a fall on the first day', () => {
    expect(quantstatsRatios(Float64Array.of(-0.5, 0.1)).calmar).toBeCloseTo((0.55 ** 126 - 1) / 0.5, 12)
  })

  it('is undefined below two returns', () => {
    expect(quantstatsRatios(Float64Array.of(0.1)).cagr).toBeNaN()
  })
})

describe('vectorbtRatios', () => {
  it('takes the frequency it is told', () => {
    const { sharpe, sortino, calmar, cagr } = vectorbtRatios(RETURNS, 12)
    expect(sharpe).toBeCloseTo((MEAN / SPREAD) * Math.sqrt(12), 12)
    expect(sortino).toBeCloseTo((MEAN / DOWNSIDE) * Math.sqrt(12), 12)
    expect(cagr).toBeCloseTo(GROWTH ** 4 - 1, 12)
    expect(calmar).toBeCloseTo((GROWTH ** 4 - 1) / 0.1, 11)
  })

  it('does not count a fall of the first return', () => {
    // 0.5 → 0.55: no fall after the first return
    expect(vectorbtRatios(Float64Array.of(-0.5, 0.1), 365).calmar).toBeNaN()
  })

  it('is infinite without a spread or a loss', () => {
    const { sharpe, sortino } = vectorbtRatios(Float64Array.of(0.25, 0.25), 365)
    expect([sharpe, sortino]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])
  })
})

describe('freqtradeRatios', () => {
  const input = { profits: Float64Array.of(100, -50, 80, -30), startEquity: 1000, endEquity: 1100, days: 10 }

  it('divides profit a day by the spread of trades', () => {
    const { sharpe, sortino, calmar, cagr } = freqtradeRatios(input)
    // shares 0.1 −0.05 0.08 −0.03: Σ = 0.1, a day 0.01
    // mean 0.025; deviations 0.075 −0.075 0.055 −0.055: Σ² = 0.0173; √(0.0173/4) = 0.0657647
    expect(sharpe).toBeCloseTo((0.01 / 0.06576473218982953) * Math.sqrt(365), 10)
    // losers −0.05 and −0.03: deviation 0.01 about −0.04
    expect(sortino).toBeCloseTo((0.01 / 0.01) * Math.sqrt(365), 10)
    // balances 1100 1050 1130 1100: the deepest fall in quote is 50, of 1100
    expect(calmar).toBeCloseTo((1 / (50 / 1100)) * Math.sqrt(365), 10)
    expect(cagr).toBeCloseTo(1.1 ** 36.5 - 1, 10)
  })

  it('takes the fall that is deepest in quote, not in percent', () => {
    // 1000 → 900 is 10 %; 10,000 → 9,800 is 200 in quote and 2 %
    const profits = Float64Array.of(-100, 9100, -200)
    const { calmar } = freqtradeRatios({ ...input, profits, endEquity: 9800 })
    expect(calmar).toBeCloseTo(((100 * 8.8) / 10 / 0.02) * Math.sqrt(365), 8)
  })

  it('prints −100 without a spread and 0 without a trade', () => {
    const one = freqtradeRatios({ ...input, profits: Float64Array.of(5) })
    expect([one.sharpe, one.sortino, one.calmar]).toEqual([-100, -100, -100])
    const none = freqtradeRatios({ ...input, profits: new Float64Array() })
    expect([none.sharpe, none.sortino, none.calmar]).toEqual([0, 0, 0])
  })
})

describe('backtestingPyRatios', () => {
  it('compounds before it divides', () => {
    // g = √1.21 − 1 = 0.1 from 100 → 132 → 121 in two days; r = 0.32, −1/12; A = 2
    const { sharpe, sortino, calmar, cagr } = backtestingPyRatios({
      dayEnds: Float64Array.of(100, 132, 121),
      startEquity: 80,
      endEquity: 121,
      days: 36.525,
      maxDrawdown: 0.25,
      daysPerYear: 2,
    })
    // annual 0.21; s² = (0.32 + 1/12)² / 2 = 0.0813389
    const variance = (0.32 + 1 / 12) ** 2 / 2
    expect(sharpe).toBeCloseTo(0.21 / Math.sqrt((variance + 1.21) ** 2 - 1.21 ** 2), 10)
    // √((1/12)²/2) · √2 = 1/12
    expect(sortino).toBeCloseTo(0.21 * 12, 10)
    expect(calmar).toBeCloseTo(0.84, 10)
    expect(cagr).toBeCloseTo((121 / 80) ** 10 - 1, 10)
  })

  it('has a growth of 0 where a day loses all, and no ratio below three days', () => {
    const known = { startEquity: 100, endEquity: 100, days: 3, maxDrawdown: 1 }
    expect(backtestingPyRatios({ ...known, dayEnds: Float64Array.of(100, 0, 0) }).calmar).toBe(0)
    expect(backtestingPyRatios({ ...known, dayEnds: Float64Array.of(100, 110) }).sharpe).toBeNaN()
  })
})
