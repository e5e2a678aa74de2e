/** Answers and events of the real exchange, recorded or documented, beside the local one's: same keys, same types. */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { HAS_SHARED, sharedPath } from '../shared.js'
import { connect, started } from './started.js'

/** A value's shape: its type; of an object its keys with theirs; of a list the shape of what is in it first. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])]
  if (value === null) return 'null'
  if (typeof value !== 'object') return typeof value
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, one]) => [name, shapeOf(one)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

function without(value: unknown, names: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)))
}

const fixture = (file: string) => readFileSync(sharedPath('data', 'fixtures', file))
const NAUTILUS: Record<string, unknown> = HAS_SHARED
  ? JSON.parse(fixture('nautilus-binance-spot.json').toString())
  : {}

/** What stands under a name in the collection. */
function recorded(name: string): unknown {
  const key = Object.keys(NAUTILUS).find((one) => one.endsWith(`/${name}.json`))
  if (key === undefined) throw new Error(`no fixture ${name}`)
  return NAUTILUS[key]
}

describe.skipIf(!HAS_SHARED)('recorded answers', () => {
  it('of REST have the shape of ours', async () => {
    const { client } = await started()
    const at = async (path: string, params = {}) =>
      (await client.get(path, { symbol: 'BTCUSDT', ...params })).body
    const signed = async (verb: string, path: string, params = {}) =>
      (await client.signed(verb, path, { symbol: 'BTCUSDT', ...params })).body
    const price = ((await at('/api/v3/ticker/price')).price * 0.95).toFixed(2)
    const full = await signed('POST', '/api/v3/order', { side: 'BUY', type: 'MARKET', quantity: '0.01' })
    const placed = await signed('POST', '/api/v3/order', {
      ...{ side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.01', price },
    })
    const { orderId } = placed
    const canceled = await signed('POST', '/api/v3/order', {
      ...{ side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.01', price },
    })
    const cancel = await signed('DELETE', '/api/v3/order', { orderId: canceled.orderId })
    const answers: Record<string, unknown> = {
      account_response: (await client.signed('GET', '/api/v3/account')).body,
      account_trades_response: await signed('GET', '/api/v3/myTrades'),
      avg_price_response: await at('/api/v3/avgPrice'),
      book_ticker_response: await at('/api/v3/ticker/bookTicker'),
      cancel_order_response: cancel,
      depth_response: await at('/api/v3/depth'),
      klines_response: await at('/api/v3/klines', { interval: '1m' }),
      new_order_full_response: full,
      order_response: await signed('GET', '/api/v3/order', { orderId }),
      ping_response: (await client.get('/api/v3/ping')).body,
      ticker_24hr_response: await at('/api/v3/ticker/24hr'),
      ticker_price_response: await at('/api/v3/ticker/price'),
      http_spot_market_historical_trades: await at('/api/v3/historicalTrades'),
      http_spot_market_trades: await at('/api/v3/trades'),
    }
    for (const [name, answer] of Object.entries(answers)) {
      expect([name, shapeOf(answer)]).toEqual([name, shapeOf(recorded(name))])
    }
  })

  it('of aggTrades and exchangeInfo have it too', async () => {
    const { client } = await started()
    const others = JSON.parse(gunzipSync(fixture('gocryptotrader-binance-rest.json.gz')).toString())
    const { body } = await client.get('/api/v3/aggTrades', { symbol: 'BTCUSDT' })
    expect(shapeOf(body)).toEqual(shapeOf(others['/api/v3/aggTrades'].GET[0].data))
    const real = JSON.parse(gunzipSync(fixture('exchangeInfo-gocryptotrader.json.gz')).toString())
    const ours = (await client.get('/api/v3/exchangeInfo')).body
    // The recording, of August 2025, is older than opo and peg.
    const symbol = without(ours.symbols[0], [
      'opoAllowed',
      'pegInstructionsAllowed',
      'filters',
      'permissions',
    ])
    expect(shapeOf(symbol)).toEqual(shapeOf(without(real.symbols[0], ['filters', 'permissions'])))
    expect(shapeOf(ours.rateLimits)).toEqual(shapeOf(real.rateLimits))
    for (const filter of real.symbols[0].filters) {
      const own = ours.symbols[0].filters.find(
        (one: { filterType: string }) => one.filterType === filter.filterType,
      )
      expect([filter.filterType, shapeOf(own)]).toEqual([filter.filterType, shapeOf(filter)])
    }
  })
})

describe.skipIf(!HAS_SHARED)('recorded events', () => {
  // biome-ignore lint/suspicious/noExplicitAny: recordings have every shape
  const lines: any[] = HAS_SHARED
    ? fixture('gocryptotrader-ws.jsonl')
        .toString()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    : []
  const streamed = (e: string) => lines.find(({ data }) => data.e === e)?.data

  it('of streams have the shape of ours', async () => {
    const { client, address } = await started()
    const socket = await connect(
      `${address.stream}/stream?streams=btcusdt@kline_1m/btcusdt@depth/btcusdt@trade/btcusdt@ticker`,
    )
    await client.control('POST', '/advance', { steps: 1 })
    const [kline, depth, trade, ticker] = [
      await socket.next(),
      await socket.next(),
      await socket.next(),
      await socket.next(),
    ]
    expect(shapeOf(kline.data)).toEqual(shapeOf(streamed('kline')))
    expect(shapeOf(depth.data)).toEqual(shapeOf(streamed('depthUpdate')))
    // Ids of the two orders are no longer part of a trade.
    expect(shapeOf(trade.data)).toEqual(shapeOf(without(streamed('trade'), ['a', 'b'])))
    expect(shapeOf(ticker.data)).toEqual(shapeOf(streamed('24hrTicker')))
  })

  it('of user data have the shape of ours', async () => {
    const { client, address } = await started()
    const socket = await connect(address.wsApi)
    socket.send({ id: 1, method: 'userDataStream.subscribe.signature', params: client.frameParams() })
    await socket.next()
    const price = Number((await client.get('/api/v3/ticker/price', { symbol: 'BTCUSDT' })).body.price)
    const at = (factor: number) => (price * factor).toFixed(2)
    await client.signed('POST', '/api/v3/order', {
      ...{
        symbol: 'BTCUSDT',
        side: 'BUY',
        type: 'LIMIT',
        timeInForce: 'GTC',
        quantity: '0.01',
        price: at(0.99),
      },
    })
    const arrived = await socket.next()
    expect(shapeOf(arrived)).toEqual(shapeOf(recorded('execution_report_wrapped')))
    expect(shapeOf(await socket.next())).toEqual(shapeOf(recorded('account_position_wrapped')))
    await client.control('POST', '/fault', { on: 'now', do: 'trade', price: at(0.99), quantity: '0.005' })
    const filled = (await socket.next()).event
    const real = recorded('ws_spot_execution_report_binance_us')
    const { data } = real as { data: object }
    expect(shapeOf(filled)).toEqual(shapeOf(data))
    await socket.next()
    await client.control('POST', '/fault', { on: 'now', do: 'deposit', asset: 'BTC', amount: '1' })
    expect(shapeOf(await socket.next())).toEqual(shapeOf(recorded('balance_update_wrapped')))
    await socket.next()
    await client.signed('POST', '/api/v3/orderList/oco', {
      ...{ symbol: 'BTCUSDT', side: 'SELL', quantity: '0.1', aboveType: 'LIMIT_MAKER', abovePrice: at(1.05) },
      ...{ belowType: 'STOP_LOSS', belowStopPrice: at(0.95) },
    })
    expect(shapeOf(await socket.next())).toEqual(shapeOf(recorded('list_status_wrapped')))
  })
})
