/**
 * Clients that others wrote, against the local exchange, told nothing but where it is. They are installed
 * apart (`npm ci --prefix test/clients`); where they are not, these tests are skipped.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { RunningExchange } from '../../engine/exchange/start-exchange.js'
import { sliceBars } from '../../engine/model/bars.js'
import { REQUIRE_ALL } from '../chromium.js'
import { ROOT } from '../shared.js'
import { listing, someBars, started } from './started.js'

const FOLDER = path.join(ROOT, 'test', 'clients')
const IS_INSTALLED = existsSync(path.join(FOLDER, 'node_modules', 'ccxt'))
const load = createRequire(path.join(FOLDER, 'package.json'))

/** Comes back when something has happened, or fails after five seconds. */
function soon<Value>(begin: (done: (value: Value) => void) => unknown): Promise<Value> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('nothing came within 5 s')), 5000)
    begin((value) => {
      clearTimeout(late)
      resolve(value)
    })
  })
}

/** What each client was seen to do, for the table in the documentation. */
const DONE = new Map<string, readonly string[]>()
const ROWS = [
  ...['time', 'exchangeInfo', 'klines', 'account', 'place', 'query', 'fill', 'cancel', 'open orders'],
  ...['trades', 'kline stream', 'user data', 'WebSocket API orders'],
] as const

/** Runs what a client is to do and notes it. */
async function does(
  client: string,
  steps: Partial<Record<(typeof ROWS)[number], () => Promise<unknown>>>,
): Promise<void> {
  const done: string[] = []
  for (const [name, step] of Object.entries(steps)) {
    await step()
    done.push(name)
  }
  DONE.set(client, done)
}

async function market(): Promise<RunningExchange & Awaited<ReturnType<typeof started>>> {
  const bars = someBars(400)
  return started({ symbols: [listing(sliceBars(bars, 0, 400))] })
}

describe.skipIf(!IS_INSTALLED && !REQUIRE_ALL)('clients by others', () => {
  it('are installed', () => {
    expect(IS_INSTALLED, 'run npm ci --ignore-scripts --prefix test/clients').toBe(true)
  })

  it('@binance/spot works against it', async () => {
    const { Spot } = load('@binance/spot')
    const { address, client, exchange } = await market()
    const keys = { apiKey: address.apiKey, apiSecret: address.secret }
    const signer = { apiKey: address.ed25519.apiKey, privateKey: address.ed25519.privateKey }
    const spot = new Spot({
      configurationRestAPI: { ...keys, basePath: address.rest },
      configurationWebsocketAPI: { ...signer, wsURL: address.wsApi },
      configurationWebsocketStreams: { wsURL: address.stream },
    })
    const rest = async (name: string, params?: object) => (await spot.restAPI[name](params)).data()
    const price = Number((await rest('tickerPrice', { symbol: 'BTCUSDT' })).price)
    const low = Number((price * 0.99).toFixed(2))
    const order = {
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: 0.01,
      price: low,
    }
    let placed: { orderId: number }
    await does('@binance/spot', {
      time: async () => expect((await rest('time')).serverTime).toBeGreaterThan(1e12),
      exchangeInfo: async () => expect((await rest('exchangeInfo')).symbols[0].symbol).toBe('BTCUSDT'),
      klines: async () =>
        expect(await rest('klines', { symbol: 'BTCUSDT', interval: '1m', limit: 3 })).toHaveLength(3),
      account: async () => expect((await rest('getAccount')).balances).toHaveLength(2),
      place: async () => {
        placed = await rest('newOrder', order)
        expect(placed).toMatchObject({ status: 'NEW' })
      },
      query: async () =>
        expect((await rest('getOrder', { symbol: 'BTCUSDT', orderId: placed.orderId })).status).toBe('NEW'),
      'open orders': async () => expect(await rest('getOpenOrders', { symbol: 'BTCUSDT' })).toHaveLength(1),
      cancel: async () =>
        expect((await rest('deleteOrder', { symbol: 'BTCUSDT', orderId: placed.orderId })).status).toBe(
          'CANCELED',
        ),
      fill: async () =>
        expect(
          (await rest('newOrder', { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quoteOrderQty: 100 }))
            .status,
        ).toBe('FILLED'),
      trades: async () => expect(await rest('myTrades', { symbol: 'BTCUSDT' })).not.toEqual([]),
      'kline stream': async () => {
        const connection = await spot.websocketStreams.connect()
        const seen = soon<{ k: { s: string } }>((done) =>
          connection.kline({ symbol: 'BTCUSDT', interval: '1m' }).on('message', done),
        )
        await until(() => exchange.isWatched)
        await client.control('POST', '/advance', { steps: 1 })
        expect((await seen).k.s).toBe('BTCUSDT')
        await connection.disconnect()
      },
      'WebSocket API orders': async () => {
        const connection = await spot.websocketAPI.connect()
        const answer = await connection.orderPlace({ ...order, newOrderRespType: 'RESULT' })
        expect(answer.data.status).toBe('NEW')
        const canceled = await connection.orderCancel({ symbol: 'BTCUSDT', orderId: answer.data.orderId })
        expect(canceled.data.status).toBe('CANCELED')
        await connection.disconnect()
      },
      'user data': async () => {
        const connection = await spot.websocketAPI.connect()
        await connection.sessionLogon()
        const { stream } = await connection.userDataStreamSubscribe()
        const seen = soon<{ e: string }>((done) => stream.on('message', done))
        await rest('newOrder', order)
        expect((await seen).e).toBe('executionReport')
        await connection.disconnect()
      },
    })
  })

  it('ccxt works against it', async () => {
    const ccxt = load('ccxt')
    const { address, client, exchange } = await market()
    const api = `${address.rest}/api/v3`
    const binance = new ccxt.pro.binance({
      apiKey: address.apiKey,
      secret: address.secret,
      options: { fetchMarkets: { types: ['spot'] }, fetchCurrencies: false, fetchMargins: false },
    })
    binance.urls.api = {
      ...binance.urls.api,
      ...{ public: api, private: api },
      ws: { ...binance.urls.api.ws, spot: `${address.stream}/ws`, 'ws-api': { spot: address.wsApi } },
    }
    // It asks for this before it opens a socket without TLS.
    await binance.loadHttpProxyAgent()
    const symbol = 'BTC/USDT'
    let placed: { id: string }
    await does('ccxt', {
      time: async () => expect(await binance.fetchTime()).toBeGreaterThan(1e12),
      exchangeInfo: async () => expect(Object.keys(await binance.loadMarkets())).toEqual([symbol]),
      klines: async () => expect(await binance.fetchOHLCV(symbol, '1m', undefined, 3)).toHaveLength(3),
      account: async () => expect((await binance.fetchBalance()).BTC.free).toBe(1),
      place: async () => {
        const { last } = await binance.fetchTicker(symbol)
        placed = await binance.createOrder(symbol, 'limit', 'buy', 0.01, last * 0.99)
        expect(placed).toMatchObject({ status: 'open' })
      },
      query: async () => expect((await binance.fetchOrder(placed.id, symbol)).status).toBe('open'),
      'open orders': async () => expect(await binance.fetchOpenOrders(symbol)).toHaveLength(1),
      cancel: async () => expect((await binance.cancelOrder(placed.id, symbol)).status).toBe('canceled'),
      fill: async () =>
        expect((await binance.createOrder(symbol, 'market', 'buy', 0.01)).status).toBe('closed'),
      trades: async () => expect((await binance.fetchMyTrades(symbol))[0].fee.currency).toBe('BTC'),
      'kline stream': async () => {
        const seen = binance.watchOHLCV(symbol, '1m')
        await until(() => exchange.isWatched)
        await client.control('POST', '/advance', { steps: 1 })
        expect((await seen)[0]).toHaveLength(6)
      },
      'user data': async () => {
        const seen = binance.watchOrders(symbol)
        await until(() => exchange.accounts[0]?.isHeard === true)
        await binance.createOrder(symbol, 'market', 'sell', 0.001)
        expect((await seen)[0].symbol).toBe(symbol)
      },
      'WebSocket API orders': async () => {
        const { last } = await binance.fetchTicker(symbol)
        const order = await binance.createOrderWs(symbol, 'limit', 'buy', 0.01, last * 0.99)
        expect((await binance.cancelOrderWs(order.id, symbol)).status).toBe('canceled')
      },
    })
    await binance.close()
  })

  it('binance works against it', async () => {
    const { MainClient, WebsocketClient, WebsocketAPIClient } = load('binance')
    const { address, client, exchange } = await market()
    const rest = new MainClient({
      api_key: address.apiKey,
      api_secret: address.secret,
      baseUrl: address.rest,
    })
    const price = Number((await rest.getSymbolPriceTicker({ symbol: 'BTCUSDT' })).price)
    const order = {
      ...{ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: 0.01 },
      price: Number((price * 0.99).toFixed(2)),
    }
    let placed: { orderId: number }
    await does('binance', {
      // Its own method for it goes to a built-in address, whatever the base.
      time: async () => expect((await rest.get('api/v3/time')).serverTime).toBeGreaterThan(1e12),
      exchangeInfo: async () => expect((await rest.getExchangeInfo()).symbols).toHaveLength(1),
      klines: async () =>
        expect(await rest.getKlines({ symbol: 'BTCUSDT', interval: '1m', limit: 3 })).toHaveLength(3),
      account: async () => expect((await rest.getAccountInformation()).balances).toHaveLength(2),
      place: async () => {
        placed = await rest.submitNewOrder({ ...order, newOrderRespType: 'RESULT' })
        expect(placed).toMatchObject({ status: 'NEW' })
      },
      query: async () =>
        expect((await rest.getOrder({ symbol: 'BTCUSDT', orderId: placed.orderId })).status).toBe('NEW'),
      'open orders': async () => expect(await rest.getOpenOrders({ symbol: 'BTCUSDT' })).toHaveLength(1),
      cancel: async () =>
        expect((await rest.cancelOrder({ symbol: 'BTCUSDT', orderId: placed.orderId })).status).toBe(
          'CANCELED',
        ),
      fill: async () =>
        expect(
          (await rest.submitNewOrder({ symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: 0.01 }))
            .status,
        ).toBe('FILLED'),
      trades: async () => expect(await rest.getAccountTradeList({ symbol: 'BTCUSDT' })).not.toEqual([]),
      'kline stream': async () => {
        const sockets = new WebsocketClient({ wsUrl: `${address.stream}/ws` }, QUIET)
        const seen = soon<{ e: string }>((done) =>
          sockets.on('message', (one: { e: string }) => one.e === 'kline' && done(one)),
        )
        await sockets.subscribe('btcusdt@kline_1m', 'main')
        await until(() => exchange.isWatched)
        await client.control('POST', '/advance', { steps: 1 })
        expect((await seen).e).toBe('kline')
        sockets.closeAll(true)
      },
      'user data': async () => {
        const ws = new WebsocketAPIClient(
          {
            ...{ api_key: address.ed25519.apiKey, api_secret: address.ed25519.privateKey },
            ...{ wsUrl: address.wsApi, attachEventListeners: false },
          },
          QUIET,
        )
        const seen = soon<unknown>((done) =>
          ws
            .getWSClient()
            .on('message', (one: object) => JSON.stringify(one).includes('executionReport') && done(one)),
        )
        await ws.subscribeUserDataStream('mainWSAPI')
        await until(() => exchange.accounts[0]?.isHeard === true)
        await rest.submitNewOrder({ symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: 0.001 })
        await seen
        ws.getWSClient().closeAll(true)
      },
      'WebSocket API orders': async () => {
        const ws = new WebsocketAPIClient(
          {
            api_key: address.ed25519.apiKey,
            api_secret: address.ed25519.privateKey,
            wsUrl: address.wsApi,
            attachEventListeners: false,
          },
          QUIET,
        )
        const { result } = await ws.submitNewSpotOrder({
          ...order,
          timestamp: Date.now(),
          newOrderRespType: 'RESULT',
        })
        expect(result.status).toBe('NEW')
        const canceled = await ws.cancelSpotOrder({
          symbol: 'BTCUSDT',
          orderId: result.orderId,
          timestamp: Date.now(),
        })
        expect(canceled.result.status).toBe('CANCELED')
        ws.getWSClient().closeAll(true)
      },
    })
  })

  it('binance-api-node works against it', async () => {
    const Binance = load('binance-api-node').default
    const { address, client, exchange } = await market()
    const binance = Binance({
      ...{ apiKey: address.apiKey, apiSecret: address.secret },
      ...{ httpBase: address.rest, wsBase: `${address.stream}/ws`, wsApi: address.wsApi },
    })
    const symbol = 'BTCUSDT'
    let placed: { orderId: number }
    await does('binance-api-node', {
      time: async () => expect(await binance.time()).toBeGreaterThan(1e12),
      exchangeInfo: async () => expect((await binance.exchangeInfo()).symbols).toHaveLength(1),
      klines: async () => expect(await binance.candles({ symbol, interval: '1m', limit: 3 })).toHaveLength(3),
      account: async () => expect((await binance.accountInfo()).balances).toHaveLength(2),
      place: async () => {
        const price = (Number((await binance.prices({ symbol })).BTCUSDT) * 0.99).toFixed(2)
        placed = await binance.order({ symbol, side: 'BUY', type: 'LIMIT', quantity: '0.01', price })
        expect(placed).toMatchObject({ status: 'NEW' })
      },
      query: async () =>
        expect((await binance.getOrder({ symbol, orderId: placed.orderId })).status).toBe('NEW'),
      'open orders': async () => expect(await binance.openOrders({ symbol })).toHaveLength(1),
      cancel: async () =>
        expect((await binance.cancelOrder({ symbol, orderId: placed.orderId })).status).toBe('CANCELED'),
      fill: async () =>
        expect((await binance.order({ symbol, side: 'BUY', type: 'MARKET', quantity: '0.01' })).status).toBe(
          'FILLED',
        ),
      trades: async () => expect(await binance.myTrades({ symbol })).not.toEqual([]),
      'kline stream': async () => {
        let stop = (): void => undefined
        const seen = soon<{ symbol: string }>((done) => {
          stop = binance.ws.candles(symbol, '1m', done)
        })
        await until(() => exchange.isWatched)
        await client.control('POST', '/advance', { steps: 1 })
        expect((await seen).symbol).toBe(symbol)
        stop()
      },
      'user data': async () => {
        let stop: (() => void) | undefined
        const seen = soon<{ eventType: string }>((done) => {
          void binance.ws.user(done).then((one: () => void) => {
            stop = one
          })
        })
        await until(() => exchange.accounts[0]?.isHeard === true)
        await binance.order({ symbol, side: 'SELL', type: 'MARKET', quantity: '0.001' })
        expect((await seen).eventType).toBe('executionReport')
        stop?.()
      },
    })
  })

  it('are told of in the documentation, call by call', () => {
    const text = readFileSync(path.join(ROOT, 'docs', 'exchange.md'), 'utf8')
    for (const row of ROWS) {
      const marks = ['@binance/spot', 'ccxt', 'binance', 'binance-api-node'].map((name) =>
        DONE.get(name)?.includes(row) ? 'yes' : '–',
      )
      expect(text).toContain(`| ${row} | ${marks.join(' | ')} |`)
    }
  })
})

/** Loggers of the clients say nothing here. */
const QUIET = { trace: () => undefined, info: () => undefined, error: () => undefined }

/** Looks again until something holds: a socket has been opened, a subscription is there. */
async function until(holds: () => boolean): Promise<void> {
  for (let k = 0; k < 500 && !holds(); k++) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(holds()).toBe(true)
}
