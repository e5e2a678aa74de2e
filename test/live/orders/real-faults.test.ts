/** Faults that need a process of their own to be killed, or to be stopped. */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { clear } from '../../../engine/live/files/control-files.js'
import { temporaryFolder } from '../../app/command.js'
import { ROOT } from '../../shared.js'
import { countOf, type LiveProgram, logOf, startLive, until } from '../live-command.js'
import { expectInvariants, expectReady } from './invariants.js'
import { requestsOf } from './requests.js'
import { stalledProgram } from './stalled-program.js'
import { stoppedProgram } from './stopped-program.js'
import { standingOf, tradingExchange, tradingWords } from './trading-program.js'
import { expectWhole } from './truth.js'

const IS_SOAK = process.env.NEXTBAR_SOAK !== undefined
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Lowers or raises what a running program may use of a resource. */
function limit({ child }: LiveProgram, resource: 'fsize' | 'nofile', most: number): void {
  execFileSync('prlimit', ['--pid', String(child.pid), `--${resource}=${most}:`])
}

/** A program that trades, and what it takes to start it again. */
async function trading() {
  const exchange = await tradingExchange(20)
  const requests = requestsOf(exchange)
  const state = path.join(temporaryFolder(), 'state')
  const lives: number[] = []
  const HOME = temporaryFolder()
  const { journal } = exchange.exchange
  const put: string[] = []
  const begin = (environment: Record<string, string> = {}, mostKiB?: number): LiveProgram => {
    lives.push(performance.now())
    return startLive(tradingWords(exchange, state), { HOME, ...environment }, mostKiB)
  }
  return {
    ...{ exchange, state, journal, begin },
    orders: () => journal.since().filter(({ kind }) => kind === 'ORDER').length,
    keep: ({ output }: LiveProgram) => void put.push(output.stdout, output.stderr),
    /** Lets a program trade a little more, stops it, and holds all of it against the exchange. */
    async settle(program: LiveProgram, halt?: 'cleared') {
      const due = journal.since().filter(({ kind }) => kind === 'ORDER').length + 2
      const more = () => journal.since().filter(({ kind }) => kind === 'ORDER').length >= due
      await until(() => more() || program.child.exitCode !== null, 'it trades on', 60_000)
      await expectReady(() => standingOf(state), program.output.stderr)
      program.child.kill('SIGTERM')
      expect(await program.ended, program.output.stderr).toBe(0)
      put.push(program.output.stdout, program.output.stderr)
      return expectInvariants({ exchange, state, requests, lives, put, ...(halt && { halt }) })
    },
  }
}

/** F58: an order is sent, and nothing comes back before the program is killed; it is found by its id. */
async function killedOnTheWire(): Promise<void> {
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

  it('does so whatever comes: killed with an order on the wire (F58), stopped for 6 s (F62), never returning (F73)', async () => {
    await Promise.all([killedOnTheWire(), stoppedProgram(6_000), stalledProgram()])
  }, 120_000)

  it.each(IS_SOAK ? ['F65 and F66, of which no file may grow any more'] : [])(
    '%s: halts, takes back what is open, and finds its fills when it starts again',
    async () => {
      const { begin, keep, orders, journal, state, exchange, settle } = await trading()
      // XFSZ is ignored from the start on: a write beyond the limit is cut short, and the next one fails.
      const program = begin({}, 1 << 20)
      await until(() => orders() > 3, `orders: ${program.output.stderr}`)
      const size = Math.max(
        ...['', '-wal'].map((end) => statSync(path.join(state, `ledger.sqlite${end}`)).size),
      )
      limit(program, 'fsize', size + 700)
      expect(await program.ended, program.output.stderr).toBe(7)
      keep(program)
      expect(program.output.stderr).toMatch(/the ledger must be written before anything is done/)
      expectWhole(journal.since(), state)
      const { body } = await exchange.client.signed('GET', '/api/v3/openOrders', { symbol: 'BTCUSDT' })
      expect(body, 'what was open is taken back').toEqual([])
      clear(state, 'there is room again', Date.now())
      await settle(begin(), 'cleared')
    },
    120_000,
  )

  it.each(IS_SOAK ? ['F83, which may open no file and no connection any more'] : [])(
    '%s: halts with the reason, and nothing is half done',
    async () => {
      const { begin, keep, orders, journal, state, exchange, settle } = await trading()
      const program = begin()
      await until(() => orders() > 3, `orders: ${program.output.stderr}`)
      limit(program, 'nofile', 4)
      await exchange.client.control('POST', '/fault', [
        { on: 'now', do: 'close-streams' },
        { on: 'now', do: 'close-users' },
      ])
      await until(() => /may open no more files or connections/.test(program.output.stderr), 'a halt')
      const before = orders()
      await sleep(3000)
      expect(orders()).toBe(before)
      limit(program, 'nofile', 1024)
      await until(() => existsSync(path.join(state, 'HALT')), 'HALT is written when there is room')
      program.child.kill('SIGKILL')
      await program.ended
      keep(program)
      expectWhole(journal.since(), state)
      clear(state, 'the limit is higher', Date.now())
      await settle(begin(), 'cleared')
    },
    120_000,
  )

  it.each(IS_SOAK ? ['F80, sent a frame of 200 MB, a million small ones and JSON 100,000 deep'] : [])(
    '%s: its memory stays bounded, and nothing is missed',
    async () => {
      const { begin, orders, exchange, journal, settle } = await trading()
      const program = begin()
      await until(() => orders() > 3, `orders: ${program.output.stderr}`)
      const peak = () => {
        const status = readFileSync(`/proc/${program.child.pid}/status`, 'utf8')
        return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024
      }
      const before = peak()
      const on = 'user executionReport'
      const faults = [
        { on, do: 'giant', bytes: 200 << 20 },
        { on, do: 'flood', size: 1_000_000 },
        { on, do: 'raw', text: '['.repeat(100_000) },
      ]
      const happened = () => journal.since().filter(({ kind }) => kind === 'FAULT').length
      for (const [k, fault] of faults.entries()) {
        await exchange.client.control('POST', '/fault', fault)
        await until(() => happened() > k, String(fault.do), 60_000)
        const more = orders() + 2
        await until(() => orders() >= more, `it trades on behind ${fault.do}`, 90_000)
      }
      expect(peak() - before, 'MiB').toBeLessThan(300)
      await settle(program)
    },
    300_000,
  )

  it.each(IS_SOAK ? [90_000] : [])(
    'stopped for %i ms and let go on, F62, drops what it had decided and looks first',
    (ms) => stoppedProgram(ms),
    300_000,
  )

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
