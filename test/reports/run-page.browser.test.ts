import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { chartRuntime } from '../../engine/app/chart-runtime.js'
import { renderRunPage } from '../../reports/run-page.js'
import {
  IS_WITHOUT_BROWSER,
  type Opened,
  pagesOfBrowser,
  type Screen,
  seriousFindings,
  widthOf,
} from './open-page.js'
import { type SampleOptions, sampleRun, sampleSweep } from './sample-run.js'

/** How wide the marks of each chart that is shown are together, as a share of the chart. */
function reachOfMarks(page: Page): Promise<readonly { readonly id: string; readonly reach: number }[]> {
  return page.evaluate(`[...document.querySelectorAll('figure:not(.price) .drawing svg')].flatMap((svg) => {
    const { width } = svg.getBoundingClientRect()
    const boxes = [...svg.querySelectorAll('[class^="mark-"]:not(.role-axis-grid):not(.role-axis-tick) > path')]
      .map((path) => path.getBoundingClientRect())
    if (width === 0 || boxes.length === 0) return []
    const left = Math.min(...boxes.map((box) => box.left))
    const right = Math.max(...boxes.map((box) => box.right))
    return [{ id: svg.closest('figure').id, reach: (right - left) / width }]
  })`)
}

describe.skipIf(IS_WITHOUT_BROWSER)('a run page in Chromium', () => {
  const openText = pagesOfBrowser()

  const rendered = new Map<string, Promise<string>>()

  /** Each page is rendered once. */
  const textOf = (options: SampleOptions): Promise<string> => {
    const key = JSON.stringify(options)
    const sweep = options.tag === undefined ? undefined : sampleSweep(options.tag)
    const text = rendered.get(key) ?? renderRunPage({ ...sampleRun(options), sweep })
    rendered.set(key, text)
    return text
  }

  const open = async (options: SampleOptions, screen?: Screen): Promise<Opened> =>
    openText(await textOf(options), screen)

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
      'returns',
      'drawdowns',
      'trades',
      'execution',
      'benchmark',
      'versions',
      'metrics',
      'settings',
    ]) {
      expect(await page.locator(`#${id}`).isVisible()).toBe(true)
    }
    expect(await page.getByRole('img', { name: /^Equity after costs/ }).isVisible()).toBe(true)
    expect(misdeeds).toEqual([])
    await page.close()
  })

  it('lists trades without columns for tags that no order had', async () => {
    for (const [tag, count] of [
      ['cross', 2],
      ['', 0],
    ] as const) {
      const { page } = await open({ bars: 24 * 30, trades: 6, tag })
      expect(await page.locator('#trade-list th', { hasText: 'tag' }).count()).toBe(count)
      await page.close()
    }
  })

  it('shows the whole of every table on paper, over nothing else', async () => {
    const { page } = await open({ bars: 24 * 120, trades: 120 })
    await page.emulateMedia({ media: 'print' })
    const cut = await page
      .locator('.scroll')
      .evaluateAll((all) =>
        all
          .filter(({ scrollHeight, clientHeight }) => scrollHeight > clientHeight + 1)
          .map((one) => one.innerHTML.slice(0, 80)),
      )
    expect(cut).toEqual([])
    expect(await page.locator('#trade-list .scroll').count()).toBe(1)
    await page.close()
  })

  it.each([
    ['a run of 24 trades', { bars: 24 * 120, trades: 24 }],
    ['a single bar', { bars: 1, trades: 0 }],
    ['names without a space', hostile('x'.repeat(10_000))],
    ['names of many words', hostile('W '.repeat(5000))],
  ] as const)('is never wider than its screen: %s', async (_, options) => {
    const { page, misdeeds } = await open(options, { width: 400 })
    expect(await widthOf(page)).toBe(400)
    await page.setViewportSize({ width: 1280, height: 900 })
    expect(await widthOf(page)).toBe(1280)
    expect(misdeeds).toEqual([])
    await page.close()
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
    expect(await page.locator('script:not([type],[id^=price-])').count()).toBe(2)
    const alien =
      'img,iframe,object,embed,link,base,form,textarea,[onload],[onerror],[onmouseover],[style]:not(canvas)'
    expect(await page.locator(alien).count()).toBe(0)
    expect(await page.locator('h1').innerText()).toContain(name.replace('\u202E', '[U+202E]').slice(0, 40))
    expect(await widthOf(page)).toBe(400)
    expect(misdeeds).toEqual([])
    await page.close()
  })

  it.each([
    ['a run of twenty trades', { bars: 24 * 120, trades: 20 }],
    ['no trade', { bars: 24 * 50, trades: 0 }],
    ['one trade', { bars: 24 * 10, trades: 1 }],
    ['one day', { bars: 24, trades: 2 }],
    ['a trade open at the end', { bars: 24 * 4, trades: 1, isOpenAtEnd: true }],
  ] as const)('has nothing that axe-core finds serious: %s', async (_, options) => {
    const isFull = 'bars' in options && options.bars > 1000 && options.trades > 0
    const { page, misdeeds } = await open(options, { colorScheme: 'light' })
    for (const colorScheme of isFull ? (['light', 'dark'] as const) : (['light'] as const)) {
      await page.emulateMedia({ colorScheme })
      // The appendix is the same in each.
      expect(await seriousFindings(page, isFull ? [] : ['#metrics', '#settings', '#versions'])).toEqual([])
    }
    expect(misdeeds).toEqual([])
    await page.close()
  })

  it('is whole without scripts', async () => {
    const { page, misdeeds } = await open({ bars: 1205, trades: 401 }, { javaScriptEnabled: false })
    expect(await page.locator('#theme').isVisible()).toBe(false)
    expect(await page.locator('#trade-list tbody tr').count()).toBe(400)
    expect(await page.locator('#trade-cut').isVisible()).toBe(true)
    expect(await page.locator('#equity-figure .linear svg').isVisible()).toBe(true)
    await page.locator('label[for=equity-log]').click()
    expect(await page.locator('#equity-figure .log svg').isVisible()).toBe(true)
    expect(await page.locator('#equity-figure .linear svg').isVisible()).toBe(false)
    expect(misdeeds).toEqual([])
    await page.close()
  })

  it('prints the same rows with the script as without it', async () => {
    const rowsWith = async (javaScriptEnabled: boolean): Promise<readonly string[]> => {
      const { page } = await open({ bars: 400, trades: 60 }, { javaScriptEnabled })
      const rows = await page.locator('#trade-list tbody tr').allInnerTexts()
      await page.close()
      return rows
    }
    expect(await rowsWith(true)).toEqual(await rowsWith(false))
  })

  it('sorts fifty thousand trades, turns their pages, and draws them', async () => {
    const run = sampleRun({ bars: 150_010, interval: '1m', trades: 50_000 })
    const nets = run.result.trades.map(({ net }) => net)
    const { page, misdeeds } = await openText(await renderRunPage(run))
    const rows = page.locator('#trade-list tbody tr')
    expect(await rows.count()).toBe(100)
    const started = performance.now()
    const byNet = page.locator('#trade-list thead').getByRole('button', { name: 'Net' })
    await byNet.click()
    await byNet.click()
    const best = nets.reduce((a, b) => (b > a ? b : a))
    const first = Number(await rows.first().getAttribute('data-trade'))
    expect(performance.now() - started).toBeLessThan(3000)
    // Trades are numbered from 1; equal nets keep their order, and print alike.
    expect(Number((nets[first - 1] ?? 0n) - best) / 1e8).toBeGreaterThan(-0.005)
    await page.getByRole('button', { name: 'Last' }).click()
    expect(await page.locator('.pager span').innerText()).toBe('49,901 to 50,000 of 50,000')
    await page.setViewportSize({ width: 400, height: 800 })
    expect(await widthOf(page)).toBe(400)
    await page.locator('#price canvas').focus()
    for (const key of ['n', '+', '+', 'ArrowRight', 'a', 'p', '-']) await page.keyboard.press(key)
    await page.waitForSelector('#price-chart[data-state=ready]')
    expect(await page.locator('.price-status').innerText()).toMatch(/^Trade \d+: /)
    expect(misdeeds).toEqual([])
    await page.close()
  })

  it('draws its charts again to answer the pointer, with no more rights than its own scripts', async () => {
    const { page, misdeeds } = await openText(
      await renderRunPage({ ...sampleRun({ bars: 24 * 120 }), chartRuntime: chartRuntime() }),
    )
    await page.waitForSelector('html[data-interactive]')
    const drawn = await page.locator('figure .drawing > div > svg[role=img][aria-label]').count()
    expect(drawn).toBe(await page.locator('figure:not(.price)').count())
    const plain = await open({ bars: 24 * 120 })
    const [before, after] = [await reachOfMarks(plain.page), await reachOfMarks(page)]
    await plain.page.close()
    expect(before.length).toBeGreaterThan(10)
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id))
    for (const [k, { id, reach }] of before.entries()) {
      expect(Math.abs((after[k]?.reach ?? 0) - reach), id).toBeLessThan(0.05)
    }
    await page.locator('#cost-waterfall .mark-rect path').first().hover()
    expect(await page.locator('#cost-waterfall .drawing > div').getAttribute('title')).toContain(
      'Before costs',
    )
    expect(await page.content()).not.toContain('unsafe')
    expect(misdeeds).toEqual([])
    await page.close()
  })

  it('turns dark and light at a press of its button, whatever the system likes', async () => {
    const { page } = await open({}, { colorScheme: 'light' })
    const paper = () => page.evaluate('getComputedStyle(document.body).backgroundColor')
    const seen = [await paper()]
    for (let press = 0; press < 3; press++) {
      await page.locator('#theme').click()
      seen.push(await paper())
    }
    const white = 'rgb(255, 255, 255)'
    expect(seen).toEqual([white, white, 'rgb(20, 24, 27)', white])
    await page.locator('#theme').click()
    await page.locator('#theme').click()
    await page.emulateMedia({ media: 'print' })
    expect(await paper()).toBe(white)
    await page.close()
  })

  it('would run no script even if one were in it', async () => {
    const injected = (await textOf({})).replace('</main>', '<script>alert(1)</script></main>')
    const { page, misdeeds } = await openText(injected)
    expect(misdeeds.join()).not.toContain('dialog')
    expect(misdeeds.join()).toContain('Content Security Policy')
    await page.close()
  })

  it('changes its colours, those of the chart too, in dark mode, and prints light', async () => {
    const { page } = await open({}, { colorScheme: 'light' })
    const looks = async (colorScheme: 'light' | 'dark', media: 'screen' | 'print'): Promise<unknown> => {
      await page.emulateMedia({ media, colorScheme })
      return page.evaluate(`[
        getComputedStyle(document.body).backgroundColor,
        getComputedStyle(document.querySelector('.chart [stroke="var(--gain)"]')).stroke,
        getComputedStyle(document.querySelector('.chart text')).fill,
      ].join(' ')`)
    }
    const light = await looks('light', 'screen')
    const dark = await looks('dark', 'screen')
    expect(light).toBe('rgb(255, 255, 255) rgb(11, 122, 117) rgb(90, 101, 110)')
    expect(dark).not.toBe(light)
    expect(String(dark).split(') ')).toHaveLength(3)
    expect(await looks('dark', 'print')).toBe(light)
    await page.close()
  })

  it('shows the focus of all that the keyboard reaches, in the order of the page, the skip link first', async () => {
    const { page } = await open({ trades: 2 })
    // Behind the last stop the focus leaves the page, and goes nowhere in it.
    await page.evaluate(`(() => {
      let before
      window.stops = []
      document.addEventListener('focusin', ({ target: one }) => {
        // The ring of a radio button stands around its label.
        const ring = getComputedStyle(one.matches('input') ? one.nextElementSibling : one)
        const isBehind = !before || (before.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0
        before = one
        window.stops.push([ring.outlineStyle, ring.outlineWidth, isBehind, (one.getAttribute('aria-label') ?? one.textContent).trim()].join(' '))
      })
      document.addEventListener('focusout', ({ relatedTarget }) => {
        if (relatedTarget === null) window.stops.push('left')
      })
    })()`)
    let all: readonly string[] = []
    while (!all.includes('left') && all.length < 200) {
      for (let press = 0; press < 25; press++) await page.keyboard.press('Tab')
      all = await page.evaluate<readonly string[]>('window.stops')
    }
    const stops = all.slice(0, all.indexOf('left'))
    expect(stops[0]).toBe('solid 2px true Skip to the content')
    expect(stops.length).toBeGreaterThan(60)
    expect(stops.filter((stop) => !stop.startsWith('solid 2px true '))).toEqual([])
    await page.close()
  })
})
