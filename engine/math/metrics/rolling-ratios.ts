/** Sharpe, volatility and beta over a window that moves a day at a time. Floor 1. */
import { betaOf } from './benchmark-ratios.js'
import { momentsOfReturns, volatilityOf, yearlySharpeOf } from './return-ratios.js'

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
    const moments = momentsOfReturns(part)
    ratios.sharpe[i] = yearlySharpeOf(moments)
    ratios.volatility[i] = volatilityOf(moments)
    ratios.beta[i] = betaOf(part, benchmark.subarray(i + 1 - window, i + 1))
  }
  return ratios
}
