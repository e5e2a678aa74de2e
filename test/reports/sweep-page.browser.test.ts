import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { renderSweepPage } from '../../reports/sweep-page.js'
import { IS_WITHOUT_BROWSER, type Opened, pagesOfBrowser, type Screen, widthOf } from './open-page.js'
import { type SampleSweepOptions, sampleSweepResult } from './sample-sweep.js'

const HOSTILE = '</script><script>alert(1)</script><img src=x onerror=alert(1)>'

describe.skipIf(IS_WITHOUT_BROWSER)('a sweep page in Chromium', () => {
  const openText = pagesOfBrowser()

  const open = async (options: SampleSweepOptions, screen?: Screen): Promise<Opened> =>
    openText(await renderSweepPage(sampleSweepResult(options)), screen)

  const ranks = (page: Page): Promise<readonly string[]> =>
    page.locator('#trial-list tbody th').allInnerTexts()

  const cellsOf = (page: Page, column: number): Promise<readonly string[]> =>
    page.locator(`#trial-list tbody tr > :nth-child(${column + 1})`).allInnerTexts()

  it('says the verdict first, with every section and no request', async () => {
    const { page, misdeeds } = await open({})
    expect(await page.locator('.ruling').innerText()).toBe('Failing: this sweep cannot be told from noise.')
    const sections = await page.evaluate(
      "[...document.querySelectorAll('main > section')].map((one) => one.id)",
    )
    expect(sections).toEqual([
      'verdict',
      'walk-forward',
      'leaderboard',
      'heat',
      'parallel',
      'influence',
      'search',
      'luck',
      'best-runs',
      'failures',
      'searched',
      'settings',
    ])
    expect(await page.locator('#verdict a').first().getAttribute('href')).toBe('./best/0123456789ab.html')
    expect(misdeeds).toEqual([])
    await page.close()
  })

  it('passes an edge, in words and with a sign', async () => {
    const { page } = await open({ edge: 2.5, days: 1460, hasFailures: false, hasWalkForward: false })
    expect(await page.locator('.badges .good').first().innerText()).toBe('PASSING')
    expect(await page.locator('.checks .unmet').count()).toBe(0)
    await page.close()
  })

  it.each([1280, 400])('is never wider than a screen of %i pixels', async (width) => {
    for (const options of [
      {},
      { isRandom: true, hasWalkForward: false },
      { name: 'x'.repeat(10_000) },
      { name: 'W '.repeat(5000) },
      { fasts: 1, slows: 1, days: 5, hasWalkForward: false },
      { fasts: 0, hasWalkForward: false },
    ]) {
      const { page, misdeeds } = await open(options, { width })
      expect(await widthOf(page)).toBe(width)
      expect(misdeeds).toEqual([])
      await page.close()
    }
  })

  it.each([
    HOSTILE,
    '"><svg onload=alert(1)><a href="javascript:alert(1)">',
    "' onmouseover='alert(1)' style='background:url(//example.invalid/x)",
    '</style><style>@import "//example.invalid/x.css";</style><iframe srcdoc="<script>alert(1)</script>">',
    '\u202E</bdi><body onpageshow=alert(1)>',
    '\\u003cimg src=x onerror=alert(1)\\u003e</script>',
    'javascript:alert(1)',
  ])('runs nothing and fetches nothing for a name like %s', async (name) => {
    const { page, misdeeds } = await open({ name }, { width: 400 })
    // The program writes names too: everything that it draws is drawn again.
    await page.locator('#heat-choice select[name=x]').selectOption({ index: 2 })
    await page.locator('#brushes input').first().fill('40')
    expect(await page.locator('script:not([type])').count()).toBe(3)
    const alien = 'img,iframe,object,embed,link,base,form,textarea,[onload],[onerror],[onmouseover],[style]'
    expect(await page.locator(alien).count()).toBe(0)
    expect(await page.locator('#verdict a, #best-runs a').count()).toBe(0)
    expect(await page.locator('h1').innerText()).toContain(name.replace('\u202E', '[U+202E]').slice(0, 40))
    expect(await widthOf(page)).toBe(400)
    expect(misdeeds).toEqual([])
    await page.close()
  })

  it('sorts the trials by any column, what is undefined last', async () => {
    const { page } = await open({})
    expect((await ranks(page)).slice(0, 3)).toEqual(['1', '2', '3'])
    const sortBy = (column: number) => page.locator('#trial-list thead button').nth(column).click()
    await sortBy(8)
    await sortBy(8)
    const shown = (await cellsOf(page, 8)).map((text) => Number(text.replace('−', '-')))
    expect(shown).toEqual([...shown].sort((a, b) => b - a))
    await sortBy(0)
    await sortBy(0)
    expect((await ranks(page))[0]).not.toBe('–')
    await page.getByRole('button', { name: 'Last', exact: true }).click()
    expect((await ranks(page)).at(-1)).toBe('–')
    await page.close()
  })

  it('fills the heatmap anew for another parameter, and as another aggregate', async () => {
    const { page, misdeeds } = await open({})
    const corner = page.locator('#heat thead th').first()
    const cells = () => page.locator('#heat tbody td').allInnerTexts()
    expect(await corner.innerText()).toBe('slow ↓ fast →')
    const first = await cells()
    await page.locator('#heat-choice select[name=aggregate]').selectOption('mean')
    expect(await cells()).not.toEqual(first)
    await page.locator('#heat-choice select[name=aggregate]').selectOption('best')
    expect(await cells()).toEqual(first)
    await page.locator('#heat-choice select[name=x]').selectOption('exit')
    expect(await corner.innerText()).toBe('slow ↓ exit →')
    expect(await page.locator('#heat thead th').allInnerTexts()).toEqual(['slow ↓ exit →', 'cross', 'stop'])
    expect(await page.locator('#heat td.thin').count()).toBe(2)
    expect(misdeeds).toEqual([])
    await page.close()
  })

  it('keeps the trials inside a brush, by slider and by pointer, and lists them alone', async () => {
    const { page, misdeeds } = await open({})
    const status = page.locator('#brushes [role=status]')
    await page.getByLabel('Lower end of the brush on fast').fill('90')
    expect(await status.innerText()).toMatch(/^\d+ of 125 trials are inside every brush/)
    const fasts = await cellsOf(page, 2)
    expect(new Set(fasts)).toEqual(new Set(['45']))
    await page.getByRole('button', { name: 'Clear', exact: true }).click()
    expect(await ranks(page)).toHaveLength(100)
    const drawing = page.locator('.parallel')
    await drawing.scrollIntoViewIfNeeded()
    const box = (await drawing.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
    const x = box.x + box.width * 0.94
    await page.mouse.move(x, box.y + box.height * 0.12)
    await page.mouse.down()
    await page.mouse.move(x, box.y + box.height * 0.4)
    await page.mouse.up()
    const kept = Number((await status.innerText()).split(' ')[0])
    expect(kept).toBeGreaterThan(0)
    expect(kept).toBeLessThan(125)
    expect((await ranks(page))[0]).toBe('1')
    expect(misdeeds).toEqual([])
    await page.close()
  })

  it('is whole without scripts', async () => {
    const { page } = await open({}, { javaScriptEnabled: false })
    expect(await page.locator('#trial-list tbody tr').count()).toBe(100)
    expect(await page.locator('#trial-cut').isVisible()).toBe(true)
    expect(await page.locator('#heat td').count()).toBe(72)
    expect(await page.locator('.parallel path').nth(6).getAttribute('d')).toMatch(/^M\d+ \d+L/)
    for (const id of ['heat-choice', 'brushes', 'theme']) {
      expect(await page.locator(`#${id}`).isVisible()).toBe(false)
    }
    expect(await page.getByRole('img').count()).toBeGreaterThan(7)
    await page.close()
  })

  it.each([
    ['light', 1280, {}],
    ['dark', 400, { isRandom: true, hasWalkForward: false }],
    ['dark', 1280, { name: HOSTILE }],
    ['light', 1280, { fasts: 1, slows: 1, days: 5, hasWalkForward: false }],
  ] as const)('has no fault that axe finds: %s at %i', async (colorScheme, width, options) => {
    const { page } = await open(options, { colorScheme, width })
    await page.evaluate(axe.source)
    const found = await page.evaluate(
      `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html }) => html).join(' ')))`,
    )
    expect(found).toEqual([])
    await page.close()
  })

  it('stays light and quick with nine thousand trials', async () => {
    const result = sampleSweepResult({ fasts: 72, slows: 72, days: 60, blocks: 4 })
    expect(result.trials.length).toBeGreaterThan(9000)
    expect(Buffer.byteLength(await renderSweepPage(result))).toBeLessThan(3_000_000)
    const { page, misdeeds } = await open({ fasts: 72, slows: 72, days: 60, blocks: 4 })
    await page.getByRole('button', { name: 'Last', exact: true }).click()
    expect(await page.locator('#trial-list tbody tr').count()).toBeGreaterThan(0)
    expect(misdeeds).toEqual([])
    await page.close()
  })
})
