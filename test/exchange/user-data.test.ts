/** The WebSocket API: sessions, subscriptions, orders, and the events they bring. */
import { describe, expect, it } from 'vitest'
import type { RunningExchange } from '../../engine/exchange/start-exchange.js'
import { type Client, connect, ed25519Of, newClient, started, type TestSocket } from './started.js'

/** A connection with a subscription by signature. */
async function subscribed(running: RunningExchange & { readonly client: Client }): Promise<TestSocket> {
  const socket = await connect(running.address.wsApi)
  socket.send({ id: 1, method: 'userDataStream.subscribe.signature', params: running.client.frameParams() })
  expect(await socket.next()).toMatchObject({ id: 1, status: 200, result: { subscriptionId: 0 } })
  return socket
}

const keysOf = (event: object) => Object.keys(event).sort()
const REPORT_KEYS = 'C E F I L M N O P Q S T V X Y Z c e f g i l m n o p q r s t w x z'.split(' ').sort()

async function lastPrice(client: Client): Promise<number> {
  return Number((await client.get('/api/v3/ticker/price', { symbol: 'BTCUSDT' })).body.price)
}

describe('user data', () => {
  it('tell an order from its arrival to its end, with balances behind', async () => {
    const running = await started()
    const { client } = running
    const socket = await subscribed(running)
    const price = ((await lastPrice(client)) * 0.99).toFixed(2)
    const { body } = await client.signed('POST', '/api/v3/order', {
      ...{ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.3', price },
      newClientOrderId: 'the-order',
    })
    const arrived = await socket.next()
    expect(arrived.subscriptionId).toBe(0)
    expect(keysOf(arrived.event)).toEqual([...REPORT_KEYS, 'W'].sort())
    expect(arrived.event).toMatchObject({
      ...{ e: 'executionReport', s: 'BTCUSDT', c: 'the-order', C: '', x: 'NEW', X: 'NEW', i: body.orderId },
      ...{ l: '0.00000000', z: '0.00000000', n: '0', N: null, t: -1, w: true, m: false },
    })
    expect((await socket.next()).event).toMatchObject({ e: 'outboundAccountPosition' })

    await client.control('POST', '/fault', { on: 'now', do: 'trade', price, quantity: '0.1' })
    expect((await socket.next()).event).toMatchObject({
      ...{ x: 'TRADE', X: 'PARTIALLY_FILLED', l: '0.10000000', z: '0.10000000', L: `${price}000000` },
      ...{ n: '0.00010000', N: 'BTC', m: true, w: true, Y: (Number(price) * 0.1).toFixed(8) },
    })
    const position = (await socket.next()).event
    expect(position.B).toEqual([
      { a: 'BTC', f: '1.09990000', l: '0.00000000' },
      { a: 'USDT', f: (100_000 - Number(price) * 0.3).toFixed(8), l: (Number(price) * 0.2).toFixed(8) },
    ])

    await client.signed('DELETE', '/api/v3/order', {
      symbol: 'BTCUSDT',
      orderId: body.orderId,
      newClientOrderId: 'the-cancel',
    })
    expect((await socket.next()).event).toMatchObject({
      ...{ x: 'CANCELED', X: 'CANCELED', c: 'the-cancel', C: 'the-order', l: '0.00000000', n: '0', N: null },
      ...{ t: -1, w: false, m: false, z: '0.10000000' },
    })
    expect((await socket.next()).event.B).toEqual([
      { a: 'USDT', f: (100_000 - Number(price) * 0.1).toFixed(8), l: '0.00000000' },
    ])
  })

  it('tell a market order that exhausts the book: arrival, trades, expiry, balances once', async () => {
    const running = await started()
    const socket = await subscribed(running)
    await running.client.control('POST', '/fault', { on: 'book BTCUSDT', do: 'thin', quantity: '0.02' })
    await running.client.signed('POST', '/api/v3/order', {
      ...{ symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: '0.5' },
    })
    const events = [await socket.next()]
    while (events.at(-1).event.e !== 'outboundAccountPosition') events.push(await socket.next())
    const told = events.map(({ event }) => [event.x, event.X])
    expect(told[0]).toEqual(['NEW', 'NEW'])
    expect(new Set(told.slice(1, -2).map(String))).toEqual(new Set(['TRADE,PARTIALLY_FILLED']))
    expect(told.at(-2)).toEqual(['EXPIRED', 'EXPIRED'])
    expect(events.at(-2)?.event.eR).toBe('INSUFFICIENT_LIQUIDITY')
  })

  it('tell deposits as balance updates', async () => {
    const running = await started()
    const socket = await subscribed(running)
    await running.client.control('POST', '/fault', { on: 'now', do: 'deposit', asset: 'BTC', amount: '0.25' })
    const { event } = await socket.next()
    expect(keysOf(event)).toEqual(['E', 'T', 'a', 'd', 'e'])
    expect(event).toMatchObject({ e: 'balanceUpdate', a: 'BTC', d: '0.25000000' })
    expect((await socket.next()).event.B).toEqual([{ a: 'BTC', f: '1.25000000', l: '0.00000000' }])
  })

  it('are subscribed once an account, and end with an event', async () => {
    const running = await started()
    const socket = await subscribed(running)
    const again = {
      id: 2,
      method: 'userDataStream.subscribe.signature',
      params: running.client.frameParams(),
    }
    socket.send(again)
    expect(await socket.next()).toMatchObject({ id: 2, status: 400, error: { code: -2035 } })
    socket.send({ id: 3, method: 'userDataStream.unsubscribe', params: { subscriptionId: 0 } })
    expect(await socket.next()).toMatchObject({ event: { e: 'eventStreamTerminated' } })
    expect(await socket.next()).toMatchObject({ id: 3, status: 200 })
  })
})

describe('the WebSocket API', () => {
  it('logs Ed25519 keys on, and needs no signature from then on', async () => {
    const running = await started()
    const client = newClient(running, ed25519Of(running))
    const socket = await connect(running.address.wsApi)
    const ask = async (method: string, params?: object) => {
      socket.send({ id: method, method, ...(params && { params }) })
      return socket.until(({ id }) => id === method)
    }
    expect(await ask('userDataStream.subscribe')).toMatchObject({ status: 401 })
    const hmac = await ask('session.logon', running.client.frameParams())
    expect(hmac).toMatchObject({ status: 400, error: { code: -4056 } })
    const logon = await ask('session.logon', client.frameParams())
    expect(logon.result).toMatchObject({ apiKey: client.apiKey, userDataStream: false })
    expect(logon.rateLimits[0]).toMatchObject({ rateLimitType: 'REQUEST_WEIGHT', limit: 6000 })
    expect((await ask('userDataStream.subscribe')).result).toEqual({ subscriptionId: 0 })
    const price = ((await lastPrice(client)) * 0.9).toFixed(2)
    const timestamp = running.exchange.clock.now()
    const placed = await ask('order.place', {
      ...{
        symbol: 'BTCUSDT',
        side: 'BUY',
        type: 'LIMIT',
        timeInForce: 'GTC',
        quantity: 0.01,
        price,
        timestamp,
      },
    })
    expect(placed).toMatchObject({ status: 200, result: { status: 'NEW', symbol: 'BTCUSDT' } })
    expect(placed.rateLimits.map(({ rateLimitType }: { rateLimitType: string }) => rateLimitType)).toEqual([
      ...['ORDERS', 'ORDERS', 'REQUEST_WEIGHT'],
    ])
    const { orderId } = placed.result
    expect((await ask('v3/order.status', { symbol: 'BTCUSDT', orderId, timestamp })).result.status).toBe(
      'NEW',
    )
    expect((await ask('order.cancel', { symbol: 'BTCUSDT', orderId, timestamp })).result.status).toBe(
      'CANCELED',
    )
    expect(await ask('order.cancel', { symbol: 'BTCUSDT', orderId, timestamp })).toMatchObject({
      status: 400,
      error: { code: -2011, msg: 'Unknown order sent.' },
    })
    expect((await ask('session.logout')).result.apiKey).toBeNull()
    expect((await ask('order.status', { symbol: 'BTCUSDT', orderId, timestamp })).error.code).toBe(-1102)
  })

  it('ends a session whose key is taken away', async () => {
    const running = await started()
    const client = newClient(running, ed25519Of(running))
    const socket = await connect(running.address.wsApi)
    socket.send({ id: 1, method: 'session.logon', params: client.frameParams() })
    await socket.next()
    await running.client.control('POST', '/key', { revoke: client.apiKey })
    expect(await socket.next()).toMatchObject({ id: null, status: 401, error: { code: -2015 } })
  })

  it.each([
    ['no JSON', '{', 'Invalid JSON Request'],
    ['a list', '[1]', 'Invalid JSON Request'],
    ['no method', '{"id":7}', "Invalid 'method' in JSON request"],
    ['no object of parameters', '{"id":7,"method":"ping","params":[1]}', "Invalid 'params' in JSON request"],
    ['a nested parameter', '{"id":7,"method":"ping","params":{"a":{}}}', "Invalid 'params' in JSON request"],
    ['an unknown method', '{"id":7,"method":"order.wish"}', "Unknown method 'order.wish'."],
  ])('answers %s with an error', async (_what, text, message) => {
    const { address } = await started()
    const socket = await connect(address.wsApi)
    socket.send(text)
    const { status, error } = await socket.next()
    expect([status, error.msg]).toEqual([400, message])
  })
})
