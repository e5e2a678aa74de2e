/** When a strategy is first called. Floor 2. */

import type { RunSettings } from '../model/settings.js'
import { type Interval, intervalMs } from '../model/time.js'
import type { ParamSpecs, ParamValues } from './params.js'
import type { IndicatorSet, Strategy } from './strategy.js'

/**
 * The first bar of the range at which every declared indicator is defined, and the average true range
 * that may price the next bar's fill is too (whatever alpha is); never before `settings.warmup`. What
 * is read over longer intervals may put it later: that depends on where their bars begin.
 */
export function firstCallOf(indicators: IndicatorSet, settings: RunSettings, first: number): number {
  const own = Object.values(indicators).filter(({ interval }) => interval === undefined)
  const needed = own.map((indicator) => indicator.warmup)
  const range = settings.atrSource === 'next' ? settings.atrPeriod - 1 : settings.atrPeriod
  return Math.max(first, settings.warmup, range, ...needed)
}

/**
 * Bars of history after which the strategy is called for sure, as its indicators declare: a longer
 * interval's first bar may have begun before the history does, so it needs one more than its warm-up.
 */
export function declaredHistory(
  strategy: Strategy,
  params: ParamValues<ParamSpecs>,
  settings: RunSettings,
  interval: Interval,
): number {
  const indicators = strategy.indicators(params)
  const longer = [
    ...Object.values(strategy.also).map((one) => ({ interval: one, warmup: 0 })),
    ...Object.values(indicators),
  ].map((one) =>
    one.interval === undefined
      ? 0
      : (one.warmup + 2) * Math.ceil(intervalMs(one.interval) / intervalMs(interval)),
  )
  return Math.max(firstCallOf(indicators, { ...settings, warmup: 0 }, 0), ...longer)
}
