/** Pages of the browser tests: opened from disk, with all that they did and a report must not do. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import axe from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { CHROMIUM_ARGS, chromiumPath, REQUIRE_ALL } from '../chromium.js'

/** Whether browser tests are left out: there is no Chromium, and none is required. */
export const IS_WITHOUT_BROWSER = chromiumPath() === undefined && !REQUIRE_ALL

/** A page, and its messages, errors, dialogs and requests. */
export interface Opened {
  readonly page: Page
  readonly misdeeds: readonly string[]
}

/** How a page is opened. */
export interface Screen extends BrowserContextOptions {
  readonly width?: number
  /** What stands behind the page's address, such as `#view=…`. */
  readonly hash?: string
}

/** Opens the text of a page. */
export type OpenPage = (text: string, screen?: Screen) => Promise<Opened>

/** A browser for the tests of a `describe`, closed behind them. */
export function pagesOfBrowser(): OpenPage {
  let browser: Browser
  let folder: string
  let files = 0

  beforeAll(async () => {
    const executablePath = chromiumPath()
    if (executablePath === undefined)
      throw new Error('Chromium must be installed, was not: apt-get install chromium')
    folder = mkdtempSync(join(tmpdir(), 'nextbar-page-'))
    browser = await chromium.launch({ executablePath, args: [...CHROMIUM_ARGS] })
  })

  afterAll(async () => {
    await browser?.close()
    if (folder !== undefined) rmSync(folder, { recursive: true })
  })

  return async (text, { width = 1280, hash = '', ...options } = {}) => {
    const file = join(folder, `${files++}.html`)
    writeFileSync(file, text)
    const page = await browser.newPage({ viewport: { width, height: 900 }, ...options })
    const misdeeds: string[] = []
    page.on('console', (message) => misdeeds.push(`console: ${message.text()}`))
    page.on('pageerror', (error) => misdeeds.push(`error: ${error.message}`))
    page.on('dialog', (dialog) => {
      misdeeds.push(`dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
    const address = pathToFileURL(file).href
    page.on('request', (request) => {
      const url = request.url()
      if (!url.startsWith(address) && !url.startsWith('data:')) misdeeds.push(`request: ${url}`)
    })
    await page.goto(address + hash, { waitUntil: 'load' })
    return { page, misdeeds }
  }
}

/** What axe-core finds serious or critical in a page, every fold open; `without` are selectors of what it passes by. */
export async function seriousFindings(page: Page, without: readonly string[] = []): Promise<unknown> {
  await page.evaluate("document.querySelectorAll('details:not(.spec)').forEach((one) => { one.open = true })")
  // The page's policy forbids scripts that are put into it; the browser's own evaluation is free of it.
  await page.evaluate(axe.source)
  return page.evaluate(
    `axe.run({ exclude: ${JSON.stringify(without.map((one) => [one]))} }, { resultTypes: ['violations'] }).then(({ violations }) => violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html }) => html.slice(0, 200)).join(' | ')))`,
  )
}

/** How wide the page is, which must be its window's width. */
export function widthOf(page: Page): Promise<unknown> {
  return page.evaluate('document.documentElement.scrollWidth')
}
