/** Fewer points of a long series, such that no extreme is lost. Floor 4. */
import { valueAt } from '../engine/model/bars.js'

/**
 * Indices of at most `limit` values, rising: all of them where there are no more; else the first, the
 * last, and the lowest and highest of each of equal stretches between. `limit` is at least 4.
 */
export function thinToExtremes(values: Float64Array, limit: number): readonly number[] {
  const n = values.length
  if (n <= limit) return Array.from(values, (_, i) => i)
  const stretches = Math.floor((limit - 2) / 2)
  const kept = [0]
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = 1 + Math.floor((stretch * (n - 2)) / stretches)
    const to = 1 + Math.floor(((stretch + 1) * (n - 2)) / stretches)
    let low = from
    let high = from
    for (let i = from + 1; i < to; i++) {
      if (valueAt(values, i) < valueAt(values, low)) low = i
      if (valueAt(values, i) > valueAt(values, high)) high = i
    }
    kept.push(Math.min(low, high))
    if (low !== high) kept.push(Math.max(low, high))
  }
  kept.push(n - 1)
  return kept
}
