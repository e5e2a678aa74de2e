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

/** How closely returns follow the benchmark's; NaN where a denominator is 0. */
export interface BenchmarkCapture {
  /** cov(r, b) / (std(r) · std(b)), −1 to 1. */
  readonly correlation: number
  /** mean(r) / mean(b) over the periods in which b is above 0; `down` over those in which it is below. */
  readonly up: number
  readonly down: number
}

/** Compares returns with the benchmark's, period by period; both have one length. */
export function benchmarkRatios(
  returns: Float64Array,
  benchmark: Float64Array,
  periodsPerYear = DAYS_PER_YEAR,
): BenchmarkRatios {
  const beta = betaOf(returns, benchmark)
  const excess = returns.map((r, i) => r - valueAt(benchmark, i))
  return {
    alpha: (mean(returns) - beta * mean(benchmark)) * periodsPerYear,
    beta,
    informationRatio: sharpe(excess, periodsPerYear),
  }
}

/** cov(r, b) / var(b); NaN where the benchmark does not vary. */
export function betaOf(returns: Float64Array, benchmark: Float64Array): number {
  const { deviation } = momentsOfReturns(benchmark)
  return deviation > 0 ? covariance(returns, benchmark) / covariance(benchmark, benchmark) : Number.NaN
}

/** Correlation and capture of returns with the benchmark's, period by period; both have one length. */
export function benchmarkCapture(returns: Float64Array, benchmark: Float64Array): BenchmarkCapture {
  const spread = momentsOfReturns(returns).deviation * momentsOfReturns(benchmark).deviation
  return {
    correlation: spread > 0 ? covariance(returns, benchmark) / spread : Number.NaN,
    up: captureWhere(returns, benchmark, (b) => b > 0),
    down: captureWhere(returns, benchmark, (b) => b < 0),
  }
}

function captureWhere(
  returns: Float64Array,
  benchmark: Float64Array,
  isCounted: (b: number) => boolean,
): number {
  let sum = 0
  let benchmarkSum = 0
  benchmark.forEach((b, i) => {
    if (!isCounted(b)) return
    sum += valueAt(returns, i)
    benchmarkSum += b
  })
  return benchmarkSum === 0 ? Number.NaN : sum / benchmarkSum
}
