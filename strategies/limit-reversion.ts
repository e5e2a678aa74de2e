/**
 * Reversion with resting orders: bids below the average by so many standard deviations, and once bought offers
 * at the average. Both wait on the book and pay the maker's fee.
 *
 * The idea: short swings come back to their mean, and who waits is paid for it. It fails when the price does
 * not come back: a bid is filled in every fall, and what a bar touched is not what would have been filled.
 * Source: Bollinger, Bollinger on Bollinger Bands, 2001; on resting orders Harris, Trading and Exchanges, 2003.
 */
import { bollinger, close, defineStrategy, int, num } from '../engine/index.js'

export const limitReversion = defineStrategy({
  name: 'limit-reversion',
  params: {
    period: int(240, { min: 5, max: 20_000 }),
    width: num(2.5, { min: 0.5, max: 6 }),
    patience: int(60, { min: 1, max: 5000 }),
  },
  indicators: (p) => ({ band: bollinger(close, p.period, p.width) }),
  state: () => ({ waited: 0 }),
  onBar({ band }, { buy, sell, cancel, position, cash, params, state }) {
    if (position.hasPending && ++state.waited < params.patience) return
    state.waited = 0
    cancel()
    if (position.isLong)
      sell({ quantity: position.quantity, type: 'LIMIT', price: band.middle.at(0), tag: 'mean' })
    else if (band.lower.at(0) > 0) buy({ quote: cash, type: 'LIMIT', price: band.lower.at(0), tag: 'dip' })
  },
})
