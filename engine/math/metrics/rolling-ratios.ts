/** Sharpe, volatility and beta over a window that moves a day at a time. Floor 1. */
import { benchmarkRatios } from './benchmark-ratios.js'
import { sharpe, volatility } from './return-ratios.js'

/** Columns as long as the returns; value `i` is of the `window` returns up to `i`, NaN before there are so many. */
export interface RollingRatios {
  readonly window: number
  readonly sharpe: Float64Array
  readonly volatility: Float64Array
  readonly beta: Float64Array
}

/** Ratios of each window of returns and of the benchmark's beside them, scaled to a year. */
export function rollingRatios(returns: Float64Array, benchmark: Float64Array, window: number): RollingRatios {
  const ratios: RollingRatios = {
    window,
    sharpe: new Float64Array(returns.length).fill(Number.NaN),
    volatility: new Float64Array(returns.length).fill(Number.NaN),
    beta: new Float64Array(returns.length).fill(Number.NaN),
  }
  for (let i = window - 1; i < returns.length; i++) {
    const part = returns.subarray(i + 1 - window, i + 1)
    ratios.sharpe[i] = sharpe(part)
    ratios.volatility[i] = volatility(part)
    ratios.beta[i] = benchmarkRatios(part, benchmark.subarray(i + 1 - window, i + 1)).beta
  }
  return ratios
}
