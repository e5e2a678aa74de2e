/**
 * Whatever comes in, the exchange answers with something documented and its books stay whole: random requests,
 * frames and bytes. NEXTBAR_FUZZ says how many requests; 10,000 take half a minute.
 */
import { connect as connectTcp } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Exchange } from '../../engine/exchange/exchange.js'
import { STATED_LIMITS } from '../../engine/exchange/rest/rate-limits.js'
import { ONE } from '../../engine/model/money.js'
import { connect, started } from './started.js'

const COUNT = Number(process.env.NEXTBAR_FUZZ ?? 1500)
const SEED = 20_260_721
const FREELY = STATED_LIMITS.map((limit) => ({ ...limit, limit: 1e9 }))

/** Codes that the documentation of the exchange names. */
const DOCUMENTED = new Set([
  ...[
    -1013, -1015, -1020, -1021, -1022, -1100, -1101, -1102, -1104, -1105, -1106, -1111, -1114, -1115, -1116,
    -1117,
  ],
  ...[
    -1120, -1121, -1127, -1128, -1130, -1131, -1135, -1145, -2010, -2011, -2013, -2014, -2015, -2018, -2021,
    -2022,
  ],
  ...[-2035, -2036, -2038, -2039, -1002, -1016, -4056],
])

const PATHS = [
  ...[
    'ping',
    'time',
    'exchangeInfo',
    'klines',
    'uiKlines',
    'aggTrades',
    'trades',
    'historicalTrades',
    'depth',
    'avgPrice',
  ],
  ...[
    'ticker/price',
    'ticker/bookTicker',
    'ticker/24hr',
    'account',
    'account/commission',
    'order',
    'order/test',
    'myFilters',
  ],
  ...[
    'openOrders',
    'allOrders',
    'myTrades',
    'order/cancelReplace',
    'order/amend/keepPriority',
    'order/amendments',
    'order/oco',
  ],
  ...[
    'orderList/oco',
    'orderList/oto',
    'orderList/otoco',
    'orderList',
    'allOrderList',
    'openOrderList',
    'rateLimit/order',
  ],
  ...['myPreventedMatches', 'executionRules', 'userDataStream', 'nothing'],
]
const VERBS = ['GET', 'POST', 'PUT', 'DELETE']
const price = fc.double({ min: 20_000, max: 33_000, noNaN: true }).map((value) => value.toFixed(2))
const odd = fc.oneof(
  ...[
    '',
    '0',
    '-1',
    '1e3',
    'NaN',
    'null',
    '[]',
    '{"a":1}',
    '%',
    "' OR 1=1",
    '１２',
    '\u0000',
    'x'.repeat(300),
  ].map(fc.constant),
  fc.string({ maxLength: 20 }),
  fc.bigInt().map(String),
)
const VALUES: Readonly<Record<string, fc.Arbitrary<string>>> = {
  symbol: fc.constantFrom(...Array.from({ length: 9 }, () => 'BTCUSDT'), 'ETHUSDT'),
  interval: fc.constantFrom('1m', '5m', '1h', '1d', '1M', '1s', '7m'),
  limit: fc.constantFrom('1', '5', '500', '5000', '0'),
  startTime: fc.constantFrom('0', '1577836800000', '1795000000000', '1795000000000000'),
  endTime: fc.constantFrom('0', '1577840400000', '9999999999999'),
  ...Object.fromEntries(
    ['side', 'workingSide', 'pendingSide'].map((name) => [name, fc.constantFrom('BUY', 'SELL')]),
  ),
  ...Object.fromEntries(
    [
      'type',
      'aboveType',
      'belowType',
      'workingType',
      'pendingType',
      'pendingAboveType',
      'pendingBelowType',
    ].map((name) => [
      name,
      fc.constantFrom(
        'LIMIT',
        'MARKET',
        'LIMIT_MAKER',
        'STOP_LOSS',
        'STOP_LOSS_LIMIT',
        'TAKE_PROFIT',
        'TAKE_PROFIT_LIMIT',
      ),
    ]),
  ),
  ...Object.fromEntries(
    ['timeInForce', 'aboveTimeInForce', 'belowTimeInForce', 'workingTimeInForce', 'pendingTimeInForce'].map(
      (name) => [name, fc.constantFrom('GTC', 'IOC', 'FOK')],
    ),
  ),
  ...Object.fromEntries(
    [
      ...[
        'price',
        'stopPrice',
        'abovePrice',
        'belowPrice',
        'aboveStopPrice',
        'belowStopPrice',
        'workingPrice',
      ],
      ...[
        'pendingPrice',
        'pendingStopPrice',
        'pendingAbovePrice',
        'pendingBelowPrice',
        'pendingBelowStopPrice',
      ],
    ].map((name) => [name, price]),
  ),
  ...Object.fromEntries(
    ['quantity', 'workingQuantity', 'pendingQuantity', 'newQty'].map((name) => [
      name,
      fc.constantFrom('0.001', '0.05', '0.3', '9', '0.0000001'),
    ]),
  ),
  quoteOrderQty: fc.constantFrom('10', '1000'),
  trailingDelta: fc.constantFrom('50', '5000'),
  newOrderRespType: fc.constantFrom('ACK', 'RESULT', 'FULL'),
  selfTradePreventionMode: fc.constantFrom(
    'NONE',
    'EXPIRE_MAKER',
    'EXPIRE_TAKER',
    'EXPIRE_BOTH',
    'DECREMENT',
  ),
  ...Object.fromEntries(
    ['orderId', 'cancelOrderId', 'fromId', 'orderListId'].map((name) => [
      name,
      fc.integer({ min: 0, max: 60 }).map(String),
    ]),
  ),
  ...Object.fromEntries(
    ['newClientOrderId', 'origClientOrderId', 'listClientOrderId', 'cancelOrigClientOrderId'].map((name) => [
      name,
      fc.constantFrom('a', 'b', 'c', 'd'),
    ]),
  ),
  cancelReplaceMode: fc.constantFrom('STOP_ON_FAILURE', 'ALLOW_FAILURE'),
  cancelRestrictions: fc.constantFrom('ONLY_NEW', 'ONLY_PARTIALLY_FILLED'),
}

type Shape = readonly [
  verb: string,
  path: string,
  names: readonly string[],
  fixed: Readonly<Record<string, string>>,
]

/** Names and values that make a request of a path whole, as often as not. */
const SHAPES: readonly Shape[] = [
  [
    'POST',
    'order',
    ['side', 'quantity', 'price', 'timeInForce', 'selfTradePreventionMode'],
    { type: 'LIMIT' },
  ],
  ['POST', 'order', ['side', 'quantity', 'price', 'newClientOrderId'], { type: 'LIMIT_MAKER' }],
  ['POST', 'order', ['side', 'quantity', 'newOrderRespType'], { type: 'MARKET' }],
  ['POST', 'order', ['side', 'quoteOrderQty'], { type: 'MARKET' }],
  ['POST', 'order', ['side', 'quantity', 'stopPrice'], { type: 'STOP_LOSS' }],
  ['POST', 'order', ['side', 'quantity', 'trailingDelta'], { type: 'TAKE_PROFIT' }],
  ['POST', 'order', ['side', 'quantity', 'stopPrice', 'price', 'timeInForce'], { type: 'STOP_LOSS_LIMIT' }],
  ['DELETE', 'order', ['orderId', 'cancelRestrictions'], {}],
  ['GET', 'order', ['origClientOrderId'], {}],
  ['GET', 'openOrders', [], {}],
  ['DELETE', 'openOrders', [], {}],
  ['PUT', 'order/amend/keepPriority', ['orderId', 'newQty'], {}],
  [
    'POST',
    'order/cancelReplace',
    ['side', 'quantity', 'price', 'cancelReplaceMode', 'cancelOrderId'],
    { type: 'LIMIT', timeInForce: 'GTC' },
  ],
  [
    'POST',
    'orderList/oco',
    ['quantity', 'abovePrice', 'belowStopPrice'],
    { side: 'SELL', aboveType: 'LIMIT_MAKER', belowType: 'STOP_LOSS' },
  ],
  [
    'POST',
    'orderList/oto',
    ['workingSide', 'workingPrice', 'workingQuantity', 'pendingSide', 'pendingQuantity'],
    { workingType: 'LIMIT', workingTimeInForce: 'GTC', pendingType: 'MARKET' },
  ],
  [
    'POST',
    'orderList/otoco',
    ['workingPrice', 'workingQuantity', 'pendingQuantity', 'pendingAbovePrice', 'pendingBelowStopPrice'],
    {
      ...{ workingType: 'LIMIT', workingSide: 'BUY', workingTimeInForce: 'GTC', pendingSide: 'SELL' },
      ...{ pendingAboveType: 'LIMIT_MAKER', pendingBelowType: 'STOP_LOSS' },
    },
  ],
  ['DELETE', 'orderList', ['orderListId'], {}],
  ['GET', 'myTrades', ['limit'], {}],
  ['GET', 'klines', ['interval', 'startTime', 'endTime', 'limit'], {}],
]

const anything = fc.tuple(
  fc.constantFrom(...VERBS),
  fc.constantFrom(...PATHS),
  fc.subarray(Object.keys(VALUES), { maxLength: 6 }),
  fc.constant({}),
)

const requests = fc.tuple(
  fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...SHAPES) }, { weight: 1, arbitrary: anything }),
  fc.record(VALUES),
  fc.tuple(fc.nat({ max: 9 }), fc.constantFrom(...Object.keys(VALUES)), odd),
)

/** Balances are never negative, and what is locked is what open orders hold. */
function checkBooks(exchange: Exchange): void {
  for (const account of exchange.accounts) {
    const held = new Map<string, bigint>()
    const add = (asset: string, units: bigint) => held.set(asset, (held.get(asset) ?? 0n) + units)
    for (const { spec, locked } of exchange.desk.archive.openOf(account))
      add(spec.side === 'BUY' ? 'USDT' : 'BTC', locked)
    for (const list of exchange.desk.archive.listsOf(account)) {
      const leg = list.orders.at(-1)
      if (leg) add(leg.spec.side === 'BUY' ? 'USDT' : 'BTC', list.locked)
    }
    for (const [asset, { free, locked }] of account.balances) {
      expect([asset, free >= 0n, locked]).toEqual([asset, true, held.get(asset) ?? 0n])
    }
  }
}

/** The sum of all that the journal booked, by asset, beside what the account began with. */
function flows(exchange: Exchange): ReadonlyMap<string, bigint> {
  const sums = new Map<string, bigint>()
  const add = (asset: string, units: bigint) => sums.set(asset, (sums.get(asset) ?? 0n) + units)
  for (const entry of exchange.journal.since()) {
    if (entry.kind !== 'TRADE') continue
    const sign = entry.side === 'BUY' ? 1n : -1n
    add('BTC', sign * BigInt(String(entry.quantity)))
    add('USDT', -sign * BigInt(String(entry.quote)))
    add(String(entry.commissionAsset), -BigInt(String(entry.commission)))
  }
  return sums
}

describe('random requests', () => {
  it(`are each answered as documented, and the books stay whole (${COUNT})`, async () => {
    const errors: unknown[] = []
    const cash = 500_000n * ONE
    const { client, exchange } = await started({
      limits: FREELY,
      onError: (error) => errors.push(error),
      balances: new Map([
        ['USDT', cash],
        ['BTC', 20n * ONE],
      ]),
    })
    const counts = new Map<number, number>()
    for (const [[verb, path, names, fixed], values, extra] of fc.sample(requests, {
      numRuns: COUNT,
      seed: SEED,
    })) {
      const params: Record<string, string> = { symbol: values.symbol ?? 'BTCUSDT', ...fixed }
      for (const name of names) {
        const value = Reflect.get(values, name)
        if (typeof value === 'string') params[name] = value
      }
      // One request in five has something odd in it.
      if (extra[0] < 2) params[extra[1]] = extra[2]
      const isPublic = /^(ping|time|exchangeInfo|ui?k|klines|agg|trades|hist|depth|avg|ticker|exec)/i.test(
        path,
      )
      const answer =
        isPublic && verb === 'GET'
          ? await client.get(`/api/v3/${path}`, params)
          : await client.signed(verb, `/api/v3/${path}`, params)
      const isMissing = path === 'nothing'
      expect([answer.status, JSON.stringify(answer.body)]).toEqual([
        isMissing ? 404 : expect.toSatisfy((status: number) => status < 500),
        expect.anything(),
      ])
      if (answer.status !== 200 && !isMissing) {
        expect([verb, path, params, answer.body, DOCUMENTED.has(answer.body.code)]).toEqual([
          verb,
          path,
          params,
          answer.body,
          true,
        ])
      }
      counts.set(answer.status, (counts.get(answer.status) ?? 0) + 1)
      if (exchange.journal.since().length % 7 === 0) await client.control('POST', '/advance', { steps: 1 })
    }
    expect(errors).toEqual([])
    checkBooks(exchange)
    const booked = flows(exchange)
    const [account] = exchange.accounts
    for (const [asset, start] of [
      ['USDT', cash],
      ['BTC', 20n * ONE],
    ] as const) {
      const { free, locked } = account?.balance(asset) ?? { free: 0n, locked: 0n }
      expect([asset, free + locked]).toEqual([asset, start + (booked.get(asset) ?? 0n)])
    }
    // The requests reach far enough in: many succeed, and many orders trade.
    expect(counts.get(200) ?? 0).toBeGreaterThan(COUNT / 10)
    expect(exchange.journal.since().filter(({ kind }) => kind === 'TRADE').length).toBeGreaterThan(COUNT / 50)
  }, 240_000)

  it('in frames of both kinds of sockets are answered, and nothing breaks', async () => {
    const errors: unknown[] = []
    const { address, client } = await started({ limits: FREELY, onError: (error) => errors.push(error) })
    const api = await connect(address.wsApi)
    const frames = fc.oneof(
      fc.json(),
      fc.string(),
      fc
        .record({
          id: fc.oneof(fc.integer(), fc.string(), fc.constant(null)),
          method: fc.string(),
          params: fc.object({ maxDepth: 1 }),
        })
        .map((frame) => JSON.stringify(frame)),
      fc
        .constantFrom(
          'order.place',
          'session.logon',
          'klines',
          'order.cancel',
          'userDataStream.subscribe.signature',
        )
        .map((method) => JSON.stringify({ id: 1, method, params: { symbol: 'BTCUSDT' } })),
    )
    for (const frame of fc.sample(frames, { numRuns: 300, seed: SEED })) {
      api.send(frame)
      const { status, error } = await api.next()
      expect(typeof status).toBe('number')
      if (status !== 200) expect([frame, DOCUMENTED.has(error.code)]).toEqual([frame, true])
    }
    for (const frame of fc.sample(frames, { numRuns: 20, seed: SEED })) {
      const socket = await connect(`${address.stream}/ws`)
      socket.send(frame)
      expect(typeof ((await socket.next()).code ?? 0)).toBe('number')
      socket.socket.close()
    }
    expect(errors).toEqual([])
    expect((await client.get('/api/v3/ping')).status).toBe(200)
  })

  it.each([
    ['no request', 'hello\r\n\r\n'],
    ['half a request', 'GET /api/v3/ping HTTP/1.1\r\nHost: x'],
    ['a wrong length', 'POST /api/v3/order HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n'],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    ['a giant header', `GET / HTTP/1.1\r\nHost: x\r\nA: ${'x'.repeat(100_000)}\r\n\r\n`],
    ['a broken upgrade', 'GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
    [
      'an upgrade to nowhere',
      'GET /else HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
    ],
    ['a path that is none', 'GET //\\%zz?%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
    [
      'a stream of broken encoding',
      'GET /ws/%zz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
    ],
    [
      'a body of 2 MiB',
      `POST /api/v3/order HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${2 << 20}\r\n\r\n${'a'.repeat(2 << 20)}`,
    ],
  ])('of bytes that are %s leave it standing', async (_what, bytes) => {
    const errors: unknown[] = []
    const { address, client } = await started({ onError: (error) => errors.push(error) })
    const socket = connectTcp(Number(new URL(address.rest).port), '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write(bytes)
    await new Promise<void>((resolve) => {
      socket.once('data', () => resolve())
      socket.once('close', () => resolve())
      setTimeout(resolve, 300)
    })
    socket.destroy()
    expect((await client.get('/api/v3/ping')).status).toBe(200)
    expect(errors).toEqual([])
  })

  it('of frames larger than a mebibyte end their socket only', async () => {
    const { address, client } = await started()
    const socket = await connect(`${address.stream}/ws`)
    socket.send('x'.repeat((1 << 20) + 1))
    expect(await socket.closed()).toBe(1009)
    expect((await client.get('/api/v3/ping')).status).toBe(200)
  })
})
