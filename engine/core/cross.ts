/** Crossings of two series, or of a series and a level. Floor 2. */
import { isAbove, isNotAbove, Series } from '../math/series.js'

/** Taken from its class once: an import is looked up at each call, and these are called at every bar. */
const { hasCrossedAbove } = Series

/**
 * Whether `a` was not above `b` one bar ago and is above it now. A NaN on either side is no crossing.
 * Values within 1e−12 of the larger magnitude count as equal.
 */
export function crossedAbove(a: Series, b: Series | number): boolean {
  if (typeof b !== 'number') return hasCrossedAbove(a, b)
  return isAbove(a.at(0), b) && isNotAbove(a.at(1), b)
}

/** Whether `a` was not below `b` one bar ago and is below it now; otherwise as `crossedAbove`. */
export function crossedBelow(a: Series, b: Series | number): boolean {
  if (typeof b !== 'number') return hasCrossedAbove(b, a)
  return isAbove(b, a.at(0)) && isNotAbove(b, a.at(1))
}
