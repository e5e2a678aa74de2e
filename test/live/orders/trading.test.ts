/** Sessions that send orders to a local exchange: what they trade is what both sides say. */
import { inspect } from 'node:util'
import { describe, expect, it, vi } from 'vitest'
import { ApiSession } from '../../../engine/exchange/ws-api/api-session.js'
import { until } from '../live-command.js'
import { stateFolder, stillExchange } from '../live-session.js'
import { bytesIn, expectNoSecret } from './canary.js'
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

  it.each([
    ['an HMAC key subscribes by signature', undefined, ['userDataStream.subscribe.signature']],
    ['an Ed25519 key logs on and subscribes', 'ED25519', ['session.logon', 'userDataStream.subscribe']],
  ] as const)('with %s, anew behind a break, and what it trades is the same', async (_name, key, methods) => {
    const answer = vi.spyOn(ApiSession.prototype, 'answer')
    const exchange = await stillExchange()
    const state = stateFolder()
    const session = await startedTrading(exchange, { state, strategy: restless, ...(key && { key }) })
    await session.advance(8)
    await exchange.client.control('POST', '/fault', [{ on: 'now', do: 'close-users' }])
    await until(
      () => session.told('stream').filter(({ isOver }) => isOver).length === 2,
      'a second subscription',
    )
    await session.advance(8)
    await session.stop()
    const asked = answer.mock.calls.map(([{ method }]) => method)
    vi.restoreAllMocks()
    expect(asked).toEqual([...methods, ...methods])
    const { trades } = await expectAgreement(exchange, state, restless)
    expect(trades).toBeGreaterThan(2)
    const { apiKey, privateKey } = exchange.address.ed25519
    const secret = key ? (privateKey.split('\n')[1] ?? '') : exchange.address.secret
    expectNoSecret({ apiKey: key ? apiKey : exchange.address.apiKey, secret }, [
      ...bytesIn(state),
      inspect(session.news, { depth: null }),
    ])
  })
})
