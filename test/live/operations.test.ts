/** What watches a session, and the few things that can be done to it from outside. */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { liveMain } from '../../engine/app/live/live-main.js'
import { writeWhole } from '../../engine/live/files/state-folder.js'
import { AlertFlow } from '../../engine/live/operations/alert-flow.js'
import { type Alert, AlertRules, type Severity } from '../../engine/live/operations/alert-rules.js'
import { AlertSender, alertBody } from '../../engine/live/operations/alert-sender.js'
import { OPS_PAGE } from '../../engine/live/operations/ops-page.js'
import { startOpsServer } from '../../engine/live/operations/ops-server.js'
import { slippageOverModel } from '../../engine/live/operations/slippage-watch.js'
import { statusOf } from '../../engine/live/operations/status.js'
import type { Fill, Liquidity } from '../../engine/model/fill.js'
import { ONE } from '../../engine/model/money.js'
import type { Side } from '../../engine/model/order.js'
import { toEpochMs } from '../../engine/model/time.js'
import { ROOT } from '../shared.js'
import { until } from './live-command.js'
import { startedSession, stateFolder, stillExchange } from './live-session.js'
import { FIGURES } from './page-figures.js'

async function command(...given: readonly (string | Readonly<Record<string, string>>)[]) {
  const words = given.filter((word) => typeof word === 'string')
  const environment = Object.assign({}, ...given.filter((word) => typeof word !== 'string'))
  let stdout = ''
  let stderr = ''
  const code = await liveMain(words, {
    stdout: {
      write(text) {
        stdout += text
      },
    },
    stderr: {
      write(text) {
        stderr += text
      },
    },
    environment,
  })
  return { code, stdout, stderr }
}

const SOME_FILL: Fill = {
  ...{ orderNumber: 1, symbolIndex: 0, side: 'BUY', type: 'MARKET', liquidity: 'TAKER', barIndex: 0 },
  ...{ time: toEpochMs(0), decisionTime: toEpochMs(0), price: 0n, quantity: 0n, quote: 0n, commission: 0n },
  ...{ commissionAsset: 'USDT', referencePrice: 0n, atr: 0, slippage: 0n, tradeNumber: 1 },
  ...{ isOutsideBar: false, isAmbiguous: false },
}

describe('a hold', () => {
  it('KILL stops a session within a second, survives it, and is cleared with a reason that the ledger holds', async () => {
    const exchange = await stillExchange()
    const state = stateFolder()
    const session = await startedSession(exchange, { state })
    await session.advance(5)
    writeFileSync(path.join(state, 'KILL'), '')
    await until(() => session.runner.state === 'halted', 'a halt', 1000)
    expect(existsSync(path.join(state, 'HALT'))).toBe(true)
    await session.advance(100)
    const asked = session.count('ORDER')
    await session.advance(200)
    expect(session.count('ORDER')).toBe(asked)
    expect(session.count('DISCARDED')).toBeGreaterThan(0)
    await session.stop()

    await expect(startedSession(exchange, { state })).rejects.toThrow(/KILL stops this session/)
    expect((await command('clear', '--state', state, '--reason', 'x')).stderr).toMatch(
      /KILL must be removed first/,
    )
    rmSync(path.join(state, 'KILL'))
    await expect(startedSession(exchange, { state })).rejects.toThrow(/halted since/)
    expect((await command('clear', '--state', state)).stderr).toMatch(/--reason must say why/)
    expect(await command('clear', '--state', state, '--reason', 'drill over')).toMatchObject({ code: 0 })
    const again = await startedSession(exchange, { state })
    await again.advance(5)
    expect(again.runner.state).toBe('ready')
    await again.stop()
    const verified = await command('verify', '--state', state)
    expect(verified).toMatchObject({ code: 0 })
    expect(readFileSync(path.join(state, 'ledger.sqlite')).includes('drill over')).toBe(true)
  })

  it('HALT that is removed by hand comes back: only a reason ends it', async () => {
    const exchange = await stillExchange()
    const state = stateFolder()
    const session = await startedSession(exchange, { state })
    await command('halt', '--state', state, '--reason', 'look first')
    await until(() => session.runner.state === 'halted', 'a halt')
    rmSync(path.join(state, 'HALT'))
    await until(() => existsSync(path.join(state, 'HALT')), 'HALT again')
    await session.stop()
  })

  it('a pause lets it sell and not buy, until it is resumed', async () => {
    const exchange = await stillExchange()
    const state = stateFolder()
    const session = await startedSession(exchange, { state })
    await command('pause', '--state', state)
    await until(() => session.runner.state === 'paused', 'a pause')
    await session.advance(100)
    await session.advance(100)
    const sides = session.news.flatMap((one) => (one.kind === 'ORDER' ? [one.order.side] : []))
    expect(sides).not.toContain('BUY')
    expect((await command('resume', '--state', state)).code).toBe(0)
    await until(() => session.runner.state === 'ready', 'the end of the pause')
    await session.advance(100)
    await session.advance(100)
    expect(session.count('ORDER')).toBeGreaterThan(0)
    await session.stop()
  })

  it('works on a folder whose ledger and status are damaged', async () => {
    const state = stateFolder()
    writeFileSync(path.join(state, 'ledger.sqlite'), 'no ledger')
    writeFileSync(path.join(state, 'status.json'), '{')
    expect((await command('halt', '--state', state, '--reason', 'r')).code).toBe(0)
    expect((await command('clear', '--state', state, '--reason', 'r')).code).toBe(0)
    expect((await command('verify', '--state', state)).code).toBe(3)
    expect((await command('status', '--state', state)).code).toBe(3)
  })
})

describe('the operations server', () => {
  async function opened() {
    const exchange = await stillExchange()
    const state = stateFolder()
    const session = await startedSession(exchange, { state })
    await session.advance(3)
    const asked: string[] = []
    const server = await startOpsServer({
      port: 0,
      status: () => statusOf(session.runner, { folder: state, started: 0, now: Date.now() }),
      tail: () => ['a line'],
      figures: () => FIGURES,
      metrics: async () => 'nextbar_state 1\n',
      metricsType: 'text/plain',
      notReady: () => [],
      pause: () => void asked.push('pause'),
      halt: () => void asked.push('halt'),
    })
    onTestFinished(() => server.close())
    const origin = new URL(server.url).origin
    const authorization = `Bearer ${server.token}`
    return { asked, server, origin, authorization }
  }

  it('shows nothing without the token but that it lives', async () => {
    const { origin, authorization, server } = await opened()
    const status = async (at: string, headers: Record<string, string> = {}) =>
      (await fetch(`${origin}${at}`, { headers, redirect: 'manual' })).status
    expect(await status('/livez')).toBe(200)
    expect(await status('/readyz')).toBe(200)
    for (const at of ['/', '/status', '/metrics', '/events', '/nothing']) expect(await status(at)).toBe(401)
    expect(await status('/?token=wrong')).toBe(401)
    expect(await status('/status', { authorization: 'Bearer wrong' })).toBe(401)
    expect(await status('/status', { authorization })).toBe(200)
    expect(await status('/metrics', { cookie: `nextbar=${server.token}` })).toBe(200)
    const first = await fetch(server.url, { redirect: 'manual' })
    expect([first.status, first.headers.get('location')]).toEqual([303, '/'])
    expect(first.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/)
  })

  it('pauses and halts when its own page asks, and does nothing else', async () => {
    const { origin, authorization, asked } = await opened()
    const post = async (at: string, headers: Record<string, string> = {}) =>
      (await fetch(`${origin}${at}`, { method: 'POST', headers: { authorization, ...headers } })).status
    expect(await post('/pause', { origin })).toBe(202)
    expect(await post('/halt', { origin: 'https://elsewhere.example' })).toBe(403)
    expect(await post('/clear')).toBe(404)
    expect(await post('/order')).toBe(404)
    expect((await fetch(`${origin}/halt`, { method: 'POST' })).status).toBe(401)
    expect((await fetch(`${origin}/halt`, { headers: { authorization } })).status).toBe(404)
    expect(await post('/halt', { origin })).toBe(202)
    expect(asked).toEqual(['pause', 'halt'])
  })

  it('has a page that allows nothing but its own program, below 60 kB', async () => {
    const { origin, authorization } = await opened()
    const answer = await fetch(origin, { headers: { authorization } })
    expect(answer.headers.get('content-security-policy')).toMatch(/default-src 'none'.*script-src 'sha256-/)
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    expect((await answer.text()).length).toBeLessThan(60_000)
    expect(OPS_PAGE).not.toMatch(/https?:|innerHTML| on[a-z]+="/)
  })
})

describe('alerts', () => {
  const halt = { kind: 'HALT', reason: 'why' } as const
  it('tell of a halt once, and once that it is over', () => {
    const rules = new AlertRules()
    expect(rules.judge(halt, 0)).toMatchObject([{ key: 'halt', severity: 'page', isResolved: false }])
    expect(rules.judge(halt, 1)).toEqual([])
    expect(rules.judge({ kind: 'CLEAR', reason: 'looked' }, 2)).toMatchObject([
      { key: 'halt', isResolved: true },
    ])
    // A session that starts again was cleared before: whoever was woken hears of it.
    expect(new AlertRules().judge({ kind: 'CLEAR', reason: 'looked' }, 3)).toMatchObject([
      { key: 'halt', isResolved: true },
    ])
  })

  it('tell of silence after two intervals, of many reconnects, of a disk that fills', () => {
    const rules = new AlertRules()
    expect(rules.judgeSilence('BTCUSDT', 1.5)).toEqual([])
    expect(rules.judgeSilence('BTCUSDT', 2.5)).toMatchObject([{ severity: 'page' }])
    expect(rules.judgeSilence('BTCUSDT', 0)).toMatchObject([{ isResolved: true }])
    const reconnect = { kind: 'RECONNECT', reason: 'closed', detail: '' } as const
    const told = Array.from({ length: 7 }, (_, k) => rules.judge(reconnect, k * 60_000)).flat()
    expect(told).toMatchObject([{ severity: 'ticket', key: 'reconnects' }])
    expect(rules.judgeReconnects(7 * 60_000)).toEqual([])
    expect(rules.judgeReconnects(3_600_000 + 120_000)).toMatchObject([{ isResolved: true }])
    expect(rules.judgeDisk(2 ** 29)).toHaveLength(1)
  })

  it('tell of slippage beyond twice the model, of a look that differs twice, of a channel and a watcher that fail', () => {
    const rules = new AlertRules()
    expect([undefined, 2, 2.1, 2.1].map((one) => rules.judgeSlippage(one).length)).toEqual([0, 0, 1, 0])
    expect(rules.judgeSlippage(1.9)).toMatchObject([{ key: 'slippage', isResolved: true }])
    const look = (orders: number) =>
      rules.judge({ kind: 'RECONCILED', differences: { orders, trades: 0, balances: 0 } }, 0)
    expect([look(1), look(0), look(1)]).toEqual([[], [], []])
    expect(look(2)).toMatchObject([{ severity: 'page', key: 'differences' }])
    expect(look(0)).toMatchObject([{ isResolved: true }])
    expect(rules.judgeChannel('webhook', 'it answered 500')).toMatchObject([{ severity: 'ticket' }])
    expect(rules.judgeChannel('webhook', undefined)).toMatchObject([{ isResolved: true }])
    const beats = [false, false, false, true].map((isHeard) => rules.judgeHeartbeat(isHeard))
    expect(beats).toMatchObject([[], [], [{ severity: 'ticket' }], [{ isResolved: true }]])
    // A limit of one order is not one that closes anything.
    expect(rules.judgeLimit('MAX_ORDER_QUOTE', 1.2)).toMatchObject([{ severity: 'ticket' }])
  })

  it('of trouble that comes and goes are told once in ten minutes, pages at once, and a flood as a number', () => {
    const flow = new AlertFlow()
    const at = (minute: number) => minute * 60_000
    const one = (severity: Severity, isResolved: boolean, key = 'k'): readonly Alert[] => [
      { key, severity, text: key, isResolved },
    ]
    const keys = (alerts: readonly Alert[]) => alerts.map(({ key, isResolved }) => `${key} ${isResolved}`)
    expect(keys(flow.pass(one('ticket', false), at(0)))).toEqual(['k false'])
    expect(keys(flow.pass(one('ticket', true), at(1)))).toEqual(['k true'])
    // It comes again too soon, goes untold, comes to stay.
    expect(flow.pass(one('ticket', false), at(2))).toEqual([])
    expect(flow.pass(one('ticket', true), at(3))).toEqual([])
    expect(flow.pass(one('ticket', false), at(4))).toEqual([])
    expect(flow.due(at(9))).toEqual([])
    expect(keys(flow.due(at(10)))).toEqual(['k false'])
    expect(keys(flow.pass(one('ticket', true), at(11)))).toEqual(['k true'])
    for (const minute of [11, 11.1, 11.2]) {
      expect(keys(flow.pass(one('page', false, 'halt'), at(minute)))).toEqual(['halt false'])
      expect(keys(flow.pass(one('page', true, 'halt'), at(minute)))).toEqual(['halt true'])
    }
    const flood = Array.from({ length: 100 }, (_, k) => flow.pass(one('ticket', false, `gap ${k}`), at(30)))
    expect(flood.flat()).toHaveLength(20)
    expect(flow.due(at(39))).toEqual([])
    expect(flow.due(at(40))).toMatchObject([{ severity: 'ticket', text: expect.stringMatching(/^80 more/) }])
    expect(flow.pass(one('page', false), at(40))).toHaveLength(1)
  })

  it('of slippage go by the 95th percentile of fills that took, in units of alpha × ATR', () => {
    // Model 0.5 × 10 = 5 a fill. Of 40 fills that took two are 30 worse: the 38th of them is still at 5.
    const fill = (worse: number, liquidity: Liquidity, side: Side): Fill => {
      const price = side === 'BUY' ? 100 + worse : 100 - worse
      const amounts = { price: BigInt(price) * ONE, referencePrice: 100n * ONE, quantity: ONE, quote: ONE }
      return { ...SOME_FILL, ...amounts, liquidity, side, atr: 10 }
    }
    const sides = ['BUY', 'SELL'] as const
    const fills = (bad: number) =>
      Array.from({ length: 40 }, (_, k) => fill(k < bad ? 30 : 5, 'TAKER', sides[k % 2] ?? 'BUY'))
    const makers = Array.from({ length: 50 }, () => fill(90, 'MAKER', 'BUY'))
    expect(slippageOverModel([...fills(2), ...makers], 0.5)).toBe(1)
    expect(slippageOverModel([...fills(3), ...makers], 0.5)).toBe(6)
    expect(slippageOverModel(fills(3), 0)).toBeUndefined()
    expect(slippageOverModel(fills(3).slice(0, 19), 0.5)).toBeUndefined()
  })

  it('go to a webhook and to a command when someone tries it, and what fails is told without its address', async () => {
    const file = path.join(stateFolder(), 'told')
    const environment = { NEXTBAR_ALERT_COMMAND: `cat >> '${file}'` }
    const tried = await command('test-alert', environment)
    expect([tried.code, tried.stdout]).toEqual([0, 'command   took an alert and its end\n'])
    const lines = readFileSync(file, 'utf8').trim().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { schema: 'nextbar/alert@1', key: 'test', isResolved: false },
      { key: 'test', isResolved: true },
    ])
    expect(await command('test-alert')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/must be set/),
    })
  })

  it('tell of an order in doubt for half a minute, of an account that is not heard, of limits and of a clock', () => {
    const rules = new AlertRules()
    const glance = (unknownMs: number, isHeard: boolean) => ({
      ...{ isHeard, silentMs: 0, isClean: true, lookedMs: 0 },
      symbols: [
        { symbol: 'BTCUSDT', open: 1, unknown: unknownMs > 0 ? 1 : 0, unknownMs, orders: [], held: null },
      ],
    })
    expect(rules.judgeOrders(glance(29_000, true), 0)).toEqual([])
    expect(rules.judgeOrders(glance(31_000, true), 0)).toMatchObject([
      { severity: 'page', key: 'unknown BTCUSDT' },
    ])
    expect(rules.judgeOrders(glance(0, false), 1_000)).toMatchObject([{ isResolved: true }])
    expect(rules.judgeOrders(glance(0, false), 60_000)).toEqual([])
    expect(rules.judgeOrders(glance(0, false), 62_000)).toMatchObject([{ severity: 'page', key: 'unheard' }])
    expect(rules.judgeOrders(glance(0, true), 63_000)).toMatchObject([{ isResolved: true }])
    const keys = (share: number) =>
      rules.judgeLimit('MAX_DAILY_LOSS', share).map((one) => [one.severity, one.isResolved])
    expect([keys(0.79), keys(0.8), keys(1), keys(1.1)]).toEqual([
      ...[[], [['ticket', false]], [['page', false]], []],
    ])
    expect(keys(0.5)).toEqual([
      ['page', true],
      ['ticket', true],
    ])
    expect(rules.judgeClock(-499)).toEqual([])
    expect(rules.judgeClock(-501)).toMatchObject([{ severity: 'ticket', key: 'clock' }])
  })

  const alert: Alert = { key: 'k', severity: 'page', text: 'a <b> & c', isResolved: false }
  const origin = { mode: 'paper', strategy: 's', symbols: ['BTCUSDT'], head: () => ({ seq: 7, hash: 'ab' }) }

  it('speak as the webhook wants it', () => {
    expect(JSON.parse(alertBody(alert, { format: 'slack' }, origin))).toEqual({
      text: 'page: paper s BTCUSDT: a &lt;b&gt; &amp; c',
    })
    expect(JSON.parse(alertBody(alert, { format: 'telegram', chat: '42' }, origin))).toMatchObject({
      chat_id: '42',
    })
    expect(JSON.parse(alertBody(alert, { format: 'generic' }, origin))).toMatchObject({
      schema: 'nextbar/alert@1',
      ledger: { seq: 7 },
    })
  })

  it('are tried again, and a webhook that fails is told without its address', async () => {
    let calls = 0
    const server = createServer((_request, response) => {
      calls++
      response.writeHead(calls < 3 ? 500 : 200).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const results: (string | undefined)[] = []
    const note = (_alert: Alert, fault: string | undefined) => void results.push(fault)
    const target = { url: `http://127.0.0.1:${port}/secret`, format: 'generic' } as const
    new AlertSender(target, origin, note, 20).send(alert)
    await until(() => results.length === 1, 'the alert', 10_000)
    expect([results, calls]).toEqual([[undefined], 3])
    server.closeAllConnections()
    server.close()
    new AlertSender(target, origin, note, 20).send(alert)
    await until(() => results.length === 2, 'the fault', 10_000)
    expect(results[1]).toMatch(/was not reached/)
    expect(results[1]).not.toMatch(/secret|127/)
  })
})

describe('the command', () => {
  it.each([
    [['--symbol', 'BTCUSDT', '--rest-url', 'http://example.com'], /must be encrypted/],
    [['--symbol', 'BTCUSDT', '--clock', 'stream'], /must stand beside addresses of this machine/],
    [['--modes', 'paper'], /must be a flag/],
    [['sma-cross'], /--symbol must name what is traded/],
    [['status'], /--state must name the folder/],
    [['statsu'], /no strategy or verb is named statsu; did you mean status\?/],
    [['status', '--state', '/nonexistent', '--loud'], /must be a flag of run-live status/],
    [['--late-after', 'soon'], /must be a duration such as 30s/],
  ])('%j is refused in words', async (words, what) => {
    const { code, stdout, stderr } = await command(...words)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(what)
  })

  it('loads no report, no store of data and no chart', () => {
    const seen = new Set<string>()
    const visit = (file: string): void => {
      if (seen.has(file)) return
      seen.add(file)
      const text = readFileSync(path.join(ROOT, file), 'utf8')
      for (const [, specifier = ''] of text.matchAll(/^(?:import|export)(?! type)[^'"]*?from '([^']+)'/gms)) {
        if (specifier.startsWith('.')) visit(path.join(path.dirname(file), specifier).replace(/\.js$/, '.ts'))
        else seen.add(specifier)
      }
    }
    visit('run-live.ts')
    expect(seen.size).toBeGreaterThan(80)
    const unwanted = [...seen].filter((one) =>
      /^(reports|data)\/|vega|duckdb|danfo|bullmq|exchange\/|sweep/.test(one),
    )
    expect(unwanted).toEqual([])
  })

  it('writes a file whole', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'nextbar-test-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    writeWhole(path.join(folder, 'a'), 'text')
    expect(readFileSync(path.join(folder, 'a'), 'utf8')).toBe('text')
    expect(existsSync(path.join(folder, 'a.new'))).toBe(false)
  })
})
