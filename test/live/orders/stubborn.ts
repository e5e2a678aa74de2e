/** Trades, keeps an order on the book, and in an environment that says so never returns from its twelfth bar. */
import { defineStrategy } from '../../../engine/index.js'

const BAR_MS = 60_000

export const stubborn = defineStrategy({
  name: 'stubborn',
  state: () => ({ bars: 0 }),
  onBar(_indicators, { state: own, time, bars, buy }) {
    own.bars++
    const price = bars.close.at(0)
    // Far enough below to stay.
    if (own.bars % 20 === 3) buy({ type: 'LIMIT', price: price * 0.95, quantity: 0.01, tag: 'rests' })
    if (Math.floor((time + 1) / BAR_MS) % 4 === 0) buy({ type: 'MARKET', quantity: 0.001 })
    while (own.bars === 12 && process.env.NEXTBAR_TEST_STUCK !== undefined);
  },
})
