/** Compound growth a year. Floor 1. */
import { pow } from '../elementary.js'

/** Seconds of a year of 365 days. */
export const YEAR_SECONDS = 31_536_000

/**
 * (end / start)^(1 / years) − 1, a fraction; −1 for an end of 0. Extreme for ranges much shorter than a
 * year, up to Infinity. `years` is above 0, of 365 days each.
 */
export function cagr({
  start,
  end,
  years,
}: {
  readonly start: number
  readonly end: number
  readonly years: number
}): number {
  return pow(end / start, 1 / years) - 1
}
