/** Faults that come in several phases, and how a session must stand in each. */
import { expect } from 'vitest'
import { defineStrategy } from '../../../engine/index.js'
import { until } from '../live-command.js'
import type { StillExchange } from '../live-session.js'
import type { SeenRequest } from './requests.js'
import type { TradingSession } from './trading-session.js'
import { journalOf } from './truth.js'

/** A session under way, and its exchange. */
export interface Scene {
  readonly session: TradingSession
  readonly exchange: Pick<StillExchange, 'client'>
  readonly requests: readonly SeenRequest[]
}

/** Bids far below the market, each bar anew: something is always there to be taken back. */
export const lowBids = defineStrategy({
  name: 'low-bids',
  onBar(_indicators, { bars, buy, cancel }) {
    cancel()
    buy({ type: 'LIMIT', price: bars.close.at(0) * 0.9, quantity: 0.01 })
  },
})

const ordersOf = async (exchange: Scene['exchange']) =>
  (await journalOf(exchange)).filter(({ kind }) => kind === 'ORDER').length

const setStatus = (exchange: Scene['exchange'], status: string) =>
  exchange.client.control('POST', '/fault', { on: 'now', do: 'set-symbol', set: { status } })

/** Bars pass until something holds. */
async function advanceUntil({ session }: Scene, holds: () => boolean): Promise<void> {
  for (let k = 0; k < 20 && !holds(); k++) await session.advance(1)
  expect(holds(), 'within 20 bars').toBe(true)
}

/** Bars pass and nothing is let in: the session is paused for that reason, and sends no new order. */
async function expectPaused({ session, exchange, requests }: Scene, reason: RegExp): Promise<void> {
  const isHeld = () => session.runner.state === 'paused' && reason.test(session.runner.reason)
  await until(isHeld, String(reason), 2 * session.longestProbeMs + 10_000)
  const [before, sent] = [await ordersOf(exchange), requests.length]
  await session.advance(3)
  expect(await ordersOf(exchange), 'I5: no order is let in').toBe(before)
  const posts = requests.slice(sent).filter(({ verb }) => verb === 'POST')
  expect(posts, 'none is even sent').toEqual([])
  expect(session.runner.state).toBe('paused')
  expect(session.orders.glance().symbols[0]?.held).toMatch(reason)
  expect(session.orders.isOpen).toBe(false)
}

async function expectReady({ session }: Scene): Promise<void> {
  await until(() => session.runner.state === 'ready', 'ready again', 2 * session.longestProbeMs + 20_000)
  expect(session.orders.unknown, 'I10: nothing is in doubt').toBe(0)
  expect(session.count('HALT')).toBe(0)
}

/** The symbol has one status behind another, each time until a person would have seen it; no word but one lets orders in. */
export async function closeAndOpen(scene: Scene): Promise<void> {
  const { session, exchange, requests } = scene
  for (const status of ['BREAK', 'HALT', 'CANCEL_ONLY', 'AUCTION_OF_TOMORROW']) {
    await advanceUntil(scene, () => session.market.open.length > 0)
    const sent = requests.length
    await setStatus(exchange, status)
    await session.advance(1)
    await expectPaused(scene, new RegExp(`its status is ${status}`))
    expect(session.market.open).toEqual([])
    const canceled = requests.slice(sent).filter(({ verb }) => verb === 'DELETE')
    expect(canceled.filter((one) => one.status === 200).length, 'cancels are allowed').toBeGreaterThan(0)
    await setStatus(exchange, 'TRADING')
    await expectReady(scene)
  }
}

/** REST answers 503 to everything for so long, then the symbol takes cancels alone, then it trades. */
export async function maintain(scene: Scene, downMs: number): Promise<void> {
  const { session, exchange, requests } = scene
  await exchange.client.control('POST', '/fault', {
    ...{ on: '* /api/v3/*', do: 'answer', status: 503, body: '<html>Down</html>', count: 0 },
  })
  await setStatus(exchange, 'CANCEL_ONLY')
  await advanceUntil(scene, () => session.runner.state === 'paused')
  const [from, sent] = [performance.now(), requests.length]
  await expectPaused(scene, /cannot be reached/)
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, from + downMs - performance.now())))
  const probes = requests.slice(sent).filter(({ path }) => path === '/api/v3/exchangeInfo').length
  expect(probes, 'it asks').toBeGreaterThan(1)
  // Each question is tried twice, and those at first come quicker.
  expect(probes, 'slowly').toBeLessThan(20 + 2 * ((performance.now() - from) / scene.session.longestProbeMs))
  await exchange.client.control('DELETE', '/fault')
  await expectPaused(scene, /its status is CANCEL_ONLY/)
  await setStatus(exchange, 'TRADING')
  await expectReady(scene)
}
