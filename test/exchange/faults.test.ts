/** Faults as data: each does what its name says, counted, where and when it was asked for. */
import { describe, expect, it } from 'vitest'
import { type Client, connect, started } from './started.js'

const LIMIT = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.01' } as const

async function order(client: Client, id: string) {
  const { body } = await client.get('/api/v3/ticker/price', { symbol: 'BTCUSDT' })
  return { ...LIMIT, price: (Number(body.price) * 0.95).toFixed(2), newClientOrderId: id }
}

async function kinds(client: Client): Promise<readonly string[]> {
  const { body } = await client.control('GET', '/journal')
  return body.entries.map(({ kind }: { kind: string }) => kind)
}

const fault = (client: Client, what: object) => client.control('POST', '/fault', what)

describe('faults of requests', () => {
  it('drop a reply behind the order, which is there nevertheless, and once only', async () => {
    const { client } = await started()
    await fault(client, { on: 'POST /api/v3/order', when: 'after-accept', do: 'drop-reply', count: 1 })
    await expect(client.signed('POST', '/api/v3/order', await order(client, 'lost'))).rejects.toThrow()
    expect(await kinds(client)).toEqual(['FAULT', 'ORDER'])
    const found = await client.signed('GET', '/api/v3/order', {
      symbol: 'BTCUSDT',
      origClientOrderId: 'lost',
    })
    expect(found.body.status).toBe('NEW')
    expect((await client.signed('POST', '/api/v3/order', await order(client, 'next'))).status).toBe(200)
  })

  it('drop a request before the order', async () => {
    const { client } = await started()
    await fault(client, { on: 'POST /api/v3/order', do: 'drop-request' })
    await expect(client.signed('POST', '/api/v3/order', await order(client, 'never'))).rejects.toThrow()
    const found = await client.signed('GET', '/api/v3/order', {
      symbol: 'BTCUSDT',
      origClientOrderId: 'never',
    })
    expect(found.body.code).toBe(-2013)
  })

  it.each([
    [-1006, 500, 'after-accept', true],
    [-1007, 504, 'after-accept', true],
    [-1007, 504, 'before-accept', false],
    [-1021, 400, 'before-accept', false],
    [-2010, 400, 'before-accept', false],
    [-1000, 500, 'after-accept', true],
    [-1008, 503, 'before-accept', false],
  ] as const)('answer %i with status %i, %s', async (code, status, when, isThere) => {
    const { client } = await started()
    await fault(client, { on: 'POST /api/v3/order', do: 'answer', code, when })
    const { body, ...answer } = await client.signed('POST', '/api/v3/order', await order(client, 'x'))
    expect([answer.status, body.code]).toEqual([status, code])
    expect((await kinds(client)).includes('ORDER')).toBe(isThere)
  })

  it('answer with any status, header and body: 429, 418, 403 in HTML, redirects', async () => {
    const { client } = await started()
    await fault(client, [
      { on: 'GET /api/v3/time', do: 'answer', status: 429, code: -1003, headers: { 'retry-after': '7' } },
      {
        on: 'GET /api/v3/time',
        do: 'answer',
        skip: 1,
        status: 418,
        code: -1003,
        headers: { 'retry-after': '120' },
      },
      { on: 'GET /api/v3/time', do: 'answer', skip: 2, status: 403, body: '<html>WAF</html>' },
      {
        on: 'GET /api/v3/time',
        do: 'answer',
        skip: 3,
        status: 302,
        headers: { location: 'http://127.0.0.1:9/' },
      },
      { on: 'GET /api/v3/time', do: 'headers', skip: 4, headers: { 'x-mbx-used-weight-1m': '5400' } },
    ])
    const answers = []
    for (let k = 0; k < 5; k++) answers.push(await client.get('/api/v3/time'))
    expect(answers.map(({ status }) => status)).toEqual([429, 418, 403, 302, 200])
    expect(answers.map(({ headers }) => headers.get('retry-after'))).toEqual(['7', '120', null, null, null])
    expect(answers[2]?.headers.get('content-type')).toBe('text/html')
    expect(answers[4]?.headers.get('x-mbx-used-weight-1m')).toBe('5400')
  })

  it('cut an answer in half, send it byte by byte, or late', async () => {
    const { client } = await started()
    await fault(client, [
      { on: 'GET /api/v3/exchangeInfo', do: 'truncate' },
      { on: 'GET /api/v3/ping', do: 'trickle', ms: 1 },
      { on: 'GET /api/v3/time', do: 'delay', ms: 150 },
    ])
    await expect(client.get('/api/v3/exchangeInfo')).rejects.toThrow()
    expect((await client.get('/api/v3/ping')).body).toEqual({})
    const before = performance.now()
    await client.get('/api/v3/time')
    expect(performance.now() - before).toBeGreaterThan(140)
  })

  it('hide an order from queries for a while', async () => {
    const { client } = await started()
    await fault(client, { on: 'POST /api/v3/order', do: 'hide', ms: 200 })
    await client.signed('POST', '/api/v3/order', await order(client, 'slow'))
    const ask = async () =>
      (await client.signed('GET', '/api/v3/order', { symbol: 'BTCUSDT', origClientOrderId: 'slow' })).body
    expect((await ask()).code).toBe(-2013)
    await new Promise((resolve) => setTimeout(resolve, 220))
    expect((await ask()).status).toBe('NEW')
  })

  it('fill an order just before its cancel', async () => {
    const { client } = await started()
    await fault(client, { on: 'DELETE /api/v3/order', do: 'fill' })
    await client.signed('POST', '/api/v3/order', await order(client, 'race'))
    const name = { symbol: 'BTCUSDT', origClientOrderId: 'race' }
    expect((await client.signed('DELETE', '/api/v3/order', name)).body.code).toBe(-2011)
    expect((await client.signed('GET', '/api/v3/order', name)).body.status).toBe('FILLED')
  })

  it('ask for fields, and end after so many bars', async () => {
    const { client } = await started()
    await fault(client, {
      on: 'GET /api/v3/klines',
      do: 'answer',
      status: 503,
      count: 0,
      forBars: 2,
      where: { interval: '1m' },
    })
    const ask = async (interval: string) =>
      (await client.get('/api/v3/klines', { symbol: 'BTCUSDT', interval })).status
    expect([await ask('1m'), await ask('5m')]).toEqual([503, 200])
    await client.control('POST', '/advance', { bars: 2 })
    expect(await ask('1m')).toBe(200)
    const { body } = await client.control('GET', '/fault')
    expect(body.faults).toMatchObject([{ id: 1, happened: 1, do: 'answer' }])
    expect((await client.control('DELETE', '/fault')).body.faults).toEqual([])
  })

  it('drop a frame of the WebSocket API, or answer it', async () => {
    const { client, address } = await started()
    await fault(client, [
      { on: 'ws time', do: 'answer', code: -1007, status: 504 },
      { on: 'ws ping', do: 'drop-reply' },
    ])
    const socket = await connect(address.wsApi)
    socket.send({ id: 1, method: 'time' })
    expect(await socket.next()).toMatchObject({ id: 1, status: 504, error: { code: -1007 } })
    socket.send({ id: 2, method: 'ping' })
    expect(await socket.closed()).toBe(1006)
  })
})

describe('faults of REST klines', () => {
  it('leave bars out, or write nonsense into them', async () => {
    const { client } = await started()
    const ask = async () =>
      (await client.get('/api/v3/klines', { symbol: 'BTCUSDT', interval: '1m', limit: 5 })).body
    const whole = await ask()
    await fault(client, [
      { on: 'rows BTCUSDT 1m', do: 'empty' },
      { on: 'rows BTCUSDT 1m', do: 'drop-rows', size: 2, skip: 1 },
      { on: 'rows BTCUSDT 1m', do: 'replace-rows', set: { 2: 'NaN', 5: '-1' }, skip: 2 },
    ])
    expect(await ask()).toEqual([])
    expect(await ask()).toEqual([whole[0], whole[1], whole[4]])
    const nonsense = await ask()
    expect([nonsense[4][2], nonsense[4][5], nonsense[3][2]]).toEqual(['NaN', '-1', whole[3][2]])
  })
})

describe('faults of streams', () => {
  const NAME = 'btcusdt@kline_1m'

  /** The close times and finish marks of what a stream sent in one bar. */
  async function bar(faults: readonly object[], count: number) {
    const running = await started()
    await fault(running.client, faults)
    const socket = await connect(`${running.address.stream}/ws/${NAME}`)
    await running.client.control('POST', '/advance', { bars: 1 })
    const frames = []
    for (let k = 0; k < count; k++) frames.push(await socket.next())
    return { ...running, frames, socket }
  }

  it('lose a closed bar, or send it twice with other values', async () => {
    const lost = await bar([{ on: `stream ${NAME}`, do: 'drop', where: { 'k.x': true } }], 29)
    expect(lost.frames.some(({ k }) => k.x)).toBe(false)
    const twice = await bar(
      [{ on: `stream ${NAME}`, do: 'contradict', where: { 'k.x': true }, set: { 'k.c': '1.00' } }],
      31,
    )
    const [first, second] = twice.frames.slice(-2)
    expect([first.k.x, second.k.x, second.k.c]).toEqual([true, true, '1.00'])
    expect(first.k.c).not.toBe('1.00')
  })

  it('alter values, repeat old ones, and change the order', async () => {
    const { frames } = await bar(
      [
        { on: `stream ${NAME}`, do: 'replace', set: { 'k.h': '-1' } },
        { on: `stream ${NAME}`, do: 'reorder', size: 3, skip: 1, count: 3 },
      ],
      30,
    )
    expect(frames[0].k.h).toBe('-1')
    const [, a, b, c, d] = frames.map(({ E }) => E)
    expect([a > b, b > c, c < d]).toEqual([true, true, true])
    const old = await bar([{ on: `stream ${NAME}`, do: 'repeat-old', skip: 9 }], 31)
    expect(old.frames[10]).toEqual(old.frames[0])
  })

  it('fall silent while the socket stays open', async () => {
    const running = await started()
    await fault(running.client, { on: `stream ${NAME}`, do: 'drop', count: 0 })
    const socket = await connect(`${running.address.stream}/stream?streams=${NAME}/btcusdt@trade`)
    await running.client.control('POST', '/advance', { steps: 3 })
    await socket.next()
    expect(
      [...socket.waiting, await socket.next()].every((frame) => JSON.stringify(frame).includes('@trade')),
    ).toBe(true)
  })

  it('close and cut connections, and refuse new ones', async () => {
    const running = await started()
    const { client, address } = running
    const socket = await connect(`${address.stream}/ws/${NAME}`)
    await fault(client, [
      { on: `stream ${NAME}`, do: 'cut' },
      { on: 'connect /ws*', do: 'refuse', status: 429 },
    ])
    await client.control('POST', '/advance', { steps: 1 })
    expect(await socket.closed()).toBe(1006)
    await expect(connect(`${address.stream}/ws/${NAME}`)).rejects.toThrow()
    await connect(`${address.stream}/ws/${NAME}`)
  })

  it('send a giant frame, which ends a reader with a bound, or a flood of small ones', async () => {
    const running = await started()
    const { client, address } = running
    const socket = await connect(`${address.stream}/ws/${NAME}`)
    await fault(client, { on: `stream ${NAME}`, do: 'flood', size: 5000 })
    await client.control('POST', '/advance', { steps: 1 })
    await socket.until(({ n }) => n === 4999)
    await fault(client, { on: `stream ${NAME}`, do: 'giant', bytes: 2 << 20 })
    await client.control('POST', '/advance', { steps: 1 })
    expect(await socket.closed()).toBe(1006)
  })

  it('say that the server goes down, on every kind of socket', async () => {
    const { client, address } = await started()
    const raw = await connect(`${address.stream}/ws/${NAME}`)
    const combined = await connect(`${address.stream}/stream?streams=${NAME}`)
    const api = await connect(address.wsApi)
    await fault(client, { on: 'market', do: 'server-shutdown', atBar: 1 })
    await client.control('POST', '/advance', { bars: 1 })
    expect(await raw.until(({ e }) => e === 'serverShutdown')).toEqual({
      e: 'serverShutdown',
      E: expect.any(Number),
    })
    expect(await combined.until(({ stream }) => stream === '!serverShutdown')).toMatchObject({
      data: { e: 'serverShutdown' },
    })
    expect(await api.next()).toMatchObject({ event: { e: 'serverShutdown' } })
  })
})

describe('faults of user data', () => {
  it('lose, double and delay events, and end subscriptions', async () => {
    const running = await started()
    const { client, address } = running
    const socket = await connect(address.wsApi)
    socket.send({ id: 1, method: 'userDataStream.subscribe.signature', params: client.frameParams() })
    await socket.next()
    await fault(client, [
      { on: 'user executionReport', do: 'drop', where: { x: 'NEW' } },
      { on: 'user outboundAccountPosition', do: 'duplicate' },
      { on: 'user executionReport', do: 'delay', ms: 50, where: { x: 'CANCELED' } },
    ])
    await client.signed('POST', '/api/v3/order', await order(client, 'a'))
    const [first, second] = [await socket.next(), await socket.next()]
    expect(first.event.e).toBe('outboundAccountPosition')
    expect(second).toEqual(first)
    await client.signed('DELETE', '/api/v3/order', { symbol: 'BTCUSDT', origClientOrderId: 'a' })
    expect((await socket.next()).event.e).toBe('outboundAccountPosition')
    expect((await socket.next()).event).toMatchObject({ x: 'CANCELED', C: 'a' })
    await fault(client, [
      { on: 'now', do: 'terminate-users' },
      { on: 'now', do: 'close-users' },
    ])
    expect((await socket.next()).event.e).toBe('eventStreamTerminated')
    expect(await socket.closed()).toBe(1001)
  })
})

describe('faults of the exchange itself', () => {
  it('change filters, place orders by another hand, and take them back', async () => {
    const { client } = await started()
    const filters = [{ filterType: 'LOT_SIZE', stepSize: '0.10000000' }]
    await fault(client, { on: 'now', do: 'set-symbol', set: { filters } })
    expect((await client.signed('POST', '/api/v3/order', await order(client, 'small'))).body.msg).toBe(
      'Filter failure: LOT_SIZE',
    )
    const by = { ...(await order(client, 'web_1')), quantity: '0.1' }
    await fault(client, { on: 'now', do: 'order', set: by })
    expect((await client.signed('GET', '/api/v3/openOrders')).body).toMatchObject([
      { clientOrderId: 'web_1' },
    ])
    await fault(client, { on: 'now', do: 'cancel-orders' })
    const name = { symbol: 'BTCUSDT', origClientOrderId: 'web_1' }
    expect((await client.signed('GET', '/api/v3/order', name)).body).toMatchObject({
      status: 'EXPIRED',
      expiryReason: 'EXCHANGE_CANCELED',
    })
  })

  it('refuse what they cannot do', async () => {
    const { client } = await started()
    const wrong = await fault(client, { on: 'now', do: 'deposit', asset: 'BTC' })
    expect([wrong.status, wrong.body.error]).toEqual([400, 'deposit must say the amount, did not'])
    const gone = await fault(client, { on: 'now', do: 'deposit', asset: 'BTC', amount: '-5' })
    expect(gone.status).toBe(400)
  })

  it('let the clock lie or drift', async () => {
    let now = 1_790_000_000_000
    const { client, exchange } = await started({ now: () => now })
    await client.control('POST', '/clock', { reportedOffsetMs: 600_000 })
    expect((await client.get('/api/v3/time')).body.serverTime).toBe(now + 600_000)
    expect((await client.signed('GET', '/api/v3/account', { timestamp: now })).status).toBe(200)
    await client.control('POST', '/clock', { reportedOffsetMs: 0, driftPerMinuteMs: 1500 })
    now += 120_000
    expect(exchange.clock.now()).toBe(now + 3000)
  })
})
