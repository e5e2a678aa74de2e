/**
 * Crossing of two exponential moving averages: long while the fast one is above the slow one.
 *
 * The idea: as sma-cross, but recent prices weigh more, so it turns earlier, in and out. It fails where
 * sma-cross fails, in a market without a trend, and a little more often for being earlier.
 * Source: Appel, Technical Analysis: Power Tools for Active Investors, 2005.
 */
import { close, crossedAbove, crossedBelow, defineStrategy, ema, int } from '../engine/index.js'

export const emaCross = defineStrategy({
  name: 'ema-cross',
  params: {
    fast: int(180, { min: 2, max: 5000 }),
    slow: int(900, { min: 5, max: 20000 }),
  },
  allow: (p) => p.fast < p.slow,
  indicators: (p) => ({ fast: ema(close, p.fast), slow: ema(close, p.slow) }),
  onBar({ fast, slow }, { target }) {
    if (crossedAbove(fast, slow)) target(1, { tag: 'up' })
    if (crossedBelow(fast, slow)) target(0, { tag: 'down' })
  },
})
