/** Bars against the trades they are made of: what is due is said by sums done by hand, and by recorded trades. */
import { describe, expect, it } from 'vitest'
import { readExchangeFlags } from '../../engine/app/exchange/exchange-flags.js'
import { exchangeSources } from '../../engine/app/exchange/exchange-sources.js'
import { TradeCheck, type TradeVerdict } from '../../engine/live/feed/trade-check.js'
import type { Bar } from '../../engine/model/bars.js'
import { parseStreamMessage, type TradeMessage } from '../../engine/venue/stream-message.js'
import { started } from '../exchange/started.js'
import { HAS_SHARED, sharedPath } from '../shared.js'
import { until } from './live-command.js'
import { startedSession, stateFolder, stillExchange } from './live-session.js'

const T0 = Date.UTC(2024, 0, 1)
const MINUTE = 60_000

function trade(a: number, at: number, p: string, q: string): TradeMessage {
  const T = T0 + at
  const event = { e: 'aggTrade', E: T, s: 'BTCUSDT', a, p, q, f: a, l: a, T, m: false, M: true }
  const message = parseStreamMessage(JSON.stringify(event))
  if (message.kind !== 'TRADE') throw new Error(`must be a trade, was ${message.kind}`)
  return message
}

const bar = (minute: number, [open, high, low, close, volume]: readonly number[]): Bar => ({
  openTime: T0 + minute * MINUTE,
  ...{ open: open ?? 0, high: high ?? 0, low: low ?? 0, close: close ?? 0, volume: volume ?? 0 },
})

const said = (verdicts: readonly TradeVerdict[]) =>
  verdicts.map(({ bar: { openTime }, result }) => [(openTime - T0) / MINUTE, result])

/** A check that has seen a trade in minute 0, so that minute 1 is the first whole one. */
function begun(): TradeCheck {
  const check = new TradeCheck('BTCUSDT', '1m')
  check.takeTrade(trade(10, 30_000, '100', '1'))
  return check
}

describe('bars held against trades', () => {
  it('are the same when the trades add up to them, whichever comes first', () => {
    const check = begun()
    check.takeTrade(trade(11, MINUTE, '100.5', '0.1'))
    check.takeTrade(trade(12, MINUTE + 1, '101', '0.2'))
    check.takeTrade(trade(13, MINUTE + 59_999, '99.9', '0.00000001'))
    expect(said(check.takeBar(bar(0, [100, 100, 100, 100, 1])))).toEqual([[0, 'unknown']])
    expect(said(check.takeBar(bar(1, [100.5, 101, 99.9, 99.9, 0.30000001])))).toEqual([])
    expect(said(check.takeTrade(trade(14, 2 * MINUTE, '99', '5')))).toEqual([[1, 'same']])
    expect(said(check.takeTrade(trade(15, 3 * MINUTE, '98', '1')))).toEqual([])
    expect(said(check.takeBar(bar(2, [99, 99, 99, 99, 5])))).toEqual([[2, 'same']])
  })

  it('differ by any price or the last digit of the volume', () => {
    for (const k of [0, 1, 2, 3, 4]) {
      const check = begun()
      check.takeTrade(trade(11, MINUTE, '100', '1'))
      const values = [100, 100, 100, 100, 1]
      values[k] = (values[k] ?? 0) + 1e-8
      check.takeBar(bar(1, values))
      const verdicts = check.takeTrade(trade(12, 2 * MINUTE, '100', '1'))
      expect(said(verdicts)).toEqual([[1, 'different']])
      expect(verdicts[0]?.traded).toMatchObject({ close: 100, volume: 1, origin: 'trades' })
    }
  })

  it('are unknown where an id is missing, on both sides of it, and no longer', () => {
    const check = begun()
    check.takeTrade(trade(11, MINUTE, '100', '1'))
    check.takeBar(bar(1, [100, 100, 100, 100, 3]))
    check.takeBar(bar(2, [100, 100, 100, 100, 1]))
    expect(said(check.takeTrade(trade(13, 2 * MINUTE, '100', '1')))).toEqual([[1, 'unknown']])
    expect(said(check.takeTrade(trade(14, 3 * MINUTE, '100', '1')))).toEqual([[2, 'unknown']])
    check.takeBar(bar(3, [100, 100, 100, 100, 1]))
    expect(said(check.takeTrade(trade(15, 4 * MINUTE, '100', '1')))).toEqual([[3, 'same']])
  })

  it('without trades must have no volume', () => {
    const check = begun()
    check.takeBar(bar(1, [100, 100, 100, 100, 0]))
    check.takeBar(bar(2, [100, 100, 100, 100, 0.5]))
    expect(said(check.takeTrade(trade(11, 3 * MINUTE, '100', '1')))).toEqual([
      [1, 'same'],
      [2, 'different'],
    ])
  })

  it('take a trade that comes over two connections once', () => {
    const check = begun()
    for (const _ of [1, 2]) check.takeTrade(trade(11, MINUTE, '100', '1'))
    check.takeBar(bar(1, [100, 100, 100, 100, 1]))
    expect(said(check.takeTrade(trade(12, 2 * MINUTE, '100', '1')))).toEqual([[1, 'same']])
  })

  it('wait in bounded number for trades that never come', () => {
    const check = begun()
    const verdicts = Array.from({ length: 300 }, (_, k) => check.takeBar(bar(k + 1, [1, 1, 1, 1, 1]))).flat()
    expect(verdicts).toHaveLength(300 - 256)
    expect(new Set(verdicts.map(({ result }) => result))).toEqual(new Set(['unknown']))
  })
})

describe('a session with ticks', () => {
  it('holds each bar against its trades, and tells the one that the stream made up', async () => {
    const exchange = await stillExchange()
    const session = await startedSession(exchange, { state: stateFolder(), ticks: true })
    await session.advance(5)
    await exchange.client.control('POST', '/fault', {
      ...{ on: 'stream btcusdt@kline_1m', do: 'replace', count: 1 },
      ...{ where: { 'k.x': true }, set: { 'k.v': '123.45000000' } },
    })
    await session.advance(5)
    const checks = () => session.news.flatMap((one) => (one.kind === 'TRADE_CHECK' ? [one.verdict] : []))
    await until(() => checks().length >= 9, 'nine verdicts')
    expect(checks().map(({ result }) => result)).toEqual([
      ...['unknown', 'same', 'same', 'same', 'same'],
      ...['different', 'same', 'same', 'same'],
    ])
    const conflicts = session.news.flatMap((one) => (one.kind === 'CONFLICT' ? [one] : []))
    expect(conflicts.map(({ used, other }) => [used.volume, used.origin, other.origin])).toEqual([
      [123.45, 'stream', 'trades'],
    ])
    await session.stop()
  })

  it.skipIf(!HAS_SHARED)('finds the recorded trades of XRPETH and its klines to be the same', async () => {
    const words = ['--data', sharedPath('data', 'aggtrades', 'XRPETH-2019-10-11.csv.gz')]
    const symbols = await exchangeSources(readExchangeFlags(words))
    const exchange = await started({ symbols, history: 1000 })
    const session = await startedSession(exchange, {
      ...{ state: stateFolder(), ticks: true, symbols: ['XRPETH'] },
    })
    await session.advance(500)
    const results = session.news.flatMap((one) => (one.kind === 'TRADE_CHECK' ? [one.verdict.result] : []))
    expect(results.length).toBeGreaterThan(480)
    expect(results.filter((result) => result !== 'same').length).toBeLessThanOrEqual(1)
    expect(session.count('CONFLICT')).toBe(0)
    await session.stop()
  })
})
