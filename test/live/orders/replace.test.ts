/** An order in the place of another: one request, in which the exchange does both or neither. */
import { describe, expect, it } from 'vitest'
import { defineStrategy } from '../../../engine/index.js'
import { type StillExchange, stateFolder, stillExchange } from '../live-session.js'
import { startedTrading, type TradingSession, type TradingWishes } from './trading-session.js'
import { expectAgreement, journalOf } from './truth.js'

/** A purchase that follows the market from a distance, at every bar. */
function following(below: number, mode: 'STOP_ON_FAILURE' | 'ALLOW_FAILURE' = 'STOP_ON_FAILURE') {
  return defineStrategy({
    name: 'following',
    onBar(_, { bars, buy, replace, position, close }) {
      const price = bars.close.at(0) * (1 - below)
      const order = { type: 'LIMIT', price, quantity: 0.001 } as const
      if (position.isLong) close()
      else if (position.hasPending) replace('entry', { side: 'BUY', ...order, mode })
      else buy({ ...order, tag: 'entry' })
    },
  })
}

const FAR = following(0.1)
const NEAR = following(0.0003)

async function followingSession(strategy: typeof FAR, wishes: Partial<TradingWishes> = {}) {
  const exchange = await stillExchange()
  const state = stateFolder()
  const session = await startedTrading(exchange, {
    ...{ state, strategy, settings: { policy: undefined } },
    ...wishes,
  })
  return { exchange, state, session }
}

/** Status and reason of every order that the session knows of. */
function ordersOf({ runner }: TradingSession) {
  const { journal } = runner.keeper?.session ?? {}
  const rows = Array.from({ length: journal?.orders.length ?? 0 }, (_, row) => journal?.orders.at(row))
  return rows.map((one) => `${one?.status} ${one?.reason}`.trim())
}

async function kindsOf(exchange: StillExchange) {
  return (await journalOf(exchange)).map(({ kind }) => kind)
}

describe('a purchase that follows the market', () => {
  it('is replaced at every bar: the one before is canceled, and one is open', async () => {
    const { exchange, state, session } = await followingSession(FAR)
    await session.advance(5)
    expect(ordersOf(session)).toEqual(['CANCELED', 'CANCELED', 'CANCELED', 'CANCELED', 'NEW'])
    expect(await kindsOf(exchange)).not.toContain('LIST')
    await session.stop()
    const { open } = await expectAgreement(exchange, state, FAR)
    expect(open).toEqual([])
  })

  it('buys once a position, whatever fills while it is replaced', async () => {
    const { exchange, state, session } = await followingSession(NEAR)
    await session.advance(60)
    await session.stop()
    const { record } = await expectAgreement(exchange, state, NEAR)
    const fills = record.events.flatMap((event) => (event.kind === 'FILL' ? [event.execution] : []))
    expect(fills.filter(({ side }) => side === 'BUY').length).toBeGreaterThan(3)
  })

  it('goes one after the other where failure is allowed', async () => {
    const allowed = following(0.1, 'ALLOW_FAILURE')
    const { exchange, state, session } = await followingSession(allowed)
    await session.advance(4)
    expect(ordersOf(session)).toEqual(['CANCELED', 'CANCELED', 'CANCELED', 'NEW'])
    await session.stop()
    await expectAgreement(exchange, state, allowed)
  })

  const REPLACE = 'POST /api/v3/order/cancelReplace'
  it.each([
    ['the reply is lost', [{ on: REPLACE, when: 'after-accept', do: 'drop-reply', count: 1 }], {}],
    [
      'the request is lost',
      [{ on: REPLACE, do: 'drop-request', count: 1 }],
      { wait: { recvWindowMs: 1500 } },
    ],
    [
      'reply and events are lost',
      [
        { on: REPLACE, when: 'after-accept', do: 'drop-reply', count: 1 },
        { on: 'user executionReport', do: 'drop', count: 20 },
      ],
      { reconcileMs: 300 },
    ],
    ['events come twice', [{ on: 'user *', do: 'duplicate', count: 0 }], {}],
    ['a filter refuses it', [{ on: REPLACE, do: 'answer', status: 400, code: -1013, count: 1 }], {}],
  ] as const)('when %s is known to the last, and never sent twice', async (_, faults, wishes) => {
    const { exchange, state, session } = await followingSession(FAR, wishes)
    await exchange.client.control('POST', '/fault', faults)
    await session.advance(4)
    await exchange.client.control('DELETE', '/fault')
    await new Promise((resolve) => setTimeout(resolve, 400))
    await session.advance(2)
    expect(ordersOf(session).filter((one) => one === 'NEW')).toHaveLength(1)
    await session.stop()
    const { open } = await expectAgreement(exchange, state, FAR)
    expect(open).toEqual([])
  })

  it('is gone when the market refuses what was to take its place', async () => {
    const crossing = defineStrategy({
      name: 'crossing',
      onBar(_, { bars, buy, replace, position }) {
        const last = bars.close.at(0)
        if (position.hasPending)
          replace('entry', { side: 'BUY', type: 'LIMIT_MAKER', price: last * 1.05, quantity: 0.001 })
        else buy({ type: 'LIMIT', price: last * 0.9, quantity: 0.001, tag: 'entry' })
      },
    })
    const { exchange, state, session } = await followingSession(crossing)
    await session.advance(3)
    expect(ordersOf(session)).toEqual(['CANCELED', 'REJECTED WOULD_MATCH_IMMEDIATELY', 'NEW'])
    await session.stop()
    await expectAgreement(exchange, state, crossing)
  })

  it('stays where it is when it has gone from the exchange, and nothing is sent in its place', async () => {
    const { exchange, state, session } = await followingSession(FAR)
    await session.advance(2)
    // Another hand takes the order back, and the session does not hear of it.
    await exchange.client.control('POST', '/fault', [{ on: 'user executionReport', do: 'drop', count: 1 }])
    const id = String((await journalOf(exchange)).findLast(({ kind }) => kind === 'ORDER')?.clientOrderId)
    await exchange.client.signed('DELETE', '/api/v3/order', { symbol: 'BTCUSDT', origClientOrderId: id })
    await session.advance(2)
    expect(ordersOf(session)).toEqual(['CANCELED', 'CANCELED', 'REJECTED CANCEL_FAILED', 'NEW'])
    expect(session.told('kept back')).toHaveLength(1)
    await session.stop()
    await expectAgreement(exchange, state, FAR)
  })
})
