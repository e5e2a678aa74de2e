/** Moments of one-minute bars, by their textbook definitions: what the synthetic market is measured by. */
import type { Bars } from '../../engine/model/bars.js'

/** Moments of bars of a tick of 0.01; shares and correlations are fractions. */
export interface Moments {
  /** Of returns from close to close. */
  readonly deviation: number
  /** Fourth moment over the squared variance; 3 for a normal law. */
  readonly kurtosis: number
  /** Mean absolute return ÷ deviation; 0.80 for a normal law. */
  readonly meanToDeviation: number
  /** Mean of (high − low) ÷ close. */
  readonly range: number
  /** Bars that close where they opened. */
  readonly still: number
  /** Bars that open at the last close, and at most one tick beside it. */
  readonly sameOpen: number
  readonly nearOpen: number
  /** Bars whose high is their open or close. */
  readonly noUpperWick: number
  /** Autocorrelation of absolute returns. */
  readonly cluster1: number
  readonly cluster60: number
  readonly volumeMedianToMean: number
  /** Standard deviation ÷ mean. */
  readonly volumeVariation: number
  /** Correlation of a bar's volume with its absolute return. */
  readonly volumeWithMove: number
}

/** The moments of bars `from` to `to`. */
export function momentsOf(bars: Bars, from = 0, to = bars.length): Moments {
  const cut = (column: Float64Array) => Array.from(column.subarray(from, to))
  const [open, high, low, close, volume] = [bars.open, bars.high, bars.low, bars.close, bars.volume].map(cut)
  if (!open || !high || !low || !close || !volume) throw new Error('bars must have all columns')
  const at = (values: readonly number[], i: number) => values[i] ?? Number.NaN
  const returns = close.slice(1).map((value, i) => value / at(close, i) - 1)
  const moves = returns.map(Math.abs)
  const jumps = open.slice(1).map((value, i) => Math.abs(Math.round((value - at(close, i)) * 100)))
  const deviation = Math.sqrt(covariance(returns, returns))
  const average = mean(returns)
  const share = (count: number, of: number) => count / of
  const later = (lag: number) => correlation(moves.slice(lag), moves.slice(0, -lag))
  const n = close.length
  const sorted = volume.toSorted((a, b) => a - b)
  return {
    deviation,
    kurtosis: mean(returns.map((value) => (value - average) ** 4)) / deviation ** 4,
    meanToDeviation: mean(moves) / deviation,
    range: mean(high.map((value, i) => (value - at(low, i)) / at(close, i))),
    still: share(close.filter((value, i) => value === at(open, i)).length, n),
    sameOpen: share(jumps.filter((ticks) => ticks === 0).length, n - 1),
    nearOpen: share(jumps.filter((ticks) => ticks <= 1).length, n - 1),
    noUpperWick: share(high.filter((value, i) => value === Math.max(at(open, i), at(close, i))).length, n),
    cluster1: later(1),
    cluster60: later(60),
    volumeMedianToMean: at(sorted, Math.floor(n / 2)) / mean(volume),
    volumeVariation: Math.sqrt(covariance(volume, volume)) / mean(volume),
    volumeWithMove: correlation(volume.slice(1), moves),
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function covariance(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)]
  return mean(a.map((value, i) => (value - meanA) * ((b[i] ?? Number.NaN) - meanB)))
}

function correlation(a: readonly number[], b: readonly number[]): number {
  return covariance(a, b) / Math.sqrt(covariance(a, a) * covariance(b, b))
}
