/**
 * Trend with a trailing stop: buys when a fast average crosses above a slow one, and lets a stop that follows
 * the best price take it out.
 *
 * The idea: nobody knows how far a trend goes, so the market says when it is over. It fails in a market that
 * swings wider than the stop's distance without going anywhere.
 * Source: Kaufman, Trading Systems and Methods, 6th edition, 2019, chapter 22.
 */
import { close, crossedAbove, defineStrategy, ema, int, num } from '../engine/index.js'

export const trendTrailing = defineStrategy({
  name: 'trend-trailing',
  params: {
    fast: int(240, { min: 2, max: 5000 }),
    slow: int(1200, { min: 5, max: 20_000 }),
    distance: num(0.02, { min: 0.0001, max: 0.2 }),
  },
  allow: (p) => p.fast < p.slow,
  indicators: (p) => ({ fast: ema(close, p.fast), slow: ema(close, p.slow) }),
  onBar({ fast, slow }, { buy, trail, position, cash, params }) {
    if (!position.isFlat || !crossedAbove(fast, slow)) return
    buy({ quote: cash, tag: 'trend' })
    trail(params.distance)
  },
})
