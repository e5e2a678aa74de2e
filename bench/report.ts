/**
 * What the report of a long run costs: to draw it, its size, and in Chromium the time to the first candles
 * and of a redraw while zooming.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Page } from 'playwright-core'
import { resolveSettings } from '../engine/app/resolve-settings.js'
import { runOnce } from '../engine/app/run-once.js'
import { median } from './timing.js'

/** Milliseconds but for the size. What Chromium measures is NaN where it is not installed. */
export interface ReportBench {
  readonly bars: number
  readonly drawMs: number
  readonly megabytes: number
  /** From the navigation to the first candles on the canvas. */
  readonly firstCandlesMs: number
  /** Median time of a redraw over a zoom from years to minutes and back, by wheel. */
  readonly redrawMs: number
}

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((file) => existsSync(file))

/** Runs sma-cross over `bars` synthetic minutes with the default detail, and opens its report `rounds` times. */
export async function benchReport({ bars = 4_000_000, rounds = 5 } = {}): Promise<ReportBench> {
  const folder = mkdtempSync(path.join(tmpdir(), 'nextbar-report-'))
  try {
    let drawMs = Number.NaN
    const out = path.join(folder, 'run')
    const values = new Map([
      ['data', [`synthetic:1:${bars}`]],
      ['out', [out]],
    ] as const)
    await runOnce(resolveSettings([{ origin: 'bench', values, nameOf: (flag) => flag }]), {
      onPhase: (phase, ms) => {
        if (phase === 'report') drawMs = ms
      },
    })
    const file = path.join(out, 'report.html')
    const megabytes = readFileSync(file).length / 1e6
    return { bars, drawMs, megabytes, ...(await openReport(file, rounds)) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function openReport(
  file: string,
  rounds: number,
): Promise<Pick<ReportBench, 'firstCandlesMs' | 'redrawMs'>> {
  if (CHROMIUM === undefined) return { firstCandlesMs: Number.NaN, redrawMs: Number.NaN }
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--headless', '--no-sandbox', '--disable-gpu'],
  })
  try {
    const first: number[] = []
    const redraws: number[] = []
    for (let round = 0; round < rounds; round++) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
      await page.addInitScript(PROBE)
      await page.goto(pathToFileURL(file).href)
      first.push(await firstCandles(page))
      redraws.push(...(await zoom(page)))
      await page.close()
    }
    return { firstCandlesMs: median(first), redrawMs: median(redraws) }
  } finally {
    await browser.close()
  }
}

/** Times every frame's callback, and when the chart first says that it drew a level with bars. */
const PROBE = `
  window.frames_ = []
  const ask = window.requestAnimationFrame.bind(window)
  window.requestAnimationFrame = (work) => ask((time) => {
    const start = performance.now()
    work(time)
    window.frames_.push(performance.now() - start)
    const chart = document.getElementById('price-chart')
    if (window.first_ === undefined && chart?.dataset.bars > 0) window.first_ = performance.now()
  })`

async function firstCandles(page: Page): Promise<number> {
  for (;;) {
    const time: unknown = await page.evaluate('window.first_')
    if (typeof time === 'number') return time
    await page.waitForTimeout(10)
  }
}

async function zoom(page: Page): Promise<readonly number[]> {
  await page.evaluate("document.getElementById('price').scrollIntoView({ behavior: 'instant' })")
  const box = await page.locator('#price canvas').boundingBox()
  await page.mouse.move((box?.x ?? 0) + 500, (box?.y ?? 0) + 150)
  await page.evaluate('window.frames_.length = 0')
  for (const step of [-200, 200]) {
    for (let k = 0; k < 40; k++) {
      await page.mouse.wheel(0, step)
      await page.waitForTimeout(20)
    }
  }
  const frames: readonly number[] = await page.evaluate('window.frames_')
  if (frames.length === 0) throw new RangeError('the wheel must zoom the price chart, nothing was drawn')
  return frames
}
