/** The operations page in Chromium: filled by events, readable, narrow and wide, and its two buttons. */
import axe from 'axe-core'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { startOpsServer } from '../../engine/live/operations/ops-server.js'
import type { LiveStatus } from '../../engine/live/operations/status.js'
import type { OpenOrder } from '../../engine/live/orders/wire-news.js'
import { CHROMIUM_ARGS, chromiumPath, REQUIRE_ALL } from '../chromium.js'
import { FIGURES } from './page-figures.js'

const executablePath = chromiumPath()
const HOSTILE = '<img src=x onerror=alert(1)>'

const ORDERS: readonly OpenOrder[] = [
  {
    ...{ id: 'nb1795880828-dd35d6-mx0zsfc0-17', side: 'BUY', type: 'LIMIT_MAKER', price: '19990.5' },
    ...{ quantity: '0.25', executed: '0.1', phase: 'OPEN', isLeaving: true, ageMs: 61_000 },
  },
  {
    ...{ id: HOSTILE, side: 'SELL', type: 'MARKET', price: null, quantity: '0.5' },
    ...{ executed: '0', phase: 'UNKNOWN', isLeaving: false, ageMs: 3000 },
  },
]

const STATUS: LiveStatus = {
  ...{ schema: 'nextbar/status@1', pid: 1, mode: 'paper', state: 'ready', reason: null },
  ...{ strategy: HOSTILE, strategyHash: 'ab', params: { fast: 5 }, interval: '1m' },
  symbols: [
    {
      ...{ symbol: 'BTCUSDT', quantity: '0.5', lastClose: 20_000, value: 10_000, hasPending: true },
      ...{ lastBar: '2024-01-01T00:00:00.000Z', barAgeMs: 31_000, silenceMs: 1200 },
    },
  ],
  limits: { MAX_DAILY_LOSS: 0.85, MAX_POSITION_QUOTE: 0.5 },
  orders: {
    ...{ isHeard: true, silentMs: 900, isClean: true, lookedMs: 2000 },
    symbols: [{ symbol: 'BTCUSDT', open: 2, unknown: 1, unknownMs: 3000, orders: ORDERS, held: null }],
  },
  ...{ cash: '1.5', equity: 10_001.5, pnlDay: -12.5, isConnected: true, isUpToDate: true, backlog: 0 },
  counts: { decisions: 1, orders: 2, fills: 3, discarded: 4 },
  ledger: { seq: 9, hash: 'cd'.repeat(32) },
  ...{ started: '2024-01-01T00:00:00.000Z', updated: '2024-01-01T00:00:00.000Z' },
}

describe.skipIf(executablePath === undefined && !REQUIRE_ALL)('the operations page in Chromium', () => {
  let browser: Browser
  beforeAll(async () => {
    if (executablePath === undefined)
      throw new Error('Chromium must be installed, was not: apt-get install chromium')
    browser = await chromium.launch({ executablePath, args: [...CHROMIUM_ARGS] })
  })
  afterAll(() => browser?.close())

  async function opened(width: number, changes: Partial<LiveStatus> = {}) {
    const asked: string[] = []
    const server = await startOpsServer({
      port: 0,
      status: () => ({ ...STATUS, ...changes }),
      tail: () => [`a line ${HOSTILE}`],
      figures: () => FIGURES,
      metrics: async () => '',
      metricsType: 'text/plain',
      notReady: () => [],
      pause: () => void asked.push('pause'),
      halt: () => void asked.push('halt'),
    })
    onTestFinished(() => server.close())
    const context = await browser.newContext({ viewport: { width, height: 900 } })
    const page = await context.newPage()
    const misdeeds: string[] = []
    page.on('console', (message) => misdeeds.push(message.text()))
    page.on('pageerror', (error) => misdeeds.push(error.message))
    page.on('dialog', (dialog) => misdeeds.push(dialog.message()))
    onTestFinished(() => context.close())
    await page.goto(server.url)
    await page.locator('#equity', { hasNotText: '–' }).waitFor()
    return { page, asked, misdeeds, server }
  }

  it.each([1280, 400])('is whole at %d pixels: shown, safe, accessible, not too wide', async (width) => {
    const { page, misdeeds, server } = await opened(width)
    expect(page.url()).toBe(`${new URL(server.url).origin}/`)
    expect(await page.textContent('#state')).toBe('READY')
    expect(await page.textContent('#equity')).toBe('10,001.50')
    expect(await page.textContent('#tail')).toContain(HOSTILE)
    expect(await page.textContent('#day')).toBe('-12.50 (-0.12 %)')
    expect(await page.textContent('#budget')).toBe('weight 12 %\norders 2 %\nrequests 1 %')
    expect(await page.textContent('#answer')).toBe('35 ms\n99 %: 210 ms')
    expect(await page.textContent('#alerts')).toBe('ticket: 85 % of MAX_DAILY_LOSS is used')
    const cells = await page.locator('#open tr').evaluateAll((rows) => rows.map((row) => row.textContent))
    expect(cells).toEqual([
      `BTCUSDTBUY LIMIT_MAKER19990.50.250.161 sbeing taken back${ORDERS[0]?.id}`,
      `BTCUSDTSELL MARKETmarket0.503.0 sin doubt${HOSTILE}`,
    ])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
    // The page's own policy lets no other program in: axe comes over the debugger.
    await page.evaluate(axe.source)
    const found = await page.evaluate('axe.run().then((all) => all.violations.map((one) => one.id))')
    expect(found).toEqual([])
    expect(misdeeds).toEqual([])
  })

  it('pauses at a click and halts only when pressed for two seconds', async () => {
    const { page, asked } = await opened(1280)
    await page.click('#pause')
    await page.click('#halt')
    await page.waitForTimeout(300)
    expect(asked).toEqual(['pause'])
    await page.hover('#halt')
    await page.mouse.down()
    await page.waitForTimeout(2300)
    await page.mouse.up()
    await page.waitForTimeout(200)
    expect(asked).toEqual(['pause', 'halt'])
  })

  it('says why it is halted', async () => {
    const { page } = await opened(400, { state: 'halted', reason: 'the file KILL is there' })
    expect(await page.textContent('#why')).toBe('the file KILL is there')
    expect(await page.isDisabled('#halt')).toBe(true)
  })
})
