/** When a strategy is first called. Floor 3. */
import type { IndicatorSet } from '../core/strategy.js'
import type { RunSettings } from '../model/settings.js'

/**
 * The first bar of the range at which every declared indicator is defined, and the average true range
 * that may price the next bar's fill is too (whatever alpha is); never before `settings.warmup`.
 */
export function firstCallOf(indicators: IndicatorSet, settings: RunSettings, first: number): number {
  const needed = Object.values(indicators).map((indicator) => indicator.warmup)
  const range = settings.atrSource === 'next' ? settings.atrPeriod - 1 : settings.atrPeriod
  return Math.max(first, settings.warmup, range, ...needed)
}
