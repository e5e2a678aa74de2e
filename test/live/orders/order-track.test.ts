/** One order on its way: what a fill says of it, and when it takes the place of another that has traded meanwhile. */
import { describe, expect, it } from 'vitest'
import { OrderTrack } from '../../../engine/live/orders/order-track.js'
import { ONE } from '../../../engine/model/money.js'
import type { Order } from '../../../engine/model/order.js'

const trackOf = (side: 'BUY' | 'SELL', leaving: readonly OrderTrack[] = []) =>
  new OrderTrack(
    { number: 1, symbolIndex: 0, side, type: 'MARKET', quantity: ONE, tag: '' } as unknown as Order,
    {
      ...{ symbol: 'BTCUSDT', id: side, leaving },
      context: () => ({ barIndex: 0, reference: ONE, atr: 0 }),
    },
  )
const TRADE = {
  ...{ tradeId: '1', orderId: '1', price: ONE, quantity: ONE, quote: ONE, commission: 0n },
  ...{ commissionAsset: 'USDT', isMaker: false, time: 1_800_000_000_000 },
}

describe('an order of which a fill was the first word', () => {
  it('has its number on the exchange again when the row of that fill is all that the ledger holds', () => {
    const [told] = trackOf('BUY').takeTrade(TRADE)
    const again = trackOf('BUY')
    if (told) again.note(told)
    expect([again.phase, again.exchangeOrderId, again.takeTrade(TRADE)]).toEqual(['OPEN', '1', []])
  })
})

describe('an order in the place of one that traded behind what the session knew', () => {
  it.each([
    ['SELL', 'BUY', false, 'there is more to sell than it asks for'],
    ['SELL', 'SELL', true, 'it would sell more than is held'],
    ['BUY', 'BUY', true, 'it would buy twice'],
    ['BUY', 'SELL', true, 'it was sized for another position'],
  ] as const)('%s behind %s is stale: %s, %s', (side, before, isStale, _why) => {
    const first = trackOf(before)
    const second = trackOf(side, [first])
    expect(second.isStale, 'before it trades').toBe(false)
    first.takeTrade(TRADE)
    expect(second.isStale).toBe(isStale)
  })
})
