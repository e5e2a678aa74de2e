/** Faults that need a process of their own to be killed, or to be stopped. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../app/command.js'
import { ROOT } from '../../shared.js'
import { countOf, type LiveProgram, logOf, startLive, until } from '../live-command.js'
import { bytesIn, expectNoSecret } from './canary.js'
import { tradingExchange, tradingWords } from './trading-program.js'
import { expectAgreement, expectWhole } from './truth.js'

const IS_SOAK = process.env.NEXTBAR_SOAK !== undefined
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** A program that trades, and what it takes to start it again. */
async function trading() {
  const exchange = await tradingExchange(20)
  const state = path.join(temporaryFolder(), 'state')
  const HOME = temporaryFolder()
  const { journal } = exchange.exchange
  const put: string[] = []
  const begin = (environment: Record<string, string> = {}): LiveProgram =>
    startLive(tradingWords(exchange, state), { HOME, ...environment })
  return {
    ...{ exchange, state, journal, begin },
    orders: () => journal.since().filter(({ kind }) => kind === 'ORDER').length,
    keep: ({ output }: LiveProgram) => void put.push(output.stdout, output.stderr),
    /** Lets a program trade a little more, stops it, and holds all of it against the exchange. */
    async settle(program: LiveProgram) {
      const due = journal.since().filter(({ kind }) => kind === 'ORDER').length + 2
      const more = () => journal.since().filter(({ kind }) => kind === 'ORDER').length >= due
      await until(() => more() || program.child.exitCode !== null, 'it trades on', 60_000)
      program.child.kill('SIGTERM')
      expect(await program.ended, program.output.stderr).toBe(0)
      put.push(program.output.stdout, program.output.stderr)
      const agreed = await expectAgreement(exchange, state)
      expect(agreed.open).toEqual([])
      expectNoSecret(exchange.address, [...bytesIn(state), ...put])
      return agreed
    },
  }
}

describe('a program that trades', () => {
  it.each(
    [
      ['F57, when the ledger has an order and nothing is sent', 'before-send:3'],
      ['F59, when an answer came and is not in the ledger', 'after-answer:3'],
    ].filter(() => IS_SOAK),
  )(
    'killed %s, goes on as if nothing had been',
    async (_, failpoint) => {
      const { begin, keep, journal, state, settle } = await trading()
      const first = begin({ NEXTBAR_FAILPOINT: failpoint })
      expect(await first.ended, first.output.stderr).toBe('SIGKILL')
      keep(first)
      const { known, accepted } = expectWhole(journal.since(), state)
      if (failpoint.startsWith('before')) expect(known.size).toBeGreaterThan(accepted.length)
      const { status } = await settle(begin())
      if (failpoint.startsWith('before')) expect([...status.values()]).toContain('REJECTED')
    },
    120_000,
  )

  it('killed when an order is sent and nothing came back, F58, finds it by its id', async () => {
    const { begin, keep, exchange, journal, orders, state, settle } = await trading()
    const first = begin()
    await until(() => orders() > 0, `an order: ${first.output.stderr}`)
    await exchange.client.control('POST', '/fault', [
      { on: 'POST /api/v3/order*', when: 'after-accept', do: 'delay', ms: 5000, count: 0 },
      { on: 'user executionReport', do: 'drop', count: 0 },
    ])
    const before = orders()
    await until(() => orders() > before, 'an order without an answer')
    first.child.kill('SIGKILL')
    await first.ended
    keep(first)
    await exchange.client.control('DELETE', '/fault')
    const { accepted, status } = expectWhole(journal.since(), state)
    expect(status.get(accepted.at(-1) ?? '')).toBe('')
    await settle(begin())
  }, 120_000)

  if (IS_SOAK)
    it('stopped for 8 s and let go on, F62, drops what it had decided and looks first', async () => {
      const { begin, orders, journal, state, settle } = await trading()
      const program = begin()
      await until(() => orders() > 2, `orders: ${program.output.stderr}`)
      program.child.kill('SIGSTOP')
      const before = orders()
      await sleep(8000)
      expect(orders() - before).toBeLessThanOrEqual(1)
      program.child.kill('SIGCONT')
      await until(() => logOf(state).some(({ reason }) => reason === 'paused'), 'the stop is seen')
      expectWhole(journal.since(), state)
      const { record } = await settle(program)
      const times = record.events.flatMap((event) => (event.kind === 'BAR' ? [event.bar.openTime] : []))
      expect(times).toEqual(times.map((_, i) => (times[0] ?? 0) + i * 60_000))
    }, 120_000)

  if (IS_SOAK)
    it('whose exchange is stopped for 12 s and goes on, F21, sees the silence and every bar', async () => {
      const folder = temporaryFolder()
      const words = [
        'run-exchange.ts',
        '--data',
        'synthetic:7:60000',
        '--speed',
        '5',
        '--symbol',
        'BTCUSDT',
        '--rules',
        'built-in',
        '--balance',
        'USDT=20000',
      ]
      const exchange = spawn(process.execPath, ['--import', 'tsx', ...words], {
        ...{ cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
      })
      onTestFinished(() => void exchange.kill('SIGKILL'))
      let told = ''
      exchange.stdout?.on('data', (chunk) => {
        told += String(chunk)
      })
      await until(() => told.includes('\n'), 'the addresses of the exchange')
      const address = JSON.parse(told.split('\n')[0] ?? '')
      const state = path.join(folder, 'state')
      mkdirSync(state, { mode: 0o700 })
      const program = startLive(tradingWords({ address }, state), { HOME: folder })
      await until(() => countOf(state, 'bar') > 10, `bars: ${program.output.stderr}`)
      exchange.kill('SIGSTOP')
      await sleep(12_000)
      exchange.kill('SIGCONT')
      await until(() => logOf(state).some(({ reason }) => reason === 'silent'), 'the silence is seen', 60_000)
      const bars = countOf(state, 'bar')
      await until(() => countOf(state, 'bar') > bars + 20, 'bars again', 60_000)
      program.child.kill('SIGTERM')
      expect(await program.ended, program.output.stderr).toBe(0)
      expect(existsSync(path.join(state, 'HALT'))).toBe(false)
    }, 120_000)
})
