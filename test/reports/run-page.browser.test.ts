import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderRunPage } from '../../reports/run-page.js'
import { CHROMIUM_ARGS, chromiumPath, REQUIRE_ALL } from '../chromium.js'
import { type SampleOptions, sampleRun } from './sample-run.js'

const executablePath = chromiumPath()

/** A page that was opened from disk, and everything it did that a report must not do. */
interface Opened {
  readonly page: Page
  readonly misdeeds: readonly string[]
}

describe.skipIf(executablePath === undefined && !REQUIRE_ALL)('a run page in Chromium', () => {
  let browser: Browser
  let folder: string
  let files = 0

  beforeAll(async () => {
    if (executablePath === undefined)
      throw new Error('Chromium must be installed, was not: apt-get install chromium')
    folder = mkdtempSync(join(tmpdir(), 'nextbar-page-'))
    browser = await chromium.launch({ executablePath, args: [...CHROMIUM_ARGS] })
  })

  afterAll(async () => {
    await browser?.close()
    if (folder !== undefined) rmSync(folder, { recursive: true })
  })

  const open = async (
    options: SampleOptions,
    { width = 1280, colorScheme = 'light' }: { width?: number; colorScheme?: 'light' | 'dark' } = {},
  ): Promise<Opened> => {
    const file = join(folder, `${files++}.html`)
    writeFileSync(file, await renderRunPage(sampleRun(options)))
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme })
    const misdeeds: string[] = []
    page.on('console', (message) => misdeeds.push(`console: ${message.text()}`))
    page.on('pageerror', (error) => misdeeds.push(`error: ${error.message}`))
    page.on('dialog', (dialog) => {
      misdeeds.push(`dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
    const address = pathToFileURL(file).href
    page.on('request', (request) => {
      if (request.url() !== address) misdeeds.push(`request: ${request.url()}`)
    })
    await page.goto(address, { waitUntil: 'load' })
    return { page, misdeeds }
  }

  const hostile = (name: string): SampleOptions => ({
    symbol: name,
    quoteAsset: name,
    tag: name,
    warnings: [name],
    identity: {
      runId: name,
      engineVersion: name,
      strategy: { name, file: name, sha256: name },
      params: { [name]: name },
      data: [{ symbol: name, interval: name, from: 0, to: 1, bars: 1, gaps: 0, source: name, sha256: name }],
      settings: { [name]: name },
      command: name,
    },
  })

  it('shows its key numbers, silently and without a request', async () => {
    const { page, misdeeds } = await open({ bars: 24 * 120, trades: 24 })
    const { metrics } = sampleRun({ bars: 24 * 120, trades: 24 })
    const verdict = await page.locator('#verdict').innerText()
    expect(verdict).toContain(`${(metrics.values.net_return * 100).toFixed(2).replace('-', '−')}%`)
    expect(verdict).toContain(metrics.values.sharpe.toFixed(2).replace('-', '−'))
    for (const id of [
      'identity',
      'verdict',
      'warnings',
      'equity',
      'costs',
      'trades',
      'metrics',
      'settings',
    ]) {
      expect(await page.locator(`#${id}`).isVisible()).toBe(true)
    }
    expect(await page.getByRole('img', { name: /^Equity after costs/ }).isVisible()).toBe(true)
    expect(misdeeds).toEqual([])
    await page.close()
  })

  it.each([1280, 400])('is never wider than a screen of %i pixels', async (width) => {
    for (const options of [
      { bars: 24 * 120, trades: 24 },
      { bars: 1, trades: 0 },
      hostile('x'.repeat(10_000)),
      hostile('W '.repeat(5000)),
    ]) {
      const { page, misdeeds } = await open(options, { width })
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
      expect(misdeeds).toEqual([])
      await page.close()
    }
  })

  it.each([
    '</script><script>alert(1)</script><img src=x onerror=alert(1)>',
    '"><svg onload=alert(1)><a href="javascript:alert(1)">',
    "' onmouseover='alert(1)' style='background:url(//example.invalid/x)",
    '</style><style>@import "//example.invalid/x.css";</style><iframe srcdoc="<script>alert(1)</script>">',
    '</title></textarea><!--<base href="//example.invalid/">',
    '\u202E</bdi><body onpageshow=alert(1)>',
  ])('runs nothing and fetches nothing for a name like %s', async (name) => {
    const { page, misdeeds } = await open(hostile(name), { width: 400 })
    const alien =
      'script:not([id^=price-]),img,iframe,object,embed,link,base,form,textarea,[onload],[onerror],[onmouseover],[style]:not(canvas)'
    expect(await page.locator(alien).count()).toBe(0)
    expect(await page.locator('h1').innerText()).toContain(name.replace('\u202E', '[U+202E]').slice(0, 40))
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(400)
    expect(misdeeds).toEqual([])
    await page.close()
  })

  it('would run no script even if one were in it', async () => {
    const file = join(folder, 'injected.html')
    const injected = (await renderRunPage(sampleRun())).replace('</main>', '<script>alert(1)</script></main>')
    writeFileSync(file, injected)
    const page = await browser.newPage()
    const dialogs: string[] = []
    const refusals: string[] = []
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message())
      void dialog.dismiss()
    })
    page.on('console', (message) => refusals.push(message.text()))
    await page.goto(pathToFileURL(file).href, { waitUntil: 'load' })
    expect(dialogs).toEqual([])
    expect(refusals.join()).toContain('Content Security Policy')
    await page.close()
  })

  it('changes its colours, those of the chart too, in dark mode, and prints light', async () => {
    const looks = async (colorScheme: 'light' | 'dark', media: 'screen' | 'print'): Promise<unknown> => {
      const { page } = await open({}, { colorScheme })
      await page.emulateMedia({ media, colorScheme })
      const look = await page.evaluate(`[
        getComputedStyle(document.body).backgroundColor,
        getComputedStyle(document.querySelector('.chart [stroke="var(--gain)"]')).stroke,
        getComputedStyle(document.querySelector('.chart text')).fill,
      ].join(' ')`)
      await page.close()
      return look
    }
    const light = await looks('light', 'screen')
    const dark = await looks('dark', 'screen')
    expect(light).toBe('rgb(255, 255, 255) rgb(11, 122, 117) rgb(90, 101, 110)')
    expect(dark).not.toBe(light)
    expect(String(dark).split(') ')).toHaveLength(3)
    expect(await looks('dark', 'print')).toBe(light)
  })

  it('shows the focus of what the keyboard reaches, the skip link first', async () => {
    const { page } = await open({})
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content')
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid')
    await page.close()
  })
})
