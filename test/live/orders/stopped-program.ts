/** F62: a program that is stopped while an order of its waits to be sent, and let go on. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { expect } from 'vitest'
import { BAR_FLAG } from '../../../engine/model/bars.js'
import { temporaryFolder } from '../../app/command.js'
import { ROOT } from '../../shared.js'
import { logOf, startLive, until } from '../live-command.js'
import { expectInvariants } from './invariants.js'
import { requestsOf } from './requests.js'
import { stubborn } from './stubborn.js'
import { tradingExchange, tradingWords } from './trading-program.js'

/** Bars a second; a bar is too old after this many minutes of the market. */
const [SPEED, LATE] = [4, 6]

/**
 * The order is dropped, clock and account are looked at before the next one, the bars are all there, and none that came
 * too late was traded at. Its watchdog, of 2 s, has nothing against it.
 */
export async function stoppedProgram(ms: number): Promise<void> {
  const exchange = await tradingExchange(SPEED)
  const requests = requestsOf(exchange)
  const state = path.join(temporaryFolder(), 'state')
  const words = tradingWords(exchange, state, {
    strategy: [path.join(ROOT, 'test/live/orders/stubborn.ts')],
    lateAfter: `${LATE}m`,
    more: ['--policy', 'market', '--watchdog', '2s'],
  })
  const { journal } = exchange.exchange
  const sent = () => journal.since().filter(({ kind }) => kind === 'ORDER')
  const program = startLive(words, { HOME: temporaryFolder() })
  const isOver = () => program.child.exitCode !== null
  await until(() => sent().some(({ type }) => type === 'LIMIT') || isOver(), 'an order that rests', 60_000)
  // While one is open the account's trades are asked for before the next goes: that takes longer than we wait.
  await exchange.client.control('POST', '/fault', {
    ...{ on: 'GET /api/v3/myTrades', do: 'delay', ms: 4000, count: 0 },
  })
  const pending = () => {
    const asked = [...program.output.stdout.matchAll(/"order_request".*"client_order_id":"([^"]+)"/g)]
    const there = new Set(sent().map(({ clientOrderId }) => clientOrderId))
    return asked.map(([, id]) => id ?? '').find((id) => !there.has(id))
  }
  await until(() => pending() !== undefined || isOver(), `an order that waits: ${program.output.stderr}`)
  program.child.kill('SIGSTOP')
  const dropped = pending() ?? ''
  const before = sent().length
  await new Promise((resolve) => setTimeout(resolve, ms))
  expect(sent().length, 'it is stopped').toBe(before)
  await exchange.client.control('DELETE', '/fault')
  const goesOnAt = performance.now()
  program.child.kill('SIGCONT')
  await until(() => logOf(state).some(({ reason }) => reason === 'paused') || isOver(), 'the stop is seen')
  await until(() => sent().length > before + 1 || isOver(), 'it trades on', 60_000)
  program.child.kill('SIGTERM')
  expect(await program.ended, program.output.stderr).toBe(0)
  expect(existsSync(path.join(state, 'HALT'))).toBe(false)

  // I1 to I14, the limits and the bars among them.
  const put = [program.output.stdout, program.output.stderr]
  const { record, status } = await expectInvariants({ exchange, state, strategy: stubborn, requests, put })
  expect(status.get(dropped), dropped).toBe('REJECTED')
  const reasons = record.events.flatMap((event) => (event.kind === 'ORDER' ? [event.reason] : []))
  // Behind a long stop, or on a busy machine, the look before it has timed out as well, and stops the order first.
  const kept = reasons.filter((reason) => /^GATE(_PAUSED|: RECONCILIATION)/.test(reason))
  expect(kept.length, `why orders ended: ${reasons.join(', ')}`).toBeGreaterThan(0)
  const behind = requests
    .filter(({ cameAt }) => cameAt > goesOnAt)
    .map(({ verb, path: to }) => `${verb} ${to}`)
  const first = behind.indexOf('POST /api/v3/order')
  for (const look of ['GET /api/v3/time', 'GET /api/v3/openOrders', 'GET /api/v3/account']) {
    expect(behind.indexOf(look), `${look} before the next order`).toBeGreaterThanOrEqual(0)
    expect(behind.indexOf(look), `${look} before the next order`).toBeLessThan(first)
  }
  const late = new Set(
    record.events.flatMap((event) =>
      event.kind === 'BAR' && ((event.bar.flags ?? 0) & BAR_FLAG.late) !== 0 ? [event.bar.openTime] : [],
    ),
  )
  expect(late.size, 'bars that came too late').toBeGreaterThan((SPEED * ms) / 1000 - LATE - SPEED)
  const decided = record.orders.map(({ body }) => /"decisionOpenTime":(\d+)/.exec(body)?.[1])
  expect(decided.filter((time) => late.has(Number(time)))).toEqual([])
}
