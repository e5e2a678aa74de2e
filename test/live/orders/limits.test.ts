/** How much the exchange lets a session ask: its limits, its refusals, and the silence that outlives a process. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { liveMain } from '../../../engine/app/live/live-main.js'
import { temporaryFolder } from '../../app/command.js'
import { httpListener } from '../http-listener.js'
import { startLive, until } from '../live-command.js'
import { stateFolder, stillExchange } from '../live-session.js'
import { tradingExchange, tradingWords } from './trading-program.js'
import { restless, startedTrading } from './trading-session.js'
import { expectAgreement, journalOf } from './truth.js'

async function live(words: readonly string[], environment: Record<string, string> = {}) {
  let stderr = ''
  const code = await liveMain(words, {
    stdout: { write: () => true },
    stderr: {
      write(text) {
        stderr += text
      },
    },
    environment,
  })
  return { code, stderr }
}

/** The words of a program with another address for REST. */
function at(words: readonly string[], rest: string): readonly string[] {
  const place = words.indexOf('--rest-url') + 1
  return words.with(place, rest)
}

describe('limits of an exchange', () => {
  it.each([
    ['418 on the rules', 'GET /api/v3/exchangeInfo', { status: 418, code: -1003 }, /banned this address/],
    ['418 on the account', 'GET /api/v3/account', { status: 418, code: -1003 }, /banned this address/],
    ['403 in HTML', 'GET /api/v3/account', { status: 403, body: '<html>no</html>' }, /firewall/],
    ['−2014', 'GET /api/v3/account', { status: 401, code: -2014 }, /-2014/],
    ['−2015', 'GET /api/v3/account', { status: 401, code: -2015 }, /the key is wrong or has ended/],
  ])(
    '%s at the start: HALT, one alert, and no request of the next start until clear',
    async (_, on, answer, why) => {
      const exchange = await stillExchange()
      const alerts = await httpListener()
      const state = path.join(temporaryFolder(), 'state')
      await exchange.client.control('POST', '/fault', { on, do: 'answer', ...answer, count: 0 })
      const words = tradingWords(exchange, state)
      const environment = { NEXTBAR_ALERT_URL: alerts.url }
      const first = await live(words, environment)
      expect(first.code, first.stderr).not.toBe(0)
      expect(first.stderr).toMatch(why)
      expect(JSON.parse(readFileSync(path.join(state, 'HALT'), 'utf8')).reason).toMatch(why)
      expect(alerts.bodies.map((body) => JSON.parse(body))).toMatchObject([{ key: 'halt', severity: 'page' }])

      const mute = await httpListener()
      expect(await live(at(words, mute.url), environment)).toMatchObject({ code: 7 })
      expect([mute.bodies, alerts.bodies.length]).toEqual([[], 1])
      expect(await live(['clear', '--state', state, '--reason', 'looked'])).toMatchObject({ code: 0 })
      await live(at(words, mute.url), environment)
      expect(mute.bodies.length).toBeGreaterThan(0)
    },
  )

  it('418 while a program trades: silence, also of the next process; the metric counts it, the alert is one', async () => {
    const exchange = await tradingExchange(20)
    const alerts = await httpListener()
    const state = path.join(temporaryFolder(), 'state')
    const words = tradingWords(exchange, state)
    const program = startLive(words, { HOME: temporaryFolder(), NEXTBAR_ALERT_URL: alerts.url })
    await until(() => /operations page: /.test(program.output.stderr), 'a start')
    await exchange.client.control('POST', '/fault', {
      ...{
        on: 'POST /api/v3/order',
        do: 'answer',
        status: 418,
        code: -1003,
        headers: { 'retry-after': '120' },
      },
    })
    await until(() => existsSync(path.join(state, 'HALT')), 'a halt')
    const [, page = '', token = ''] = /(http\S+)\?token=(\S+)/.exec(program.output.stderr) ?? []
    const metrics = await fetch(`${page}metrics`, { headers: { authorization: `Bearer ${token}` } })
    const text = await metrics.text()
    for (const line of [
      /^nextbar_rate_limit_hits_total\{status="418"\} 1$/m,
      /^nextbar_rate_limit_hits_total\{status="429"\} 0$/m,
      /^nextbar_rate_limit_used_ratio\{type="weight"\} 0\.\d+$/m,
      /^nextbar_rate_limit_used_ratio\{type="orders"\} \d/m,
      /^nextbar_rate_limit_used_ratio\{type="raw"\} \d/m,
      /^nextbar_state\{state="halted"\} 1$/m,
    ])
      expect(text).toMatch(line)
    const halts = () => alerts.bodies.map((body) => JSON.parse(body)).filter(({ key }) => key === 'halt')
    await until(() => halts().length > 0, 'an alert')
    program.child.kill('SIGKILL')
    await program.ended
    expect(halts()).toMatchObject([{ severity: 'page', text: expect.stringContaining('418') }])
    const mute = await httpListener()
    const next = startLive(at(words, mute.url), { HOME: temporaryFolder() })
    expect(await next.ended, next.output.stderr).toBe(7)
    expect(next.output.stderr).toContain('halted since')
    expect(mute.bodies).toEqual([])
  })

  if (process.env.NEXTBAR_SOAK !== undefined)
    it('of orders, as exchangeInfo states them, are kept: no order is refused for their number', async () => {
      const limits = [
        { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 6000 },
        { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 1, limit: 1 },
        { rateLimitType: 'RAW_REQUESTS', interval: 'MINUTE', intervalNum: 5, limit: 300_000 },
      ] as const
      const exchange = await tradingExchange(20, { limits })
      const state = path.join(temporaryFolder(), 'state')
      const program = startLive(tradingWords(exchange, state), { HOME: temporaryFolder() })
      const orders = () => exchange.exchange.journal.since().filter(({ kind }) => kind === 'ORDER')
      await until(() => orders().length >= 3, `orders: ${program.output.stderr}`)
      program.child.kill('SIGTERM')
      expect(await program.ended, program.output.stderr).toBe(0)
      const { record } = await expectAgreement(exchange, state)
      const reasons = record.events.flatMap((event) => (event.kind === 'ORDER' ? [event.reason] : []))
      expect(reasons.filter((reason) => /-1015|-1003/.test(reason))).toEqual([])
    })

  it('F53, another process uses 90 % of the weight: what can wait stops, orders go on', async () => {
    const exchange = await stillExchange()
    const state = stateFolder()
    const limits = [{ kind: 'REQUEST_WEIGHT', windowMs: 86_400_000, limit: 6000 }] as const
    const session = await startedTrading(exchange, { state, strategy: restless, reconcileMs: 500, limits })
    await session.advance(3)
    await until(() => session.told('reconcile').length > 0, 'looks at the account')
    const headers = { 'x-mbx-used-weight-1d': '5400' }
    await exchange.client.control('POST', '/fault', { on: '* /api/v3/*', do: 'headers', headers, count: 0 })
    await until(() => session.limiter.share('REQUEST_WEIGHT') >= 0.9, 'the weight of another')
    await new Promise((resolve) => setTimeout(resolve, 60))
    const looks = session.told('reconcile').length
    const orders = (await journalOf(exchange)).length
    await session.advance(4)
    expect((await journalOf(exchange)).length).toBeGreaterThan(orders)
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect(session.told('reconcile').length).toBe(looks)
  })
})
