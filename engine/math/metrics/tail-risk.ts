/** What the worst and best returns of a series look like: VaR, CVaR, tail ratio. Floor 1. */
import { quantileOfSorted } from '../statistics.js'

/** Numbers about the tails of a return distribution; each is NaN below two returns. */
export interface TailRisk {
  /** −q, q the 5 % quantile: a fraction, positive for a loss. */
  readonly valueAtRisk: number
  /** −mean(r ≤ q): the mean loss of the returns at or below q. */
  readonly conditionalValueAtRisk: number
  /** |q95 / q05|; NaN where q05 is 0. */
  readonly tailRatio: number
}

/** Tails of the returns at 5 %, by historical quantiles with linear interpolation. */
export function tailRisk(returns: Float64Array): TailRisk {
  const sorted = returns.toSorted()
  if (sorted.length < 2) {
    return { valueAtRisk: Number.NaN, conditionalValueAtRisk: Number.NaN, tailRatio: Number.NaN }
  }
  const q05 = quantileOfSorted(sorted, 0.05)
  const q95 = quantileOfSorted(sorted, 0.95)
  let sum = 0
  let count = 0
  for (const r of sorted) {
    if (r > q05) break
    sum += r
    count++
  }
  return {
    valueAtRisk: -q05,
    conditionalValueAtRisk: -sum / count,
    tailRatio: q05 === 0 ? Number.NaN : Math.abs(q95 / q05),
  }
}
