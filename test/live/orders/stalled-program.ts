/** F73: a program whose strategy never returns, with an order on the exchange. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect } from 'vitest'
import { liveMain } from '../../../engine/app/live/live-main.js'
import { clear } from '../../../engine/live/files/control-files.js'
import { temporaryFolder } from '../../app/command.js'
import { ROOT } from '../../shared.js'
import { httpListener } from '../http-listener.js'
import { logOf, startLive, until } from '../live-command.js'
import { stubborn } from './stubborn.js'
import { tradingExchange, tradingWords } from './trading-program.js'
import { expectAgreement, expectWhole } from './truth.js'

/** `run-live.ts` with these words, inside the test's process. */
async function command(...words: readonly string[]) {
  const output = { stdout: '', stderr: '' }
  const code = await liveMain(words, {
    stdout: {
      write(text) {
        output.stdout += text
      },
    },
    stderr: {
      write(text) {
        output.stderr += text
      },
    },
    environment: {},
  })
  return { code, ...output }
}

/** It is halted for good, told, and ended with 7; its order is taken back without it; once cleared it goes on. */
export async function stalledProgram(): Promise<void> {
  const exchange = await tradingExchange(10)
  const pages = await httpListener()
  const state = path.join(temporaryFolder(), 'state')
  const HOME = temporaryFolder()
  const words = tradingWords(exchange, state, {
    strategy: [path.join(ROOT, 'test/live/orders/stubborn.ts')],
    // A busy machine may be late: what is asked for counts all the same.
    lateAfter: '600m',
  })
  const stuck = startLive([...words, '--watchdog', '2s'], {
    HOME,
    NEXTBAR_TEST_STUCK: '1',
    NEXTBAR_ALERT_URL: pages.url,
  })
  expect(await stuck.ended, stuck.output.stderr).toBe(7)

  const { journal } = exchange.exchange
  const { record } = expectWhole(journal.since(), state)
  const { body: open } = await exchange.client.signed('GET', '/api/v3/openOrders', { symbol: 'BTCUSDT' })
  // Beside a post, which may not have been filled yet.
  const resting = open.find(({ type }: { readonly type: string }) => type === 'LIMIT')
  expect(resting, 'the exchange still has it').toBeDefined()
  // The bar after the last that the ledger holds.
  const last = record.events.flatMap((event) => (event.kind === 'BAR' ? [event.bar.openTime] : [])).at(-1)
  const bar = new Date((last ?? 0) + 60_000).toISOString()
  const { reason } = JSON.parse(readFileSync(path.join(state, 'HALT'), 'utf8'))
  expect(reason).toContain(`stubborn did not return from its decision at the bar of ${bar} within 2 s`)
  // A fill of the bar before may not have been heard yet.
  expect(reason).toMatch(/orders that may be open on the exchange: [1-9]; they stay there/)
  expect(reason).toContain(`run-live.ts cancel-all --state ${state}`)
  expect(stuck.output.stderr).toContain(`halted: ${reason}`)
  expect(logOf(state).at(-1)).toMatchObject({ type: 'halt', msg: `halted: ${reason}` })
  const told = pages.bodies.map((one) => JSON.parse(one)).filter(({ key }) => key === 'halt')
  expect(told).toMatchObject([{ severity: 'page', isResolved: false, mode: 'testnet' }])
  expect(told[0].text).toBe(`halted: ${reason}`)
  expect(told[0].ledger.seq).toBeGreaterThan(0)

  const keyFile = words[words.indexOf('--key-file') + 1] ?? ''
  const where = ['--state', state, '--key-file', keyFile, '--rest-url', exchange.address.rest]
  const canceled = await command('cancel-all', ...where)
  expect(canceled.stderr).toBe('')
  expect(canceled.stdout).toContain(`taken back BTCUSDT ${resting.clientOrderId}\n`)
  expect(canceled.stdout).toContain(`halted    as before: ${reason}`)
  const { body: left } = await exchange.client.signed('GET', '/api/v3/openOrders', { symbol: 'BTCUSDT' })
  expect(left).toEqual([])

  const refused = await command(...words)
  expect([refused.code, refused.stderr]).toEqual([7, expect.stringContaining(reason)])
  clear(state, 'the strategy returns now', Date.now())

  const orders = () => journal.since().filter(({ kind }) => kind === 'ORDER').length
  const due = orders() + 2
  const again = startLive(words, { HOME })
  await until(() => orders() >= due || again.child.exitCode !== null, 'it trades on', 60_000)
  again.child.kill('SIGTERM')
  expect(await again.ended, again.output.stderr).toBe(0)
  const agreed = await expectAgreement(exchange, state, stubborn)
  expect(agreed.open).toEqual([])
  expect(agreed.status.get(resting.clientOrderId)).toBe('CANCELED')
  const held = agreed.record.events.flatMap((event) =>
    event.kind === 'HALT' || event.kind === 'CLEAR' ? [[event.kind, event.reason]] : [],
  )
  expect(held).toEqual([
    ['HALT', reason],
    ['CLEAR', 'the strategy returns now'],
  ])
}
