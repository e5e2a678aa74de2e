/** A series of returns against a benchmark's of the same periods. Floor 1. */
import { valueAt } from '../../model/bars.js'
import { covariance, mean } from '../statistics.js'
import { DAYS_PER_YEAR, momentsOfReturns, sharpe } from './return-ratios.js'

/** Alpha, beta and information ratio; NaN below two returns and where their denominator is 0. */
export interface BenchmarkRatios {
  /** (mean(r) − β·mean(b)) · periods. */
  readonly alpha: number
  /** cov(r, b) / var(b). */
  readonly beta: number
  /** mean(r − b) / std(r − b) · √periods. */
  readonly informationRatio: number
}

/** Compares returns with the benchmark's, period by period; both have one length. */
export function benchmarkRatios(
  returns: Float64Array,
  benchmark: Float64Array,
  periodsPerYear = DAYS_PER_YEAR,
): BenchmarkRatios {
  const { deviation, mean: benchmarkMean } = momentsOfReturns(benchmark)
  const beta = deviation > 0 ? covariance(returns, benchmark) / covariance(benchmark, benchmark) : Number.NaN
  const excess = returns.map((r, i) => r - valueAt(benchmark, i))
  return {
    alpha: (mean(returns) - beta * benchmarkMean) * periodsPerYear,
    beta,
    informationRatio: sharpe(excess, periodsPerYear),
  }
}
