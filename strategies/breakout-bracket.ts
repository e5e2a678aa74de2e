/**
 * Breakout with a bracket: buys above the highest high, and leaves at a stop or a target that cancel each
 * other, both in units of the average true range.
 *
 * The idea: a new high begins a move, and what was risked is known before. It fails when the range is
 * noise: then the nearer of the two exits, usually the stop, takes most of the trades.
 * Source: Kaufman, Trading Systems and Methods, 6th edition, 2019, chapters 5 and 22.
 */
import { atr, defineStrategy, high, highest, int, num } from '../engine/index.js'

export const breakoutBracket = defineStrategy({
  name: 'breakout-bracket',
  params: {
    entry: int(720, { min: 2, max: 20_000 }),
    range: int(240, { min: 2, max: 5000 }),
    stop: num(8, { min: 0.1, max: 100 }),
    target: num(16, { min: 0.1, max: 200 }),
  },
  indicators: (p) => ({ top: highest(high, p.entry), range: atr(p.range) }),
  onBar({ top, range }, { bars, bracket, position, cash, params }) {
    const price = bars.close.at(0)
    if (!position.isFlat || price < top.at(1)) return
    const stop = price - params.stop * range.at(0)
    if (stop <= 0) return
    bracket({ quote: cash, stop, takeProfit: price + params.target * range.at(0), tag: 'breakout' })
  },
})
