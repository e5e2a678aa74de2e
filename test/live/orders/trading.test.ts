/** Sessions that send orders to a local exchange: what they trade is what both sides say. */
import { describe, expect, it } from 'vitest'
import { stateFolder, stillExchange } from '../live-session.js'
import { restless, startedTrading } from './trading-session.js'
import { expectAgreement } from './truth.js'

describe('a session on testnet', () => {
  it('trades maker-first for 500 bars: the journal is the ledger, and proof A holds', async () => {
    const exchange = await stillExchange()
    const state = stateFolder()
    const session = await startedTrading(exchange, { state, strategy: restless })
    await session.advance(500)
    await session.stop()
    const { accepted, trades, open, record } = await expectAgreement(exchange, state, restless)
    expect(accepted).toBeGreaterThan(120)
    expect(trades).toBeGreaterThan(80)
    expect(open).toEqual([])
    const types = new Set(record.orders.map(({ body }) => /"type":"(\w+)"/.exec(body)?.[1]))
    expect(types).toEqual(new Set(['LIMIT_MAKER', 'MARKET']))
    expect(session.news.filter(({ kind }) => kind === 'HALT' || kind === 'FAULT')).toEqual([])
  })
})
