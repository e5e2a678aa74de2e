/**
 * Buys once and holds: what every other strategy has to beat after its costs.
 *
 * The idea: the market's own return, for one fee. It fails when the market falls, all the way down.
 * Source: Sharpe, The Arithmetic of Active Management, Financial Analysts Journal 47, 1991.
 */
import { defineStrategy } from '../engine/index.js'

export const buyAndHold = defineStrategy({
  name: 'buy-and-hold',
  onBar(_indicators, { target }) {
    target(1)
  },
})
