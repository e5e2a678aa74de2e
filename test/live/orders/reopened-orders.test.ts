/** Orders that the ledger has as over and the exchange does not. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { defineStrategy } from '../../../engine/index.js'
import { until } from '../live-command.js'
import { type StillExchange, stateFolder, stillExchange } from '../live-session.js'
import { startedTrading, type TradingWishes } from './trading-session.js'

/** Buys far below the market: the order rests. */
const patient = defineStrategy({
  name: 'patient',
  onBar(_, { bars, buy, position }) {
    if (position.isFlat && !position.hasPending)
      buy({ quote: 1000, type: 'LIMIT', price: bars.close.at(0) * 0.9 })
  },
})

const WISHES: Omit<TradingWishes, 'state'> = {
  ...{ strategy: patient, settings: { policy: undefined }, wait: { recvWindowMs: 300 }, reconcileMs: 150 },
}

/** Everything about an order is lost, and asked for it the exchange has none: it counts as never there. */
async function countedOut(exchange: StillExchange, state: string) {
  const session = await startedTrading(exchange, { state, ...WISHES })
  const empty = { do: 'answer', status: 200, body: '[]', count: 0 }
  await exchange.client.control('POST', '/fault', [
    { on: 'POST /api/v3/order', when: 'after-accept', do: 'drop-reply', count: 1 },
    { on: 'user executionReport', do: 'drop', count: 1 },
    { on: 'GET /api/v3/order', do: 'answer', status: 400, code: -2013, count: 0 },
    { on: 'GET /api/v3/openOrders', ...empty },
    { on: 'GET /api/v3/myTrades', ...empty },
  ])
  await session.advance(1, false)
  await until(
    () => session.market.absentOf('BTCUSDT').length > 0,
    'an order that counts as never there',
    5000,
  )
  return session
}

const openOf = async ({ client }: StillExchange) =>
  (await client.signed('GET', '/api/v3/openOrders', { symbol: 'BTCUSDT' })).body.length

describe('an order that counts as never there', () => {
  it('and rests on the exchange is found by looking: taken back, and the session halts', async () => {
    const exchange = await stillExchange()
    const state = stateFolder()
    const session = await countedOut(exchange, state)
    await exchange.client.control('DELETE', '/fault')
    expect(await openOf(exchange)).toBe(1)
    await until(() => session.runner.state === 'halted', 'a halt', 5000)
    const [page] = session.told('reconcile').filter(({ urgency }) => urgency === 'page')
    expect(page?.message).toMatch(/is open on the exchange, and over in the ledger; it was taken back/)
    expect(existsSync(path.join(state, 'HALT'))).toBe(true)
    expect(await openOf(exchange)).toBe(0)
  })

  it('and trades later halts too, though nothing of it is booked', async () => {
    const exchange = await stillExchange()
    const session = await countedOut(exchange, stateFolder())
    await exchange.client.control('POST', '/fault', [
      { on: 'now', do: 'trade', symbol: 'BTCUSDT', price: '1', quantity: '1000' },
    ])
    expect(await openOf(exchange)).toBe(0)
    await exchange.client.control('DELETE', '/fault')
    await until(() => session.runner.state === 'halted', 'a halt', 5000)
    expect(session.count('FILL')).toBe(0)
  })

  it('and is open at the next start is taken back before anything else, and the start refused', async () => {
    const exchange = await stillExchange()
    const state = stateFolder()
    const session = await countedOut(exchange, state)
    await session.stop()
    await exchange.client.control('DELETE', '/fault')
    await expect(startedTrading(exchange, { state, ...WISHES })).rejects.toThrow(/over in the ledger/)
    expect(await openOf(exchange)).toBe(0)
  })
})
