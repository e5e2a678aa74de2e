/** Bars of a longer interval from shorter ones, as Binance makes them. Floor 1. */
import type { BarColumns, Bars } from '../model/bars.js'
import type { Interval } from '../model/time.js'
import { Resampler } from './resampler.js'

/**
 * The bars at a longer interval, those under way at the start and the end too, flagged `partial`. Throws a
 * ConfigError when the intervals do not fit. Bars of three days are counted from `anchor`, an open time of one
 * of them, or from the first day.
 */
export function resampleBars(bars: Bars, to: Interval, anchor?: number): BarColumns {
  const resampler = new Resampler(bars, to, { keepsFirst: true, ...(anchor !== undefined && { anchor }) })
  resampler.extend(bars.length)
  resampler.closeBar()
  return resampler.bars
}
