import { expect, it } from 'vitest'
import { benchmarkRatios } from '../../../engine/math/metrics/benchmark-ratios.js'
import { sharpe, volatility } from '../../../engine/math/metrics/return-ratios.js'
import { rollingRatios } from '../../../engine/math/metrics/rolling-ratios.js'

const returns = Float64Array.of(0.01, -0.02, 0.015, 0, 0.03)
const benchmark = Float64Array.of(0.02, -0.01, 0.01, 0.005, 0.01)

it('each value is that of the last returns alone, and none stands before there are enough', () => {
  const rolling = rollingRatios(returns, benchmark, 3)
  expect([...rolling.sharpe.slice(0, 2)]).toEqual([Number.NaN, Number.NaN])
  for (const i of [2, 3, 4]) {
    const part = returns.slice(i - 2, i + 1)
    expect(rolling.sharpe[i]).toBe(sharpe(part))
    expect(rolling.volatility[i]).toBe(volatility(part))
    expect(rolling.beta[i]).toBe(benchmarkRatios(part, benchmark.slice(i - 2, i + 1)).beta)
  }
})

it('a window as long as the returns has one value, a longer one none', () => {
  expect(rollingRatios(returns, benchmark, 5).sharpe[4]).toBe(sharpe(returns))
  expect([...rollingRatios(returns, benchmark, 6).beta].every(Number.isNaN)).toBe(true)
})
