/** A session on a local exchange: what it does with bars that come, and with those that do not. */
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { close, defineStrategy, sma } from '../../engine/index.js'
import { verifyLedger } from '../../engine/live/ledger/verify-ledger.js'
import { BAR_FLAG } from '../../engine/model/bars.js'
import { proofsOf, until } from './live-command.js'
import { type StillExchange, startedSession, stateFolder, stillExchange } from './live-session.js'

const MINUTE = 60_000
const STREAM = 'stream btcusdt@kline_1m'
const CLOSED = { 'k.x': true }
const fault = ({ client }: StillExchange, what: object) =>
  client.control('POST', '/fault', { on: STREAM, ...what })
const ledgerOf = (state: string) => path.join(state, 'ledger.sqlite')

/** Every bar is there once, in order, without a hole. */
function expectEachBarOnce(state: string, holes: readonly number[] = []): void {
  const times = proofsOf(state).bars.map(({ openTime }) => openTime)
  const first = times[0] ?? 0
  const last = times.at(-1) ?? 0
  const due = Array.from({ length: (last - first) / MINUTE + 1 }, (_, i) => first + i * MINUTE)
  expect(times).toEqual(due.filter((_, i) => !holes.includes(i)))
}

function expectProven(state: string): void {
  expect(proofsOf(state).differences).toEqual([undefined, undefined])
}

/** What the exchange was asked to change: nothing, ever. */
async function expectMute({ client }: StillExchange): Promise<void> {
  const { body } = await client.control('GET', '/journal')
  const kinds = new Set(body.entries.map(({ kind }: { kind: string }) => kind))
  for (const kind of ['ORDER', 'CANCEL', 'FILL', 'REPLACE', 'AMEND']) expect(kinds.has(kind)).toBe(false)
}

describe('a dry run', () => {
  it('over 500 bars decides, stops cleanly, verifies and is proven, and sends nothing', async () => {
    const exchange = await stillExchange()
    const state = stateFolder()
    const session = await startedSession(exchange, { state })
    for (let k = 0; k < 10; k++) await session.advance(50)
    await session.stop()
    const { counts } = verifyLedger(ledgerOf(state))
    expect(counts.bars).toBeGreaterThanOrEqual(600)
    expect(counts.decisions).toBeGreaterThan(5)
    expect(counts.fills).toBe(counts.orders)
    expect(session.count('UNSIGNED_REQUEST')).toBe(counts.orders)
    expectEachBarOnce(state)
    expectProven(state)
    await expectMute(exchange)
  })

  it('prints the wire texts of every order as numbers', async () => {
    const exchange = await stillExchange()
    const session = await startedSession(exchange, { state: stateFolder() })
    await session.advance(200)
    const lines = session.news.flatMap((one) => (one.kind === 'ORDER' ? [one.line] : []))
    const requests = session.news.flatMap((one) => (one.kind === 'UNSIGNED_REQUEST' ? [one.line] : []))
    expect(lines.length).toBeGreaterThan(1)
    for (const [k, line] of lines.entries()) {
      expect(line).toMatch(
        /^\{"type":"order_request","side":"(BUY|SELL)","order_type":"MARKET","price":null,/,
      )
      const { quantity, quote_quantity, client_order_id: id } = JSON.parse(line)
      const query = new URLSearchParams(JSON.parse(requests[k] ?? '').request.split('?')[1])
      expect(query.get('newClientOrderId')).toBe(id)
      expect(id).toMatch(/^nb1800000000-ababab-[0-9a-z]{8}-\d+$/)
      const [name, value] = quantity === null ? ['quoteOrderQty', quote_quantity] : ['quantity', quantity]
      expect(Number(query.get(name))).toBe(value)
      expect(line).toContain(`:${query.get(name)},`)
    }
  })
})

describe('bars that do not come as they should', () => {
  it.each([
    ['closes that are dropped', { do: 'drop', where: CLOSED, count: 5 }],
    ['every tenth frame dropped', { do: 'drop', count: 40 }],
    ['closes that come twice', { do: 'duplicate', where: CLOSED, count: 30 }],
    ['frames out of order', { do: 'reorder', size: 4, count: 20 }],
    ['old frames again', { do: 'repeat-old', count: 30 }],
    ['frames that are no JSON', { do: 'raw', text: '{"e":"kline"', count: 10 }],
    ['bars that no market can make', { do: 'replace', where: CLOSED, set: { 'k.h': '0.01' }, count: 3 }],
    ['closes that are cut off', { do: 'cut', where: CLOSED, count: 3 }],
    ['closed connections', { do: 'close', count: 3 }],
    ['frames too large', { do: 'giant', bytes: 3 << 20, count: 2 }],
  ])('%s: each bar once, and proven', async (_name, what) => {
    const exchange = await stillExchange()
    const state = stateFolder()
    const session = await startedSession(exchange, { state })
    await session.advance(5)
    await fault(exchange, what)
    for (let k = 0; k < 12; k++) {
      await exchange.client.control('POST', '/advance', { bars: 5 })
      await new Promise((resolve) => setTimeout(resolve, 30))
    }
    await exchange.client.control('DELETE', '/fault')
    await exchange.client.control('POST', '/advance', { bars: 1 })
    await until(() => session.runner.feed.isConnected, 'a connection')
    await exchange.client.control('POST', '/advance', { bars: 1 })
    await until(() => session.bars() >= 66, `66 bars, has ${session.bars()}`)
    await session.stop()
    verifyLedger(ledgerOf(state))
    expectEachBarOnce(state)
    expectProven(state)
  })

  it('a close that is contradicted later is kept, told once, and proven', async () => {
    const exchange = await stillExchange()
    const state = stateFolder()
    const session = await startedSession(exchange, { state })
    await session.advance(5)
    await fault(exchange, {
      do: 'contradict',
      where: CLOSED,
      set: { 'k.c': '1.00', 'k.l': '0.50' },
      count: 1,
    })
    await session.advance(20)
    await session.stop()
    const conflicts = session.news.flatMap((one) => (one.kind === 'CONFLICT' ? [one] : []))
    expect(conflicts.map(({ other }) => other.close)).toEqual([1])
    expectEachBarOnce(state)
    expectProven(state)
  })

  it('a mute stream is ended and opened anew, and what it kept back comes over REST', async () => {
    const exchange = await stillExchange()
    const state = stateFolder()
    const session = await startedSession(exchange, { state, patience: { silenceMs: 500 } })
    await session.advance(5)
    await fault(exchange, { do: 'drop', count: 0 })
    await exchange.client.control('POST', '/advance', { bars: 7 })
    await until(() => session.count('RECONNECT') > 0, 'a reconnect')
    await exchange.client.control('DELETE', '/fault')
    await until(() => session.runner.feed.isConnected, 'a connection')
    await exchange.client.control('POST', '/advance', { bars: 1 })
    await until(() => session.bars() >= 13, '13 bars')
    await session.stop()
    expect(session.news.find(({ kind }) => kind === 'RECONNECT')).toMatchObject({ reason: 'silent' })
    expect(proofsOf(state).bars.filter(({ origin }) => origin === 'rest').length).toBeGreaterThanOrEqual(107)
    expectEachBarOnce(state)
    expectProven(state)
  })

  it('a connection that grows old hands over to the next without a hole', async () => {
    const exchange = await stillExchange()
    const state = stateFolder()
    const session = await startedSession(exchange, { state, patience: { rolloverMs: 300 } })
    for (let k = 0; k < 20; k++) {
      await session.advance(3)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    await session.stop()
    const reasons = session.news.flatMap((one) => (one.kind === 'RECONNECT' ? [one.reason] : []))
    expect(reasons.length).toBeGreaterThan(0)
    expect(new Set(reasons)).toEqual(new Set(['rollover']))
    expectEachBarOnce(state)
    expectProven(state)
  })

  it('a server that goes away is left for the next connection', async () => {
    const exchange = await stillExchange()
    const state = stateFolder()
    const session = await startedSession(exchange, { state })
    await session.advance(3)
    await exchange.client.control('POST', '/fault', { on: 'now', do: 'server-shutdown' })
    await session.advance(5)
    await until(() => session.count('RECONNECT') > 0, 'a reconnect')
    await session.advance(5)
    await session.stop()
    expectEachBarOnce(state)
    expectProven(state)
  })

  it('REST that fails, has nothing or leaves rows out is asked again', async () => {
    const exchange = await stillExchange()
    const state = stateFolder()
    const session = await startedSession(exchange, { state })
    await session.advance(5)
    const klines = { on: 'GET /api/v3/klines' }
    await exchange.client.control('POST', '/fault', [
      { on: STREAM, do: 'drop', where: CLOSED, count: 3 },
      { ...klines, do: 'answer', status: 503, code: -1008, count: 3 },
      { ...klines, do: 'empty', count: 1 },
    ])
    await exchange.client.control('POST', '/advance', { bars: 6 })
    await until(() => session.bars() >= 11, '11 bars')
    await session.stop()
    expect(session.count('REST_FAULT')).toBeGreaterThan(0)
    expectEachBarOnce(state)
    expectProven(state)
  })

  it('a ban halts the session for good, and the halt outlives it', async () => {
    const exchange = await stillExchange()
    const state = stateFolder()
    const session = await startedSession(exchange, { state })
    await session.advance(5)
    await exchange.client.control('POST', '/fault', [
      { on: STREAM, do: 'drop', where: CLOSED, count: 1 },
      { on: 'GET /api/v3/klines', do: 'answer', status: 418, code: -1003, count: 1 },
    ])
    await exchange.client.control('POST', '/advance', { bars: 2 })
    await until(() => session.runner.state === 'halted', 'a halt')
    await session.stop()
    expect(session.count('HALT')).toBe(1)
    await expect(startedSession(exchange, { state })).rejects.toThrow(/halted since .*418/)
  })
})

/** Asks for something at every bar. */
const restless = defineStrategy({
  name: 'restless',
  indicators: () => ({ mean: sma(close, 2) }),
  onBar: (_indicators, { target, position }) => target(position.isLong ? 0 : 1),
})

describe('a session that was away', () => {
  it('sees the bars it missed, asks for nothing at them, and goes on', async () => {
    const exchange = await stillExchange()
    const state = stateFolder()
    const wishes = { state, strategy: restless, lateAfterMs: 30_000 }
    const first = await startedSession(exchange, wishes)
    for (let k = 0; k < 5; k++) await first.advance(1)
    await first.stop()
    const away = 75
    await exchange.client.control('POST', '/advance', { bars: away })
    const second = await startedSession(exchange, wishes)
    await until(() => second.bars() >= away, `${away} bars`)
    for (let k = 0; k < 5; k++) await second.advance(1)
    await second.stop()
    const { bars, record, differences } = proofsOf(state, restless)
    expect(differences).toEqual([undefined, undefined])
    const times = bars.map(({ openTime }) => openTime)
    expect(times).toEqual(times.map((_, i) => (times[0] ?? 0) + i * MINUTE))
    const late = new Set(bars.filter(({ flags }) => flags === BAR_FLAG.late).map(({ openTime }) => openTime))
    expect(late.size).toBeGreaterThanOrEqual(away - 1)
    const asked = record.orders.map(({ body }) => JSON.parse(body).order.decisionOpenTime as number)
    expect(asked.filter((time) => late.has(time))).toEqual([])
    expect(asked.filter((time) => time > Math.max(...late)).length).toBeGreaterThan(0)
    expect(second.count('DISCARDED')).toBeGreaterThan(0)
  })
})

describe('several symbols', () => {
  it('pass their moments together, wait for the one that is behind, and are proven', async () => {
    const symbols = ['BTCUSDT', 'ETHUSDT']
    const exchange = await stillExchange(symbols)
    const state = stateFolder()
    const session = await startedSession(exchange, { state, symbols })
    await session.advance(40)
    await exchange.client.control('POST', '/fault', {
      on: 'stream ethusdt@kline_1m',
      do: 'drop',
      where: CLOSED,
      count: 4,
    })
    for (let k = 0; k < 6; k++) await session.advance(20)
    await session.stop()
    const { record, differences } = proofsOf(state)
    expect(differences).toEqual([undefined, undefined])
    const times = record.events.flatMap((event) => (event.kind === 'BAR' ? [event] : []))
    for (const symbolIndex of [0, 1]) {
      const own = times.filter((event) => event.symbolIndex === symbolIndex).map(({ bar }) => bar.openTime)
      expect(own).toEqual(own.map((_, i) => (own[0] ?? 0) + i * MINUTE))
    }
    expect(record.orders.length).toBeGreaterThan(4)
  })
})
