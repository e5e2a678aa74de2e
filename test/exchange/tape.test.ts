/** A market of recorded trades. What is due is said by the recording, and by klines that others made of it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readExchangeFlags } from '../../engine/app/exchange/exchange-flags.js'
import { exchangeSources } from '../../engine/app/exchange/exchange-sources.js'
import { DataError } from '../../engine/model/errors.js'
import { temporaryFolder } from '../app/command.js'
import { HAS_SHARED, sharedPath } from '../shared.js'
import { connect, started } from './started.js'

const HEAD =
  'agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker,is_best_match'
const DAY = Date.UTC(2024, 0, 1)

/** Trades of three minutes, the second of them quiet. */
const ROWS = [
  [7, '100.00', '2.00000000', 20, 22, DAY + 1000, true, true],
  [8, '101.50', '0.50000000', 23, 23, DAY + 1000, false, true],
  [9, '99.50', '1.25000000', 24, 25, DAY + 59_999, true, true],
  [10, '100.50', '3.00000000', 26, 26, DAY + 120_000, false, true],
]

function tapeFile(rows: readonly (readonly unknown[])[], name = 'BTCUSDT-aggTrades-2024-01-01.csv'): string {
  const file = join(temporaryFolder(), name)
  writeFileSync(file, [HEAD, ...rows.map((row) => row.join(','))].join('\n'))
  return file
}

const sources = (...words: string[]) => exchangeSources(readExchangeFlags(words))

async function taped(words: readonly string[], history: number) {
  return started({ symbols: await sources(...words), history, dates: 'original' })
}

describe('a tape', () => {
  it('is told by trades, klines and REST as it was recorded', async () => {
    const { client, address } = await taped(['--data', tapeFile(ROWS)], 0)
    const socket = await connect(
      `${address.stream}/stream?streams=btcusdt@aggTrade/btcusdt@trade/btcusdt@kline_1m`,
    )
    await client.control('POST', '/advance', { bars: 3 })
    const frames = [await socket.next()]
    while (frames.filter(({ data }) => data.k?.x).length < 3) frames.push(await socket.next())
    const data = frames.map((frame) => frame.data)
    expect(data.filter(({ e }) => e === 'aggTrade').map(({ e, E, ...rest }) => rest)).toEqual(
      ROWS.map(([a, p, q, f, l, T, m]) => ({
        ...{ s: 'BTCUSDT', a, p: `${p}000000`, q, f, l, T, m, M: true },
      })),
    )
    expect(data.filter(({ e }) => e === 'trade').map(({ t, T }) => [t, T])).toEqual(
      ROWS.map(([, , , , l, T]) => [l, T]),
    )
    const closed = data.flatMap(({ k }) => (k?.x ? [k] : []))
    expect(
      closed.map(({ o, h, l, c, v, n, f, L, V }) => [...[o, h, l, c, v, V].map(Number), n, f, L]),
    ).toEqual([
      [100, 101.5, 99.5, 99.5, 3.75, 0.5, 6, 20, 25],
      [99.5, 99.5, 99.5, 99.5, 0, 0, 0, -1, -1],
      [100.5, 100.5, 100.5, 100.5, 3, 3, 1, 26, 26],
    ])
    const { body } = await client.get('/api/v3/aggTrades', { symbol: 'BTCUSDT', fromId: 8 })
    expect(body.map(({ a }: { a: number }) => a)).toEqual([8, 9, 10])
    const { body: single } = await client.get('/api/v3/historicalTrades', { symbol: 'BTCUSDT', fromId: 21 })
    expect(single.map(({ id }: { id: number }) => id)).toEqual([22, 23, 25, 26])
  })

  it('tells a kline every two seconds, and trades when they were', async () => {
    const { client, address } = await taped(['--data', tapeFile(ROWS)], 0)
    const socket = await connect(`${address.stream}/stream?streams=btcusdt@aggTrade/btcusdt@kline_1m`)
    await client.control('POST', '/advance', { steps: 4 })
    const seen = []
    for (let k = 0; k < 4; k++) seen.push((await socket.next()).data)
    expect(seen.map(({ e, E, k, p }) => [e, E - DAY, Number(k?.c ?? p)])).toEqual([
      ['aggTrade', 1000, 100],
      ['aggTrade', 1000, 101.5],
      ['kline', 1000, 101.5],
      ['kline', 3000, 101.5],
    ])
  })

  it('leaves a minute out where ids are missing, because then trades are', async () => {
    const rows = ROWS.filter(([id]) => id !== 9)
    const [{ bars } = { bars: undefined }] = await sources('--data', tapeFile(rows))
    expect(bars && [...bars.openTime.subarray(0, bars.length)]).toEqual([DAY, DAY + 120_000])
  })

  it('fills orders with the recorded trades, as much as was traded', async () => {
    const { client } = await taped(['--data', tapeFile(ROWS)], 1)
    const order = { symbol: 'BTCUSDT', side: 'SELL', type: 'LIMIT', timeInForce: 'GTC' }
    const place = async (quantity: string, price: string) =>
      (await client.signed('POST', '/api/v3/order', { ...order, quantity, price })).body
    const { orderId } = await place('0.75', '100.50')
    await client.control('POST', '/advance', { bars: 2 })
    const { body } = await client.signed('GET', '/api/v3/order', { symbol: 'BTCUSDT', orderId })
    expect([body.status, body.executedQty]).toEqual(['FILLED', '0.75000000'])
    const { body: trades } = await client.signed('GET', '/api/v3/myTrades', { symbol: 'BTCUSDT' })
    expect(trades.map(({ price, time }: { price: string; time: number }) => [Number(price), time])).toEqual([
      [100.5, DAY + 120_000],
    ])
  })

  it('leaves the market where it leaves it when nobody looks', async () => {
    const state = async (isWatched: boolean) => {
      const { client, address } = await taped(['--data', tapeFile(ROWS)], 0)
      if (isWatched) await connect(`${address.stream}/ws/btcusdt@trade`)
      await client.control('POST', '/advance', { bars: 2 })
      const { body: depth } = await client.get('/api/v3/depth', { symbol: 'BTCUSDT' })
      const { body: trades } = await client.get('/api/v3/aggTrades', { symbol: 'BTCUSDT' })
      return { depth, trades, day: (await client.get('/api/v3/ticker/24hr', { symbol: 'BTCUSDT' })).body }
    }
    expect(await state(true)).toEqual(await state(false))
  })

  it('may be a folder of days; what does not belong together is refused', async () => {
    const folder = join(temporaryFolder(), 'trades')
    mkdirSync(folder)
    const write = (name: string, rows: readonly (readonly unknown[])[]) =>
      writeFileSync(join(folder, name), rows.map((row) => row.join(',')).join('\n'))
    write('BTCUSDT-aggTrades-2024-01-01.csv', ROWS.slice(0, 3))
    write('BTCUSDT-aggTrades-2024-01-02.csv', ROWS.slice(3))
    const [{ tape, bars } = { tape: undefined, bars: undefined }] = await sources('--data', folder)
    expect([tape?.length, bars?.length]).toEqual([4, 3])
    const [{ bars: hours } = { bars: undefined }] = await sources('--data', folder, '--interval', '1h')
    expect([hours?.interval, hours?.length]).toEqual(['1h', 1])
    write('BTCUSDT-aggTrades-2024-01-03.csv', ROWS.slice(1))
    await expect(sources('--data', folder)).rejects.toThrow(DataError)
    await expect(sources('--data', folder)).rejects.toThrow(/2024-01-03\.csv line 1: .*comes after/)
    write('BTCUSDT-1m-2024-01-03.csv', [[DAY, 1, 1, 1, 1, 1, DAY + 59_999, 1, 1, 1, 1, 0]])
    await expect(sources('--data', folder)).rejects.toThrow('--data must be files of trades alone or none')
    await expect(sources('--data', tapeFile(ROWS), '--from', '2025-01-01')).rejects.toThrow(
      '--data must hold trades of BTCUSDT in the range, holds none',
    )
    await expect(sources('--data', tapeFile(ROWS), '--symbol', 'ETHUSDT')).rejects.toThrow(
      '--symbol must be BTCUSDT',
    )
  })
})

describe.skipIf(!HAS_SHARED)('the recorded trades of XRPETH', () => {
  const lines = (...parts: string[]) =>
    gunzipSync(readFileSync(sharedPath('data', ...parts)))
      .toString()
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','))

  it('make the klines that others made of them, and keep their ids', async () => {
    const file = sharedPath('data', 'aggtrades', 'XRPETH-2019-10-11.csv.gz')
    const { client, address } = await taped(['--data', file], 2000)
    const socket = await connect(`${address.stream}/stream?streams=xrpeth@aggTrade/xrpeth@kline_1m`)
    await client.control('POST', '/advance', { bars: 2000 })
    const due = new Map(lines('klines', 'XRPETH-1m-2019-10-11.csv.gz').map((row) => [Number(row[0]), row]))
    const trades = lines('aggtrades', 'XRPETH-2019-10-11.csv.gz')
    let startTime = 0
    let [traded, quiet] = [0, 0]
    for (;;) {
      const { body } = await client.get('/api/v3/klines', {
        ...{ symbol: 'XRPETH', interval: '1m', limit: 1000, startTime },
      })
      for (const row of body) {
        const found = due.get(row[0])
        if (found) {
          expect(row.slice(1, 6).map(Number)).toEqual(found.slice(1, 6).map(Number))
          traded++
        } else {
          expect([row[5], row[8]]).toEqual(['0.00000000', 0])
          quiet++
        }
      }
      if (body.length < 1000) break
      startTime = body.at(-1)[0] + 1
    }
    expect([traded, quiet]).toEqual([2469, 1091])

    const shown = trades.map(([a, p, q, f, l, T, m]) => ({
      ...{ a: Number(a), p, q, f: Number(f), l: Number(l), T: Number(T), m: m === 'True', M: true },
    }))
    const { body: page } = await client.get('/api/v3/aggTrades', {
      ...{ symbol: 'XRPETH', fromId: 13_519_807, limit: 1000 },
    })
    expect(page).toEqual(shown.slice(0, 1000))

    const start = Date.UTC(2019, 9, 11) + 2000 * 60_000
    const frames = [...socket.waiting].map((frame) => Object(frame).data)
    const streamed = frames.filter(({ e }) => e === 'aggTrade').map(({ e, E, s, ...rest }) => rest)
    expect(streamed).toEqual(shown.filter(({ T }) => T >= start))
    const closed = frames.filter(({ k }) => k?.x)
    expect(closed).toHaveLength(1560)
    for (const { k } of closed) {
      const found = due.get(k.t)
      if (found) expect([k.o, k.h, k.l, k.c, k.v].map(Number)).toEqual(found.slice(1, 6).map(Number))
    }
  }, 30_000)
})
