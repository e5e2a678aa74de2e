/** Runs of the engine with several symbols and with brackets, as their price chart shows them. */
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { generateBars } from '../../../data/synthetic.js'
import { loadStrategy } from '../../../engine/app/load-strategy.js'
import { PortfolioReplay } from '../../../engine/backtest/portfolio-replay.js'
import { Replay } from '../../../engine/backtest/replay.js'
import { strategyParams } from '../../../engine/core/strategy.js'
import { runMetrics } from '../../../engine/math/metrics/run-metrics.js'
import type { RunResult } from '../../../engine/model/run-result.js'
import { symbolAt } from '../../../engine/model/run-result.js'
import { openRules } from '../../../engine/model/symbol-rules.js'
import { renderRunPage } from '../../../reports/run-page.js'
import { settingsOf, setupOf } from '../../market.js'
import { IS_WITHOUT_BROWSER, type Opened, pagesOfBrowser, type Screen, widthOf } from '../open-page.js'
import { sampleRun } from '../sample-run.js'

const HOSTILE = '</option></select><img src=x onerror=alert(1)>'

describe.skipIf(IS_WITHOUT_BROWSER)('the chart of a real run in Chromium', () => {
  const openText = pagesOfBrowser()

  const open = async (result: RunResult, screen?: Screen): Promise<Opened> => {
    const opened = await openText(
      await renderRunPage({ ...sampleRun(), result, metrics: runMetrics(result) }),
      screen,
    )
    await ready(opened.page)
    return opened
  }

  const ready = (page: Page) => page.waitForSelector('#price-chart[data-state=ready]', { timeout: 10_000 })

  let pair: Promise<RunResult> | undefined
  /** Two symbols of which both were traded, replayed once. */
  const twoSymbols = (): Promise<RunResult> => {
    pair ??= rotation('BBBUSDT')
    return pair
  }

  const rotation = async (second: string, counts = [20_000, 20_000]): Promise<RunResult> => {
    const { strategy } = await loadStrategy('momentum-rotation')
    const replay = new PortfolioReplay({
      identity: { epoch: 0, hash6: 'abc123' },
      strategy,
      params: strategyParams(strategy, { length: 400, every: 200 }),
      symbols: ['AAAUSDT', second].map((symbol, k) => ({
        bars: generateBars({ seed: k + 1, count: counts[k] ?? 1, symbol }),
        rules: openRules(symbol, symbol.slice(0, -4), 'USDT'),
      })),
      settings: settingsOf({ alpha: 0.5, takerFee: 0.001 }),
    })
    replay.advance(replay.timeline.length)
    return replay.finish()
  }

  it('of two symbols goes to the trade of a row, whichever symbol it is of', async () => {
    const result = await twoSymbols()
    const { page, misdeeds } = await open(result)
    const counts = [0, 1].map((k) => result.trades.filter(({ symbolIndex }) => symbolIndex === k).length)
    expect(Math.min(...counts)).toBeGreaterThan(3)
    for (const k of [0, 1]) {
      const trade = result.trades.find(({ symbolIndex }) => symbolIndex === k)
      await page.locator(`#trade-list tr[data-trade="${trade?.number}"]`).click()
      await expect
        .poll(() => page.locator('.price-status').innerText())
        .toMatch(new RegExp(`^Trade ${trade?.number}: `))
      await ready(page)
      const chosen = page.locator('#price select option:checked')
      expect(await chosen.innerText()).toBe(symbolAt(result, k).bars.symbol)
    }
    expect(misdeeds).toEqual([])
    await page.close()
  })

  it('of two symbols keeps the symbol in the hash, and opens with it', async () => {
    const result = await twoSymbols()
    const { page, misdeeds } = await open(result)
    await page.locator('#price select').selectOption('1')
    await expect.poll(() => page.evaluate('location.hash')).toContain('&symbol=1')
    await ready(page)
    const [hash, legend] = [
      String(await page.evaluate('location.hash')),
      await page.locator('.price-legend').innerText(),
    ]
    expect(legend).toContain(symbolAt(result, 1).bars.symbol.slice(0, 3))
    // Keys of the list are its own.
    await page.locator('#price select').focus()
    await page.keyboard.press('n')
    expect(await page.locator('.price-status').innerText()).toBe('')
    await page.close()
    const again = await open(result, { hash })
    expect(await again.page.locator('#price select').inputValue()).toBe('1')
    expect(await again.page.locator('.price-legend').innerText()).toBe(legend)
    expect([...misdeeds, ...again.misdeeds]).toEqual([])
    await again.page.close()
  })

  it('of a symbol with a hostile name runs nothing, and stays as wide as the screen', async () => {
    const { page, misdeeds } = await open(await rotation(HOSTILE, [3000, 1500]), { width: 400 })
    expect(await page.locator('#price img:not(.price-print)').count()).toBe(0)
    await page.locator('#price select').selectOption('1')
    await ready(page)
    expect(await widthOf(page)).toBe(400)
    expect(misdeeds).toEqual([])
    await page.close()
  })

  it('draws the stop and the target of a bracket once they are wide enough', async () => {
    const { strategy } = await loadStrategy('breakout-bracket')
    const bars = generateBars({ seed: 11, count: 40_000 })
    const replay = new Replay(setupOf({ strategy, params: {}, bars, settings: { alpha: 0.5 } }))
    replay.advance(bars.length)
    const { page, misdeeds } = await open(replay.finish())
    expect(await page.locator('.price-view').innerText()).toMatch(/ orders? on a closer look/)
    await page.locator('#price canvas').focus()
    await page.keyboard.press('n')
    await ready(page)
    await expect.poll(() => page.locator('.price-view').innerText()).not.toContain('closer look')
    // The target's line is the only one of its colour that is dashed and level: many pixels in one row of the canvas.
    const widest = await page.evaluate(`(() => {
      const canvas = document.querySelector('#price canvas')
      const probe = document.createElement('canvas').getContext('2d')
      probe.fillStyle = getComputedStyle(canvas).getPropertyValue('--gain').trim()
      probe.fillRect(0, 0, 1, 1)
      const [r, g, b] = probe.getImageData(0, 0, 1, 1).data
      const { width } = canvas
      const { data } = canvas.getContext('2d').getImageData(0, 0, width, 340)
      const near = (i) => Math.abs(data[i] - r) + Math.abs(data[i + 1] - g) + Math.abs(data[i + 2] - b) < 90
      let most = 0
      for (let y = 0; y < 340; y++) {
        let count = 0
        for (let x = 0; x < width; x++) if (near(4 * (y * width + x))) count++
        most = Math.max(most, count)
      }
      return most
    })()`)
    expect(widest).toBeGreaterThan(150)
    expect(misdeeds).toEqual([])
    await page.close()
  })
})
