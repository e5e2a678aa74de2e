/** Public market data over REST and streams. What is due is said by the bars the exchange was given. */
import { describe, expect, it } from 'vitest'
import { resampleBars } from '../../engine/math/resample.js'
import { barAt } from '../../engine/model/bars.js'
import { connect, listing, someBars, started } from './started.js'

describe('klines over REST', () => {
  it('are the bars of the data, dated so that the history ends at the start', async () => {
    const bars = someBars()
    const now = Date.UTC(2026, 4, 5, 6, 7, 8)
    const { client } = await started({ symbols: [listing(bars)], now: () => now })
    const { body } = await client.get('/api/v3/klines', { symbol: 'BTCUSDT', interval: '1m', limit: 1000 })
    expect(body).toHaveLength(200)
    expect(body[199][6]).toBe(Date.UTC(2026, 4, 5, 6, 7) - 1)
    for (const i of [0, 57, 199]) {
      const { open, high, low, close, volume } = barAt(bars, i)
      expect(body[i].slice(1, 6).map(Number)).toEqual([open, high, low, close, volume])
      expect(body[i][11]).toBe('0')
    }
  })

  it('keep their dates with --dates original', async () => {
    const { client } = await started({ dates: 'original' })
    const { body } = await client.get('/api/v3/klines', { symbol: 'BTCUSDT', interval: '1m', limit: 1 })
    expect(body[0][0]).toBe(Date.UTC(2020, 0, 1, 3, 19))
  })

  it('of a longer interval are those of the resampler', async () => {
    const bars = someBars()
    const { client } = await started({ dates: 'original', symbols: [listing(bars)], history: 390 })
    const { body } = await client.get('/api/v3/klines', { symbol: 'BTCUSDT', interval: '15m' })
    const due = resampleBars(bars, '15m')
    expect(body).toHaveLength(26)
    for (let i = 0; i < 26; i++) {
      const { openTime, open, high, low, close } = barAt(due, i)
      expect([body[i][0], ...body[i].slice(1, 5).map(Number)]).toEqual([openTime, open, high, low, close])
    }
  })

  it('page forward by open time, both bounds included', async () => {
    const { client } = await started({ dates: 'original' })
    const start = Date.UTC(2020, 0, 1, 1)
    const range = { startTime: start, endTime: start + 10 * 60_000 }
    const { body } = await client.get('/api/v3/klines', { symbol: 'BTCUSDT', interval: '1m', ...range })
    expect(body.map((row: number[]) => row[0])).toEqual(
      Array.from({ length: 11 }, (_, i) => start + i * 60_000),
    )
  })

  it('refuse what the exchange refuses', async () => {
    const { client } = await started()
    const ask = async (params: Record<string, string | number>) =>
      (await client.get('/api/v3/klines', params)).body
    expect(await ask({ interval: '1m' })).toEqual({
      code: -1102,
      msg: "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.",
    })
    expect(await ask({ symbol: 'NONESUCH', interval: '1m' })).toEqual({ code: -1121, msg: 'Invalid symbol.' })
    expect(await ask({ symbol: 'BTCUSDT', interval: '7m' })).toEqual({
      code: -1120,
      msg: 'Invalid interval.',
    })
    expect((await ask({ symbol: 'BTCUSDT', interval: '1m', limit: -5 })).code).toBe(-1100)
    expect((await ask({ symbol: 'BTCUSDT', interval: '1m', foo: 1 })).code).toBe(-1104)
  })
})

describe('a bar under way', () => {
  it('is walked from its open over its extremes to its close, which the bar itself confirms', async () => {
    const bars = someBars()
    const { client, address } = await started({ symbols: [listing(bars)] })
    const socket = await connect(`${address.stream}/ws/btcusdt@kline_1m`)
    await client.control('POST', '/advance', { bars: 1 })
    const frames = [await socket.next()]
    while (!frames.at(-1).k.x) frames.push(await socket.next())
    const { open, high, low, close, volume } = barAt(bars, 200)
    expect(frames).toHaveLength(30)
    expect(frames.slice(0, -1).every(({ k }) => k.x === false)).toBe(true)
    const last = frames.at(-1)
    expect([last.k.o, last.k.h, last.k.l, last.k.c, last.k.v].map(Number)).toEqual([
      open,
      high,
      low,
      close,
      volume,
    ])
    expect(last.E).toBeGreaterThan(last.k.T)
    expect(Number(frames[0].k.o)).toBe(open)
    for (const { k } of frames) {
      expect(Number(k.h)).toBeLessThanOrEqual(high)
      expect(Number(k.l)).toBeGreaterThanOrEqual(low)
    }
    const gaps = frames.slice(1, -1).map(({ E }, i) => E - frames[i].E)
    expect(new Set(gaps)).toEqual(new Set([2000]))
  })

  it('shows up unfinished in REST, and its trades make it up', async () => {
    const { client } = await started()
    await client.control('POST', '/advance', { steps: 7 })
    const { body } = await client.get('/api/v3/klines', { symbol: 'BTCUSDT', interval: '1m', limit: 1 })
    const open = body[0][0]
    const trades = (await client.get('/api/v3/aggTrades', { symbol: 'BTCUSDT', startTime: open })).body
    expect(trades).toHaveLength(7)
    expect(trades[0].p).toBe(body[0][1])
    expect(trades.at(-1).p).toBe(body[0][4])
    const sum = trades.reduce((total: number, { q }: { q: string }) => total + Number(q), 0)
    expect(sum).toBeCloseTo(Number(body[0][5]), 8)
    const { body: byId } = await client.get('/api/v3/aggTrades', { symbol: 'BTCUSDT', fromId: trades[3].a })
    expect(byId).toEqual(trades.slice(3))
  })

  it('has the volume of its bar in its trades once it is over', async () => {
    const bars = someBars()
    const { client } = await started({ symbols: [listing(bars)], dates: 'original' })
    const { openTime, volume, high, low } = barAt(bars, 100)
    const range = { startTime: openTime, endTime: openTime + 59_999 }
    const { body } = await client.get('/api/v3/aggTrades', { symbol: 'BTCUSDT', ...range })
    const prices = body.map(({ p }: { p: string }) => Number(p))
    expect(body.reduce((sum: number, { q }: { q: string }) => sum + Number(q), 0)).toBeCloseTo(volume, 7)
    expect([Math.max(...prices), Math.min(...prices)]).toEqual([high, low])
  })
})

describe('market streams', () => {
  it('are asked for by name, by frame, raw and combined', async () => {
    const { client, address } = await started()
    const combined = await connect(`${address.stream}/stream?streams=btcusdt@aggTrade/btcusdt@kline_5m`)
    const raw = await connect(`${address.stream}/ws/0`)
    raw.send({ method: 'SUBSCRIBE', params: ['btcusdt@trade'], id: 1 })
    expect(await raw.next()).toEqual({ result: null, id: 1 })
    raw.send({ method: 'LIST_SUBSCRIPTIONS', id: 'a1b2' })
    expect(await raw.next()).toEqual({ result: ['0', 'btcusdt@trade'], id: 'a1b2' })
    await client.control('POST', '/advance', { steps: 1 })
    expect(await raw.next()).toMatchObject({ e: 'trade', s: 'BTCUSDT' })
    expect(await combined.next()).toMatchObject({ stream: 'btcusdt@aggTrade', data: { e: 'aggTrade' } })
    expect(await combined.next()).toMatchObject({ stream: 'btcusdt@kline_5m', data: { k: { i: '5m' } } })
    raw.send({ method: 'UNSUBSCRIBE', params: ['btcusdt@trade'], id: null })
    expect(await raw.next()).toEqual({ result: null, id: null })
    await client.control('POST', '/advance', { steps: 1 })
    expect(raw.waiting).toEqual([])
  })

  it('answer what they do not understand as documented', async () => {
    const { address } = await started()
    const socket = await connect(`${address.stream}/ws`)
    const ask = async (frame: unknown) => {
      socket.send(frame)
      return socket.next()
    }
    expect(await ask('{"method":')).toEqual({
      code: 3,
      msg: 'Invalid JSON: expected value at line 1 column 1',
    })
    expect((await ask({ id: 1 })).msg).toBe('Invalid request: missing field `method` at line 1 column 1')
    expect((await ask({ method: 'SET_PROPERTY', params: ['combined', 'yes'], id: 2 })).code).toBe(1)
    expect(await ask({ method: 'GET_PROPERTY', params: ['nothing'], id: 3 })).toEqual({
      code: 0,
      msg: 'Unknown property',
      id: 3,
    })
  })

  it('cut a client that sends more than five frames a second', async () => {
    const { address } = await started()
    const socket = await connect(`${address.stream}/ws`)
    for (let k = 0; k < 6; k++) socket.send({ method: 'LIST_SUBSCRIPTIONS', id: k })
    expect(await socket.closed()).toBe(1008)
  })

  it('end after their longest life, and are pinged before', async () => {
    const { address } = await started({ sockets: { lifeMs: 200, pingMs: 40 } })
    const { socket, closed } = await connect(`${address.stream}/ws/btcusdt@kline_1m`)
    let pings = 0
    socket.on('ping', () => pings++)
    expect(await closed()).toBe(1001)
    expect(pings).toBeGreaterThan(1)
  })

  it('tell times in microseconds where the address asks for them', async () => {
    const { client, address } = await started()
    const socket = await connect(`${address.stream}/ws/btcusdt@kline_1m?timeUnit=MICROSECOND`)
    await client.control('POST', '/advance', { steps: 1 })
    const { E, k } = await socket.next()
    expect([E, k.t, k.T].map((time) => String(time).length)).toEqual([16, 16, 16])
    expect(k.T % 1_000_000).toBe(999_999)
  })
})

describe('control', () => {
  it('is for the holder of the token only', async () => {
    const { address } = await started()
    const refused = await fetch(`${address.control}/journal`, { headers: { 'x-control-token': 'guess' } })
    expect(refused.status).toBe(401)
  })

  it('sets the wall clock wrong', async () => {
    const now = 1_790_000_000_000
    const { client } = await started({ now: () => now })
    await client.control('POST', '/clock', { offsetMs: 90_000 })
    expect((await client.get('/api/v3/time')).body).toEqual({ serverTime: now + 90_000 })
  })

  it('says what is wrong with a fault', async () => {
    const { client } = await started()
    const { status, body } = await client.control('POST', '/fault', { on: 'GET *', do: 'explode' })
    expect(status).toBe(400)
    expect(body.error).toMatch(/^the body, do: Invalid option/)
  })
})

describe('the book', () => {
  it('stands around the last price, and its stream lets a reader keep it', async () => {
    const { client, address } = await started()
    const socket = await connect(`${address.stream}/ws/btcusdt@depth@100ms`)
    await client.control('POST', '/advance', { steps: 2 })
    const snapshot = (await client.get('/api/v3/depth', { symbol: 'BTCUSDT', limit: 5000 })).body
    const best = (await client.get('/api/v3/ticker/bookTicker', { symbol: 'BTCUSDT' })).body
    const { price } = (await client.get('/api/v3/ticker/price', { symbol: 'BTCUSDT' })).body
    expect([best.bidPrice, best.askPrice]).toEqual([snapshot.bids[0][0], snapshot.asks[0][0]])
    expect([best.bidPrice, best.askPrice]).toContain(price)
    expect(Number(best.askPrice) - Number(best.bidPrice)).toBeCloseTo(0.01, 8)
    const bids = new Map<string, string>(snapshot.bids)
    await client.control('POST', '/advance', { steps: 6 })
    let last = snapshot.lastUpdateId
    for (let k = 0; k < 8; k++) {
      const event = await socket.next()
      if (event.u <= snapshot.lastUpdateId) continue
      expect(event.U).toBeLessThanOrEqual(last + 1)
      for (const [level, quantity] of event.b) {
        if (Number(quantity) === 0) bids.delete(level)
        else bids.set(level, quantity)
      }
      last = event.u
    }
    const now = (await client.get('/api/v3/depth', { symbol: 'BTCUSDT', limit: 5000 })).body
    expect(last).toBe(now.lastUpdateId)
    expect([...bids].sort()).toEqual([...now.bids].sort())
  })

  it('has streams for its best prices, its upper levels and the day', async () => {
    const { client, address } = await started()
    const names = ['bookTicker', 'depth5', 'avgPrice', 'miniTicker', 'ticker'].map(
      (name) => `btcusdt@${name}`,
    )
    const socket = await connect(`${address.stream}/stream?streams=${names.join('/')}`)
    await client.control('POST', '/advance', { steps: 1 })
    const frames = []
    for (const _ of names) frames.push((await socket.next()).data)
    expect(Object.keys(frames[0]).sort()).toEqual(['A', 'B', 'a', 'b', 's', 'u'])
    expect(frames[1].bids).toHaveLength(5)
    expect(frames.slice(2).map(({ e }) => e)).toEqual(['avgPrice', '24hrMiniTicker', '24hrTicker'])
  })
})
