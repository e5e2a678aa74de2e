/** Orders of a list: one list on the exchange, whatever happens to it. */
import { describe, expect, it } from 'vitest'
import { defineStrategy } from '../../../engine/index.js'
import { until } from '../live-command.js'
import { type StillExchange, stateFolder, stillExchange } from '../live-session.js'
import { startedTrading, type TradingSession, type TradingWishes } from './trading-session.js'
import { expectAgreement, journalOf } from './truth.js'

/** Buys, and leaves by a stop or a target that are so far away. */
function bracketed(distance: number) {
  return defineStrategy({
    name: 'bracketed',
    onBar(_, { bars, bracket, position }) {
      const price = bars.close.at(0)
      if (!position.isFlat || position.hasPending) return
      bracket({ quote: 1000, stop: price * (1 - distance), takeProfit: price * (1 + distance) })
    },
  })
}

const FAR = bracketed(0.2)
const NEAR = bracketed(0.0005)
const atMarket = { settings: { policy: undefined } }

async function bracketSession(strategy: typeof FAR, wishes: Partial<TradingWishes> = {}) {
  const exchange = await stillExchange()
  const state = stateFolder()
  const session = await startedTrading(exchange, { state, strategy, ...atMarket, ...wishes })
  return { exchange, state, session }
}

/** Type and status of every order that the session knows of. */
function ordersOf({ runner }: TradingSession) {
  const { journal } = runner.keeper?.session ?? {}
  const rows = Array.from({ length: journal?.orders.length ?? 0 }, (_, row) => journal?.orders.at(row))
  return rows.map((one) => [one?.order.type, one?.status, one?.reason])
}

const PAIR_OPEN = [
  ['MARKET', 'FILLED', ''],
  ['STOP_LOSS', 'NEW', ''],
  ['LIMIT_MAKER', 'NEW', ''],
]
const PAIR_CANCELED = [
  ['MARKET', 'FILLED', ''],
  ['STOP_LOSS', 'CANCELED', ''],
  ['LIMIT_MAKER', 'CANCELED', ''],
]

async function listsOf(exchange: StillExchange) {
  return (await journalOf(exchange)).filter(({ kind }) => kind === 'LIST')
}

describe('the exits of a bracket', () => {
  it('are one OCO list on the exchange, and are taken back together', async () => {
    const { exchange, state, session } = await bracketSession(FAR)
    await session.advance(6)
    expect(ordersOf(session)).toEqual(PAIR_OPEN)
    const [list, ...others] = await listsOf(exchange)
    expect(others).toEqual([])
    expect(list?.contingency).toBe('OCO')
    expect(list?.listClientOrderId).toMatch(/^nb1800000000-ababab-[0-9a-z]+-2L$/)
    await session.stop()
    expect(ordersOf(session)).toEqual(PAIR_CANCELED)
    await expectAgreement(exchange, state, FAR)
  })

  it('end each other: what one of them sells is booked, and the other is expired on both sides', async () => {
    const { exchange, state, session } = await bracketSession(NEAR)
    await session.advance(60)
    await session.stop()
    const { status, record } = await expectAgreement(exchange, state, NEAR)
    const lists = await listsOf(exchange)
    expect(lists.length).toBeGreaterThan(3)
    expect([...status.values()].filter((one) => one === 'EXPIRED').length).toBeGreaterThanOrEqual(
      lists.length - 1,
    )
    const reasons = record.events.flatMap((event) =>
      event.kind === 'ORDER' && event.status === 'EXPIRED' ? [event.reason] : [],
    )
    expect(new Set(reasons)).toEqual(new Set(['OCO_TRIGGER']))
  })

  it.each([
    [
      'the reply is lost',
      [{ on: 'POST /api/v3/orderList/oco', when: 'after-accept', do: 'drop-reply', count: 1 }],
      {},
    ],
    [
      'the request is lost',
      [{ on: 'POST /api/v3/orderList/oco', do: 'drop-request', count: 1 }],
      { wait: { recvWindowMs: 1500 } },
    ],
    [
      'reply and events are lost',
      [
        { on: 'POST /api/v3/orderList/oco', when: 'after-accept', do: 'drop-reply', count: 1 },
        { on: 'user executionReport', do: 'drop', count: 20 },
      ],
      { reconcileMs: 300 },
    ],
    [
      'the reply to its cancel is lost',
      [
        { on: 'DELETE /api/v3/order', when: 'after-accept', do: 'drop-reply', count: 1 },
        { on: 'user executionReport', do: 'drop', where: { x: 'CANCELED' }, count: 2 },
      ],
      {},
    ],
    ['events come twice', [{ on: 'user *', do: 'duplicate', count: 0 }], {}],
    [
      'it is refused',
      [{ on: 'POST /api/v3/orderList/oco', do: 'answer', status: 400, code: -2010, count: 1 }],
      {},
    ],
  ] as const)('when %s are known to the last, and never sent twice', async (_, faults, wishes) => {
    const { exchange, state, session } = await bracketSession(NEAR, wishes)
    await exchange.client.control('POST', '/fault', faults)
    await session.advance(20)
    await exchange.client.control('DELETE', '/fault')
    await new Promise((resolve) => setTimeout(resolve, 400))
    await session.advance(5)
    await session.stop()
    const { open } = await expectAgreement(exchange, state, NEAR)
    expect(open).toEqual([])
  })

  it('are taken up by a start, and still end each other', async () => {
    const { exchange, state, session } = await bracketSession(FAR, { onStop: 'leave' })
    await session.advance(4)
    await session.stop()
    const again = await startedTrading(exchange, { state, strategy: FAR, ...atMarket })
    await again.advance(2)
    expect(ordersOf(again)).toEqual(PAIR_OPEN)
    const id = String((await journalOf(exchange)).find(({ type }) => type === 'LIMIT_MAKER')?.clientOrderId)
    await exchange.client.signed('DELETE', '/api/v3/order', { symbol: 'BTCUSDT', origClientOrderId: id })
    await until(() => again.market.open.length === 0, 'both are over')
    await again.stop()
    expect(ordersOf(again)).toEqual(PAIR_CANCELED)
    await expectAgreement(exchange, state, FAR)
  })
})

/** Buys below the market, and sells what that brings by a pair around it. */
function bringsIn(below: number, around: number, isPair = true) {
  return defineStrategy({
    name: 'brings-in',
    onBar(_, { bars, oto, otoco, position }) {
      const last = bars.close.at(0)
      if (position.hasPending || !position.isFlat) return
      const price = last * (1 - below)
      const working = { side: 'BUY', quantity: 0.01, type: 'LIMIT', price } as const
      // The commission is taken of what comes in: a lot less than that is sold.
      const rest = { side: 'SELL', quantity: 0.00998 } as const
      const above = { type: 'LIMIT_MAKER', price: last * (1 + around) } as const
      if (!isPair) oto({ working, pending: rest })
      else
        otoco({
          working,
          pending: { ...rest, above, below: { type: 'STOP_LOSS', stopPrice: price * (1 - around) } },
        })
    },
  })
}

const WAITING = bringsIn(0.3, 0.2)
const SOON = bringsIn(0.0001, 0.0006)
const SOON_ALONE = bringsIn(0.0001, 0.0006, false)

describe('an order that brings others in', () => {
  it('is one OTOCO list on the exchange: what waits is PENDING_NEW, and is taken back with it', async () => {
    const { exchange, state, session } = await bracketSession(WAITING)
    await session.advance(4)
    expect(ordersOf(session)).toEqual([
      ['LIMIT', 'NEW', ''],
      ['STOP_LOSS', 'PENDING_NEW', ''],
      ['LIMIT_MAKER', 'PENDING_NEW', ''],
    ])
    const lists = await listsOf(exchange)
    expect(lists.map(({ contingency }) => contingency)).toEqual(['OTO'])
    expect(lists[0]?.listClientOrderId).toMatch(/^nb1800000000-ababab-[0-9a-z]+-1L$/)
    await session.stop()
    expect(ordersOf(session).map(([, status]) => status)).toEqual(['CANCELED', 'CANCELED', 'CANCELED'])
    await expectAgreement(exchange, state, WAITING)
  })

  it.each([
    ['a pair', SOON],
    ['an order at market', SOON_ALONE],
  ] as const)('brings in %s when it is filled, and all of it is booked', async (_, strategy) => {
    const { exchange, state, session } = await bracketSession(strategy)
    await session.advance(40)
    await session.stop()
    const { record } = await expectAgreement(exchange, state, strategy)
    expect((await listsOf(exchange)).length).toBeGreaterThan(2)
    const broughtIn = record.events.filter(
      (event) => event.kind === 'ORDER' && event.status === 'PENDING_NEW',
    ).length
    expect(broughtIn).toBeGreaterThan(2)
    const sides = record.events.flatMap((event) => (event.kind === 'FILL' ? [event.execution.side] : []))
    expect(new Set(sides)).toEqual(new Set(['BUY', 'SELL']))
  })

  it.each([
    [
      'the reply is lost',
      [{ on: 'POST /api/v3/orderList/otoco', when: 'after-accept', do: 'drop-reply', count: 1 }],
      {},
    ],
    [
      'reply and events are lost',
      [
        { on: 'POST /api/v3/orderList/otoco', when: 'after-accept', do: 'drop-reply', count: 1 },
        { on: 'user executionReport', do: 'drop', count: 20 },
      ],
      { reconcileMs: 300 },
    ],
    ['events come twice', [{ on: 'user *', do: 'duplicate', count: 0 }], {}],
    [
      'it is refused',
      [{ on: 'POST /api/v3/orderList/otoco', do: 'answer', status: 400, code: -2010, count: 1 }],
      {},
    ],
  ] as const)('when %s is known to the last, and never sent twice', async (_, faults, wishes) => {
    const { exchange, state, session } = await bracketSession(SOON, wishes)
    await exchange.client.control('POST', '/fault', faults)
    await session.advance(15)
    await exchange.client.control('DELETE', '/fault')
    await new Promise((resolve) => setTimeout(resolve, 400))
    await session.advance(5)
    await session.stop()
    const { open } = await expectAgreement(exchange, state, SOON)
    expect(open).toEqual([])
  })

  it('is taken up by a start while others wait for it', async () => {
    const { exchange, state, session } = await bracketSession(WAITING, { onStop: 'leave' })
    await session.advance(3)
    await session.stop()
    const again = await startedTrading(exchange, { state, strategy: WAITING, ...atMarket })
    await again.advance(2)
    expect(ordersOf(again).map(([, status]) => status)).toEqual(['NEW', 'PENDING_NEW', 'PENDING_NEW'])
    await again.stop()
    await expectAgreement(exchange, state, WAITING)
  })

  it('is booked before what it brought in, when both have traded while nobody listened', async () => {
    const { exchange, state, session } = await bracketSession(SOON, { onStop: 'leave' })
    for (let k = 0; k < 40 && session.market.open.length < 3; k++) await session.advance(1)
    await session.stop()
    const left = session.market.open.length
    await exchange.client.control('POST', '/advance', { bars: 60 })
    await exchange.client.control('POST', '/fault', [
      { on: 'GET /api/v3/order', do: 'delay', ms: 300, count: 1 },
    ])
    const again = await startedTrading(exchange, { state, strategy: SOON, ...atMarket })
    await again.stop()
    const { record } = await expectAgreement(exchange, state, SOON)
    const sides = record.events.flatMap((event) => (event.kind === 'FILL' ? [event.execution.side] : []))
    expect([left, sides.slice(-2)]).toEqual([3, ['BUY', 'SELL']])
  })
})
