import { describe, expect, it } from 'vitest'
import { renderComparePage, renderCompatPage } from '../../reports/compare-page.js'
import { compareRuns } from '../../reports/comparison.js'
import { renderIndexPage } from '../../reports/index-page.js'
import type { StoredRun } from '../../reports/stored-run.js'
import { IS_WITHOUT_BROWSER, pagesOfBrowser, seriousFindings, widthOf } from './open-page.js'
import { sampleStored } from './sample-stored.js'

const DAY = 24
const HOSTILE = '</script><script>alert(1)</script><img src=x onerror=alert(1)>'

const comparePage = (runs: readonly StoredRun[]): Promise<string> =>
  renderComparePage({ comparison: compareRuns(runs, 1), hasCompat: true, linkOf: () => './run/report.html' })

const indexPage = (runs: readonly StoredRun[]): string =>
  renderIndexPage({
    runs,
    skipped: [{ folder: HOSTILE, reason: HOSTILE }],
    linkOf: ({ folder }) => `./${encodeURIComponent(folder)}/report.html`,
  })

describe.skipIf(IS_WITHOUT_BROWSER)('the compare page and the index in Chromium', () => {
  const open = pagesOfBrowser()

  const runs = (): StoredRun[] => [
    sampleStored({ bars: DAY * 120, trades: 24 }),
    sampleStored({ bars: DAY * 120, trades: 12, seed: 7 }),
    sampleStored({ bars: DAY * 90, trades: 24 }),
  ]

  it('shows the figures of the runs, silently and without a request', async () => {
    const [a, b] = runs()
    const { page, misdeeds } = await open(await comparePage(runs()))
    const row = page.locator('#compare-metrics tr', { hasText: /^Win rate/ })
    const percent = (value: number | undefined): string => `${((value ?? 0) * 100).toFixed(2)}%`
    expect(await row.locator('td').nth(0).innerText()).toContain(percent(a?.metrics.win_rate))
    expect(await row.locator('td').nth(1).innerText()).toContain(percent(b?.metrics.win_rate))
    expect(await page.getByRole('img').count()).toBe(3)
    expect(misdeeds).toEqual([])
    await page.close()
  })

  it.each([1280, 400])('is never wider than a screen of %i pixels', async (width) => {
    const long = 'W'.repeat(3000)
    const many = [
      ...runs(),
      sampleStored({ bars: 3, trades: 0 }),
      sampleStored({ bars: DAY * 40, trades: 1 }, long),
    ]
    for (const text of [
      await comparePage(many),
      indexPage(many),
      await comparePage([sampleStored(), sampleStored()]),
    ]) {
      const { page, misdeeds } = await open(text, { width })
      expect(await widthOf(page)).toBe(width)
      expect(misdeeds).toEqual([])
      await page.close()
    }
  })

  it.each([
    HOSTILE,
    '"><svg onload=alert(1)><a href="javascript:alert(1)">',
    '</title></style><base href="//example.invalid/">',
  ])('runs nothing for a name like %s', async (name) => {
    const hostile = [sampleStored({ bars: DAY * 40 }, name), sampleStored({ bars: DAY * 40 })]
    for (const text of [
      await comparePage(hostile),
      indexPage(hostile),
      renderCompatPage(sampleStored({ bars: DAY * 40 }, name), './run/report.html'),
    ]) {
      const { page, misdeeds } = await open(text)
      expect(
        await page
          .locator('img,iframe,object,link,base,form,[onload],[onerror],a[href^="javascript"]')
          .count(),
      ).toBe(0)
      expect(await page.locator('script').count()).toBeLessThanOrEqual(2)
      expect(await page.locator('main').innerText()).toContain(name.slice(0, 20))
      expect(misdeeds).toEqual([])
      await page.close()
    }
  })

  it('has nothing that axe-core finds serious', async () => {
    const [compare, index] = [await comparePage(runs()), indexPage(runs())]
    const compat = renderCompatPage(sampleStored(), './run/report.html')
    for (const [text, colorScheme] of [
      [compare, 'light'],
      [compare, 'dark'],
      [index, 'light'],
      [index, 'dark'],
      [compat, 'light'],
    ] as const) {
      const { page, misdeeds } = await open(text, { colorScheme })
      expect(await seriousFindings(page)).toEqual([])
      expect(misdeeds).toEqual([])
      await page.close()
    }
  })

  it('sorts the index by a column and back, undefined figures last', async () => {
    const nothing = sampleStored({ bars: DAY * 120, trades: 0 })
    const { page, misdeeds } = await open(indexPage([nothing, ...runs()]))
    const factors = (): Promise<string[]> => page.locator('tbody tr td:nth-of-type(8)').allInnerTexts()
    const button = page.getByRole('button', { name: 'Profit factor' })
    const head = page.locator('th', { hasText: 'Profit factor' })
    await button.click()
    const down = await factors()
    expect(down.at(-1)).toBe('–')
    expect(down.slice(0, -1)).toEqual(down.slice(0, -1).toSorted((x, y) => Number(y) - Number(x)))
    expect(await head.getAttribute('aria-sort')).toBe('descending')
    await button.press('Enter')
    expect(await factors()).toEqual([...down.slice(0, -1).toReversed(), '–'])
    expect(await head.getAttribute('aria-sort')).toBe('ascending')
    expect(misdeeds).toEqual([])
    await page.close()
  })

  it('reads the same without JavaScript, but for the sorting', async () => {
    const { page } = await open(indexPage(runs()), { javaScriptEnabled: false })
    expect(await page.locator('tbody tr').count()).toBe(3)
    expect(await page.getByRole('button').count()).toBe(0)
    expect(await page.locator('#sort-hint').isVisible()).toBe(false)
    expect(await page.locator('tbody a').first().getAttribute('href')).toBe('./run/report.html')
    await page.close()
  })
})
