/** Trades, keeps an order on the book, and in an environment that says so never returns once one has long been there. */
import { defineStrategy } from '../../../engine/index.js'

const BAR_MS = 60_000

export const stubborn = defineStrategy({
  name: 'stubborn',
  state: () => ({ waited: 0 }),
  onBar(_indicators, { state: own, time, bars, buy, position }) {
    own.waited = position.hasPending ? own.waited + 1 : 0
    // Far enough below to stay; asked for again where the gate has kept it back.
    const price = bars.close.at(0) * 0.95
    if (!position.hasPending) buy({ type: 'LIMIT', price, quantity: 0.01, tag: 'rests' })
    if (Math.floor((time + 1) / BAR_MS) % 4 === 0) buy({ type: 'MARKET', quantity: 0.001 })
    while (own.waited >= 10 && process.env.NEXTBAR_TEST_STUCK !== undefined);
  },
})
