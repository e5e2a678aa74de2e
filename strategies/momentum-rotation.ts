/**
 * Relative strength over several symbols: holds those that rose most over the last bars, in equal parts, and
 * cash in place of one that has not risen.
 *
 * The idea: what rose more than its peers goes on doing so for weeks. It fails when a trend turns at once
 * for all of them, and each change of rank costs two trades: rank seldom.
 * Source: Jegadeesh, Titman, Returns to Buying Winners and Selling Losers, Journal of Finance 48, 1993.
 */
import { close, defineStrategy, int, roc } from '../engine/index.js'

export const momentumRotation = defineStrategy({
  name: 'momentum-rotation',
  params: {
    length: int(4320, { min: 2, max: 100_000 }),
    every: int(1440, { min: 1, max: 100_000 }),
    hold: int(1, { min: 1, max: 10 }),
  },
  indicators: (p) => ({ rise: roc(close, p.length) }),
  state: () => ({ closes: 0 }),
  onBars(markets, { params, state }) {
    if (state.closes++ % params.every !== 0) return
    const ranked = markets.toSorted((a, b) => b.indicators.rise.at(0) - a.indicators.rise.at(0))
    for (const [rank, { target, indicators }] of ranked.entries()) {
      const isChosen = rank < params.hold && indicators.rise.at(0) > 0
      target(isChosen ? 1 / params.hold : 0)
    }
  },
})
