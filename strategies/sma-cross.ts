/**
 * Crossing of two simple moving averages: long while the fast one is above the slow one.
 *
 * The idea: prices trend, and an average over fewer bars turns first. It fails in a market without a
 * trend, where each crossing is noise and costs a round trip; the shorter the bars, the worse.
 * Source: Brock, Lakonishok, LeBaron, Simple Technical Trading Rules, Journal of Finance 47, 1992.
 */
import { close, crossedAbove, crossedBelow, defineStrategy, int, sma } from '../engine/index.js'

export const smaCross = defineStrategy({
  name: 'sma-cross',
  params: {
    fast: int(240, { min: 2, max: 5000 }),
    slow: int(1200, { min: 5, max: 20000 }),
  },
  allow: (p) => p.fast < p.slow,
  indicators: (p) => ({ fast: sma(close, p.fast), slow: sma(close, p.slow) }),
  onBar({ fast, slow }, { target }) {
    if (crossedAbove(fast, slow)) target(1)
    if (crossedBelow(fast, slow)) target(0)
  },
})
