/** Means, spreads, moments and quantiles of plain numbers, summed from first to last. Floor 1. */
import { valueAt } from '../model/bars.js'

/** Mean; NaN of nothing. A second pass takes the first one's rounding back, so equal values give just that value. */
export function mean(values: Float64Array): number {
  const n = values.length
  let sum = 0
  for (let i = 0; i < n; i++) sum += valueAt(values, i)
  const rough = sum / n
  let rest = 0
  for (let i = 0; i < n; i++) rest += valueAt(values, i) - rough
  return rough + rest / n
}

/**
 * Mean, spread and shape of a sample.
 * `deviation` needs two values; `skewness` and `rawKurtosis` need a deviation above 0; else they are NaN.
 */
export interface Moments {
  readonly count: number
  readonly mean: number
  /** Sample standard deviation, over n − 1. */
  readonly deviation: number
  /** Population moment: m₃ / m₂^1.5. */
  readonly skewness: number
  /** Population moment: m₄ / m₂²; 3 for the normal distribution. */
  readonly rawKurtosis: number
}

/** Moments of the values. A deviation of at most `noise` is rounding, and counts as 0. */
export function momentsOf(values: Float64Array, noise = 0): Moments {
  const n = values.length
  const center = mean(values)
  let squares = 0
  let cubes = 0
  let fourths = 0
  for (let i = 0; i < n; i++) {
    const d = valueAt(values, i) - center
    const square = d * d
    squares += square
    cubes += square * d
    fourths += square * square
  }
  const deviation = n < 2 ? Number.NaN : Math.sqrt(squares / (n - 1))
  if (!(deviation > noise)) {
    const none = Number.isNaN(deviation) ? deviation : 0
    return { count: n, mean: center, deviation: none, skewness: Number.NaN, rawKurtosis: Number.NaN }
  }
  const m2 = squares / n
  return {
    count: n,
    mean: center,
    deviation,
    skewness: cubes / n / (m2 * Math.sqrt(m2)),
    rawKurtosis: fourths / n / (m2 * m2),
  }
}

/** Sample covariance over n − 1 of two rows of one length; NaN below two values. */
export function covariance(a: Float64Array, b: Float64Array): number {
  const meanA = mean(a)
  const meanB = mean(b)
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (valueAt(a, i) - meanA) * (valueAt(b, i) - meanB)
  return a.length < 2 ? Number.NaN : sum / (a.length - 1)
}

/**
 * Quantile `share` (0 to 1) of values sorted upwards, interpolated linearly between neighbours; NaN of nothing.
 * Source: Hyndman and Fan, Sample Quantiles in Statistical Packages, 1996, type 7.
 */
export function quantileOfSorted(sorted: Float64Array, share: number): number {
  const position = (sorted.length - 1) * share
  const below = Math.floor(position)
  const low = sorted[below] ?? Number.NaN
  const high = sorted[below + 1] ?? low
  return low + (position - below) * (high - low)
}
