/** A halt that has ended all requests, and the person who clears it. */
import { describe, expect, it } from 'vitest'
import { clear } from '../../../engine/live/files/control-files.js'
import { until } from '../live-command.js'
import { stateFolder, stillExchange } from '../live-session.js'
import { restless, startedTrading } from './trading-session.js'
import { expectAgreement, journalOf } from './truth.js'

describe('clear, behind a ban', () => {
  it('lets a session that runs ask again, first of all how its open orders stand, and trade on', async () => {
    const exchange = await stillExchange()
    const state = stateFolder()
    // Nothing but clear itself would ask: no look at the account is due.
    const session = await startedTrading(exchange, { state, strategy: restless, reconcileMs: 3_600_000 })
    for (let k = 0; k < 40 && session.market.open.length === 0; k++) await session.advance(1)
    const [open] = session.market.open
    await exchange.client.control('POST', '/fault', [
      { on: 'DELETE /api/v3/order', do: 'answer', status: 418, code: -1003, count: 1 },
      { on: 'user executionReport', do: 'drop', count: 0 },
    ])
    for (let k = 0; k < 10 && session.runner.state !== 'halted'; k++) await session.advance(1, false)
    await until(() => session.runner.state === 'halted', 'a halt')
    // It ends behind the session's back while nothing may be asked.
    await exchange.client.control('POST', '/fault', [{ on: 'now', do: 'cancel-orders', symbol: 'BTCUSDT' }])
    await exchange.client.control('DELETE', '/fault')
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(open?.phase, 'nobody has asked').toBe('OPEN')

    clear(state, 'the address is free again', Date.now())
    await until(() => session.runner.state === 'ready', 'ready')
    await until(() => open?.phase === 'OVER', 'its end is known')
    const before = (await journalOf(exchange)).filter(({ kind }) => kind === 'ORDER').length
    await session.advance(12)
    expect((await journalOf(exchange)).filter(({ kind }) => kind === 'ORDER').length).toBeGreaterThan(before)
    await session.stop()
    const { open: left, record } = await expectAgreement(exchange, state, restless)
    expect(left).toEqual([])
    const cleared = record.events.flatMap((event) => (event.kind === 'CLEAR' ? [event.reason] : []))
    expect(cleared).toEqual(['the address is free again'])
  })
})
