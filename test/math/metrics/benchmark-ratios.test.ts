import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { benchmarkCapture, benchmarkRatios } from '../../../engine/math/metrics/benchmark-ratios.js'

const benchmark = Float64Array.of(0.01, -0.02, 0.03, 0.005, -0.015)

describe('benchmarkRatios', () => {
  it('of the benchmark itself are alpha 0, beta 1 and no information', () => {
    expect(benchmarkRatios(benchmark, benchmark)).toEqual({
      alpha: 0,
      beta: 1,
      informationRatio: Number.NaN,
    })
  })

  it('of twice the benchmark and 0.1 % a day are beta 2 and alpha 36.5 %', () => {
    const { alpha, beta } = benchmarkRatios(
      benchmark.map((b) => 2 * b + 0.001),
      benchmark,
    )
    expect(beta).toBeCloseTo(2, 12)
    expect(alpha).toBeCloseTo(0.365, 12)
  })

  it('take the information ratio from the differences alone', () => {
    // Three times +1 %, twice −1 %: mean 0.2 %, three deviations of 0.8 % and two of −1.2 %.
    const differences = [0.01, -0.01, 0.01, -0.01, 0.01]
    const mean = 0.002
    const std = Math.sqrt((3 * 0.008 ** 2 + 2 * 0.012 ** 2) / 4)
    const { informationRatio } = benchmarkRatios(
      benchmark.map((b, i) => b + (differences[i] ?? 0)),
      benchmark,
    )
    expect(informationRatio).toBeCloseTo((mean / std) * Math.sqrt(365), 9)
  })

  it('are undefined against a benchmark that stands still', () => {
    const { alpha, beta, informationRatio } = benchmarkRatios(benchmark, new Float64Array(5))
    expect([alpha, beta]).toEqual([NaN, NaN])
    expect(informationRatio).not.toBeNaN()
  })

  it('are undefined below two returns', () => {
    for (const n of [0, 1]) {
      const { alpha, beta, informationRatio } = benchmarkRatios(
        benchmark.subarray(0, n),
        benchmark.subarray(0, n),
      )
      expect([alpha, beta, informationRatio]).toEqual([NaN, NaN, NaN])
    }
  })

  it('find no benchmark in what beta times the benchmark leaves', () => {
    const series = fc.array(fc.double({ min: -0.2, max: 0.2, noNaN: true }), { minLength: 5, maxLength: 5 })
    fc.assert(
      fc.property(series, (values) => {
        const returns = Float64Array.from(values)
        const { beta } = benchmarkRatios(returns, benchmark)
        const rest = returns.map((r, i) => r - beta * (benchmark[i] ?? 0))
        expect(Math.abs(benchmarkRatios(rest, benchmark).beta)).toBeLessThan(1e-12)
      }),
    )
  })
})

describe('benchmarkCapture', () => {
  it('of half the benchmark is half of its ups and downs, fully correlated', () => {
    const { correlation, up, down } = benchmarkCapture(
      benchmark.map((b) => b / 2),
      benchmark,
    )
    expect([correlation, up, down].map((value) => Number(value.toFixed(12)))).toEqual([1, 0.5, 0.5])
  })

  it('divides the mean return of up days by the benchmark’s own', () => {
    // Up days: (0.01 + 0.02) ÷ (0.02 + 0.04); down days: 0.03 ÷ −0.01.
    const { up, down } = benchmarkCapture(
      Float64Array.of(0.01, 0.02, 0.03),
      Float64Array.of(0.02, 0.04, -0.01),
    )
    expect(up).toBeCloseTo(0.5, 12)
    expect(down).toBeCloseTo(-3, 12)
  })

  it('is undefined without a day of that kind or without variance', () => {
    const { correlation, down } = benchmarkCapture(Float64Array.of(0, 0), Float64Array.of(0.01, 0.02))
    expect([correlation, down]).toEqual([Number.NaN, Number.NaN])
  })
})
