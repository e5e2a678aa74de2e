/** How long a record must be before its Sharpe ratio says anything. Floor 1. */
import { normalQuantile } from '../normal.js'
import { expectedMaximum } from './deflated-sharpe.js'
import { type SharpeShape, sharpeSpread } from './return-ratios.js'

/**
 * Returns needed until the Sharpe ratio is above `benchmark` (both of one period) with a confidence:
 * 1 + (1 − γ₃·SR + (γ₄ − 1)/4·SR²)·(Φ⁻¹(confidence) / (SR − SR*))².
 * Infinity at or below the benchmark; NaN for an undefined ratio.
 * Source: Bailey and López de Prado, The Sharpe Ratio Efficient Frontier, 2012.
 */
export function minTrackRecord(
  shape: SharpeShape,
  { benchmark = 0, confidence = 0.95 }: { readonly benchmark?: number; readonly confidence?: number } = {},
): number {
  const excess = shape.sharpe - benchmark
  if (excess <= 0) return Number.POSITIVE_INFINITY
  const spread = sharpeSpread(shape)
  const ratio = (normalQuantile(confidence) * spread) / excess
  return 1 + ratio * ratio
}

/**
 * Years below which the best of so many trials without an edge is expected to show this Sharpe ratio a
 * year: (`expectedMaximum` / SR)². Infinity for a ratio of at most 0.
 * Source: Bailey, Borwein, López de Prado and Zhu, Pseudo-Mathematics and Financial Charlatanism, 2014.
 */
export function minBacktestYears(sharpeAYear: number, trials: number): number {
  if (sharpeAYear <= 0) return Number.POSITIVE_INFINITY
  const ratio = expectedMaximum(trials) / sharpeAYear
  return ratio * ratio
}
