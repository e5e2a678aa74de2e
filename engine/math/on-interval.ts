/** Indicators over a longer interval. Floor 1. */
import { ConfigError } from '../model/errors.js'
import type { Indicator, LongerInterval } from './indicator.js'

/**
 * An indicator over the closed bars of a longer interval: `on('1h', sma(close, 20))`. Its series counts
 * those bars: `at(0)` is the last hour that has closed, `at(1)` the one before it; the hour under way
 * has no value. NaN before `warmup` of them.
 * Throws a ConfigError for an indicator that already has an interval, or is made of one that has.
 */
export function on<Output extends string>(
  interval: LongerInterval,
  indicator: Indicator<Output>,
): Indicator<Output> {
  const inner = intervalWithin(indicator)
  if (inner !== undefined) {
    throw new ConfigError(`on must stand outermost and once, was on('${interval}', … on('${inner}', …))`)
  }
  return { ...indicator, key: `${indicator.key}@${interval}`, interval }
}

function intervalWithin({ interval, sources }: Indicator): LongerInterval | undefined {
  if (interval !== undefined) return interval
  for (const source of sources) {
    const inner = source.kind === 'indicator' ? intervalWithin(source) : undefined
    if (inner !== undefined) return inner
  }
  return undefined
}
