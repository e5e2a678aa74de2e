/** `run-live.ts` as a program that sends orders to a local exchange: what it needs, what it does, what it never shows. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../app/command.js'
import { startLive, until } from '../live-command.js'
import { expectInvariants } from './invariants.js'
import { requestsOf } from './requests.js'
import { tradingExchange, tradingWords } from './trading-program.js'
import { journalOf } from './truth.js'

describe('a program that trades', () => {
  it('on testnet books what the exchange says, stops with nothing open, and shows no key', async () => {
    const exchange = await tradingExchange(20)
    const requests = requestsOf(exchange)
    const state = path.join(temporaryFolder(), 'state')
    const program = startLive(tradingWords(exchange, state), { HOME: temporaryFolder() })
    const trades = async () => (await journalOf(exchange)).filter(({ kind }) => kind === 'TRADE').length
    let seen = 0
    await until(() => {
      void trades().then((count) => {
        seen = count
      })
      // Whoever reads its orders goes away: that is no fault of the session.
      if (seen >= 4) program.child.stdout?.destroy()
      return seen >= 12 || program.child.exitCode !== null
    }, `trades: ${program.output.stderr}`)
    program.child.kill('SIGTERM')
    expect(await program.ended, program.output.stderr).toBe(0)
    expect(existsSync(path.join(state, 'HALT')), 'halted').toBe(false)
    const { stdout, stderr } = program.output
    const agreed = await expectInvariants({ exchange, state, requests, put: [stdout, stderr] })
    expect(agreed.trades).toBeGreaterThanOrEqual(12)
  })

  it('for real refuses with 5 and the whole list, and sends nothing', async () => {
    const exchange = await tradingExchange(0)
    const state = path.join(temporaryFolder(), 'state')
    const program = startLive(tradingWords(exchange, state, { mode: 'live', isLimited: false }), {
      HOME: temporaryFolder(),
    })
    expect(await program.ended, program.output.stderr).toBe(5)
    for (const missing of [
      'NEXTBAR_LIVE',
      '--max-order-quote',
      '--max-daily-loss',
      '--price-collar',
      'promotion.json',
      'arm.json',
    ]) {
      expect(program.output.stderr).toContain(missing)
    }
    expect(await journalOf(exchange)).toEqual([])
    expect(program.output.stdout).toBe('')
  })
})
