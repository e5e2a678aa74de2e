import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { close } from '../../../engine/math/indicator.js'
import { rsi } from '../../../engine/math/rsi.js'
import { sma } from '../../../engine/math/sma.js'
import { valueAt } from '../../../engine/model/bars.js'
import { formatPercent } from '../../../reports/format-number.js'
import { renderRunPage } from '../../../reports/run-page.js'
import type { RunPageInput } from '../../../reports/run-page-input.js'
import { IS_WITHOUT_BROWSER, type Opened, pagesOfBrowser, type Screen, widthOf } from '../open-page.js'
import { sampleRun } from '../sample-run.js'

const HOSTILE = '</script><img src=x onerror=alert(1)>'

describe.skipIf(IS_WITHOUT_BROWSER)('the price chart in Chromium', () => {
  const openText = pagesOfBrowser()

  const year: Partial<RunPageInput> = {
    ...sampleRun({ bars: 200_000, interval: '1m', trades: 300, isOpenAtEnd: true }),
    indicators: { average: sma(close, 240), strength: rsi(close, 60) },
  }

  let yearText: Promise<string> | undefined
  const render = (input: Partial<RunPageInput>): Promise<string> =>
    renderRunPage({ ...sampleRun(), ...input })

  /** Opens a page, and waits until its chart is drawn. That of the year is rendered once. */
  const open = async (input: Partial<RunPageInput> = year, screen: Screen = {}): Promise<Opened> => {
    if (input === year) yearText ??= render(year)
    const opened = await openText(await ((input === year ? yearText : undefined) ?? render(input)), screen)
    if (screen.javaScriptEnabled !== false) await settled(opened.page)
    return opened
  }

  const settled = async (page: Page): Promise<void> => {
    await expect.poll(() => shown(page, 'state'), { timeout: 10_000 }).toBe('ready')
  }

  /** What the chart says of itself. */
  const shown = (page: Page, name: string): Promise<string | undefined> =>
    page.evaluate(`document.getElementById('price-chart').dataset.${name}`)

  /** The canvas on the screen. */
  const boxOf = async (page: Page): Promise<{ x: number; y: number; width: number }> => {
    await page.evaluate("document.getElementById('price').scrollIntoView({ behavior: 'instant' })")
    return (await page.locator('#price canvas').boundingBox()) ?? { x: 0, y: 0, width: 0 }
  }

  const viewText = (page: Page): Promise<string> => page.locator('.price-view').innerText()

  /** Waits until the text of the view is another one, and drawn. */
  const changed = async (page: Page, act: () => Promise<unknown>): Promise<string> => {
    const before = await viewText(page)
    await act()
    await expect.poll(() => viewText(page)).not.toBe(before)
    await settled(page)
    return viewText(page)
  }

  /** How many pixels of the canvas are of a colour, by the page's own variable. */
  const pixelsOf = (page: Page, colour: string): Promise<number> =>
    page.evaluate(`(() => {
      const canvas = document.querySelector('#price canvas')
      const probe = document.createElement('canvas').getContext('2d')
      probe.fillStyle = getComputedStyle(canvas).getPropertyValue('--${colour}').trim()
      probe.fillRect(0, 0, 1, 1)
      const [r, g, b] = probe.getImageData(0, 0, 1, 1).data
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
      let count = 0
      for (let i = 0; i < data.length; i += 4) if (data[i] === r && data[i + 1] === g && data[i + 2] === b) count++
      return count
    })()`)

  it('draws candles, lines and trades at once, silently and without a request', async () => {
    const { page, misdeeds } = await open()
    expect(misdeeds).toEqual([])
    for (const colour of ['gain', 'loss', 'line1']) expect(await pixelsOf(page, colour)).toBeGreaterThan(300)
    expect(await viewText(page)).toContain('301 trades')
    expect(await page.locator('.price-static').isVisible()).toBe(false)
    await page.close()
  })

  it('shows the drawdown of the table at every zoom that holds it', async () => {
    const { page } = await open()
    const { equity, bars } = year.result ?? sampleRun().result
    let [peak, worst, at] = [0, 0, 0]
    for (const [i, worth] of equity.entries()) {
      peak = Math.max(peak, worth)
      if (1 - worth / peak > worst) [worst, at] = [1 - worth / peak, i]
    }
    expect(worst).toBe(year.metrics?.values.max_drawdown)
    const depth = `deepest drawdown ${formatPercent(-worst)}`
    expect(await viewText(page)).toContain(depth)
    const deepest = valueAt(bars.openTime, at)
    const levels = new Set<string | undefined>()
    const moment = (time: number) => `${new Date(time).toISOString().slice(0, 19)}Z`
    for (const days of [120, 40, 12, 4, 1, 0.4, 0.1, 0.02]) {
      const half = (days * 86_400_000) / 2
      const hash = `#view=${moment(deepest - half)},${moment(deepest + half)}`
      expect(await changed(page, () => page.evaluate(`location.hash = '${hash}'`))).toContain(depth)
      levels.add(await shown(page, 'level'))
    }
    expect([...levels]).toEqual(['1d', '4h', '1h', '15m', '5m', '1m'])
    await page.close()
  })

  it('zooms with the wheel from all to single minutes, and back', async () => {
    const { page, misdeeds } = await open()
    const box = await boxOf(page)
    await page.mouse.move(box.x + 400, box.y + 200)
    const coarse = await shown(page, 'level')
    for (let k = 0; k < 30; k++) await page.mouse.wheel(0, -300)
    await settled(page)
    expect(coarse).toBe('1d')
    await expect.poll(() => shown(page, 'level')).toBe('1m')
    for (let k = 0; k < 40; k++) await page.mouse.wheel(0, 300)
    await expect.poll(() => shown(page, 'level')).toBe('1d')
    expect(misdeeds).toEqual([])
    await page.close()
  })

  it('moves by drag and arrows, and keeps the view in the hash', async () => {
    const { page } = await open()
    await changed(page, () => page.locator('button[data-do=week]').click())
    const before = await viewText(page)
    const box = await boxOf(page)
    const [x, y] = [box.x + 300, box.y + 100]
    await changed(page, async () => {
      await page.mouse.move(x, y)
      await page.mouse.down()
      await page.mouse.move(x + 200, y, { steps: 4 })
      await page.mouse.up()
    })
    await page.locator('#price canvas').focus()
    const after = await changed(page, () => page.keyboard.press('ArrowLeft'))
    expect(after).not.toBe(before)
    const start = after.slice(0, 13).replace(' ', 'T')
    await expect
      .poll(() => page.evaluate('location.hash'))
      .toMatch(new RegExp(`^#view=${start}[\\d:]+Z,2024-0\\d-\\d\\dT[\\d:]+Z$`))
    const hash = String(await page.evaluate('location.hash'))
    const { page: again } = await open(year, { hash })
    expect((await viewText(again)).slice(0, 16)).toBe(after.slice(0, 16))
    await again.close()
    await page.close()
  })

  it('goes from trade to trade with n and p, and to one by a click on its row', async () => {
    const { page, misdeeds } = await open()
    await page.locator('#price canvas').focus()
    await changed(page, () => page.keyboard.press('n'))
    expect(await page.locator('.price-status').innerText()).toMatch(/^Trade 1: bought 2024-01-01 /)
    await changed(page, () => page.keyboard.press('n'))
    expect(await page.locator('.price-status').innerText()).toMatch(/^Trade 2: /)
    await changed(page, () => page.keyboard.press('p'))
    expect(await page.locator('.price-status').innerText()).toMatch(/^Trade 1: /)
    await changed(page, () => page.locator('#trade-list tr[data-trade="7"] td').nth(3).click())
    expect(await page.locator('.price-status').innerText()).toMatch(/^Trade 7: /)
    expect(await viewText(page)).toMatch(/ · [1-3] trades? · /)
    expect(misdeeds).toEqual([])
    await page.close()
  })

  it('reads the bar under the pointer', async () => {
    const { page } = await open({ ...sampleRun({ bars: 48, interval: '1h', trades: 2 }) })
    const box = await boxOf(page)
    const { result } = sampleRun({ bars: 48, interval: '1h', trades: 2 })
    // The view is 2% longer than the run, half of it before the first bar; the plot ends 66 pixels before the canvas.
    const plot = box.width - 66
    const centre = (10.5 + 0.48) / (48 + 0.96)
    await page.mouse.move(box.x + plot * centre, box.y + 60)
    await expect.poll(() => page.locator('.price-legend').innerText()).toContain('2024-01-01 10:00')
    const text = (await page.locator('.price-legend').innerText()).replace(/\s+/g, ' ')
    const price = (value: number | undefined) => (value ?? 0).toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ',')
    expect(text).toContain(`Open ${price(result.bars.open[10])}`)
    expect(text).toContain(`Close ${price(result.bars.close[10])}`)
    expect(text).toContain(`Equity ${price(result.equity[10])}`)
    await page.close()
  })

  it('runs nothing that a name holds', async () => {
    const hostile = sampleRun({ symbol: HOSTILE, quoteAsset: HOSTILE, tag: HOSTILE })
    const { page, misdeeds } = await open({
      ...hostile,
      indicators: { [HOSTILE]: sma(close, 5), [`${HOSTILE}2`]: rsi(close, 5) },
    })
    await page.locator('#price canvas').focus()
    await page.keyboard.press('n')
    expect(await page.locator('#price img').count()).toBe(0)
    expect(misdeeds).toEqual([])
    await page.close()
  })

  it.each([
    ['one bar', { bars: 1, trades: 0 }],
    ['no trades', { bars: 100, trades: 0 }],
    ['an open trade alone', { bars: 100, trades: 0, isOpenAtEnd: true }],
    ['months', { bars: 30, interval: '1M' as const, trades: 2 }],
  ])('draws %s', async (_, options) => {
    const { page, misdeeds } = await open(sampleRun(options), { viewport: { width: 400, height: 800 } })
    expect(await widthOf(page)).toBe(400)
    await page.locator('#price canvas').focus()
    for (const key of ['n', '+', '+', 'ArrowRight', 'a', 'p', '-']) await page.keyboard.press(key)
    await settled(page)
    const isWithout = options.trades === 0 && !('isOpenAtEnd' in options)
    expect(await page.locator('button[data-do=next]').isDisabled()).toBe(isWithout)
    expect(misdeeds).toEqual([])
    await page.close()
  })

  it('follows light and dark, and prints a picture in light colours', async () => {
    const { page } = await open(year, { colorScheme: 'dark' })
    const dark = await pixelsOf(page, 'paper')
    await page.emulateMedia({ colorScheme: 'light' })
    await page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(await page.locator('.price-print').getAttribute('src')).toMatch(/^data:image\/png;base64,/)
    await page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(await page.locator('.price-print').count()).toBe(0)
    expect(dark).toBeGreaterThan(100_000)
    expect(await pixelsOf(page, 'paper')).toBeGreaterThan(100_000)
    await page.close()
  })

  it('is a picture and a table where scripts are off', async () => {
    const { page } = await open(year, { javaScriptEnabled: false })
    expect(await page.locator('.price-static').isVisible()).toBe(true)
    expect(await page.locator('#price canvas').isVisible()).toBe(false)
    expect(await page.locator('.price-tools').isVisible()).toBe(false)
    expect(await page.locator('#price-summary').innerText()).toContain(
      '300 closed trades and one open at the end',
    )
    await page.close()
  })

  it('is as sharp as the screen', async () => {
    const { page } = await open(year, { deviceScaleFactor: 3, viewport: { width: 400, height: 800 } })
    const [wide, shown] = await page.evaluate<[number, number]>(
      "[document.querySelector('#price canvas').width, document.querySelector('#price canvas').clientWidth]",
    )
    expect(wide).toBe(3 * shown)
    await page.setViewportSize({ width: 700, height: 800 })
    await expect
      .poll(() => page.evaluate("document.querySelector('#price canvas').clientWidth"))
      .toBeGreaterThan(600)
    await page.close()
  })
})
