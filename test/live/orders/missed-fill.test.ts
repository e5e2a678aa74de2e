/** A fill of which nobody tells: the account is asked before an order goes out that was sized without it. */
import { describe, expect, it } from 'vitest'
import { defineStrategy } from '../../../engine/index.js'
import { stateFolder, stillExchange } from '../live-session.js'
import { startedTrading } from './trading-session.js'
import { expectAgreement, journalOf } from './truth.js'

/** Buys, waits with a part of it far above the market, and wants half of its money in again four bars later. */
const patient = defineStrategy({
  name: 'patient',
  state: () => ({ bar: 0 }),
  onBar(_, { bars, buy, sell, target, state }) {
    const price = bars.close.at(0)
    if (state.bar === 0) buy({ quote: 2000 })
    if (state.bar === 2) sell({ type: 'LIMIT', price: price * 1.04, quantity: 0.02, tag: 'rest' })
    if (state.bar === 4) target(0.5)
    state.bar++
  },
})

describe('an order that depends on the position', () => {
  it('is not sent when an order beside it has traded and the event was lost, and the books have the fill first', async () => {
    const exchange = await stillExchange()
    const state = stateFolder()
    // No look at the account is due for an hour: what is found is found for this order.
    const session = await startedTrading(exchange, {
      ...{ state, strategy: patient, reconcileMs: 3_600_000, settings: { policy: undefined } },
    })
    await session.advance(4)
    const [resting] = session.market.open
    const price = String(resting && 'price' in resting.order ? Number(resting.order.price) / 1e8 : 0)
    await exchange.client.control('POST', '/fault', { on: 'user *', do: 'drop', count: 0 })
    const trade = { on: 'now', do: 'trade', symbol: 'BTCUSDT', price, quantity: '0.02' }
    await exchange.client.control('POST', '/fault', trade)
    expect(resting?.phase, 'nobody has told').toBe('OPEN')
    await exchange.client.control('DELETE', '/fault')
    const orders = async () => (await journalOf(exchange)).filter(({ kind }) => kind === 'ORDER').length
    const before = await orders()
    await session.advance(1)
    expect(await orders(), 'nothing was sent').toBe(before)
    expect(session.told('kept back').map(({ message }) => message)).toEqual([
      expect.stringContaining(`${resting?.id} had traded, and nobody had told of it`),
    ])
    expect(resting?.phase).toBe('OVER')
    await session.stop()
    const { record, status } = await expectAgreement(exchange, state, patient)
    expect([...status.values()]).toEqual(['FILLED', 'FILLED', 'REJECTED'])
    const reasons = record.events.flatMap((event) => (event.kind === 'ORDER' ? [event.reason] : []))
    expect(reasons).toContain('GATE_STALE')
  })
})
