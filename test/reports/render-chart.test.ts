import { expect, it } from 'vitest'
import { equityChart, equityLines } from '../../reports/equity-chart.js'
import { toMarkup } from '../../reports/html.js'
import { renderChart } from '../../reports/render-chart.js'
import { scatterChart } from '../../reports/trade-charts.js'
import { sampleRun } from './sample-run.js'

const TEXT = { label: 'Equity "A" & B', summaryId: 'sum' }

async function draw(bars: number): Promise<string> {
  return toMarkup(await renderChart(equityChart(equityLines(sampleRun({ bars }).result)), TEXT))
}

it('a chart is one labelled image that takes its colours from the page', async () => {
  const svg = await draw(200)
  expect(svg).toMatch(
    /^<svg class="chart full" role="img" tabindex="0" aria-label="Equity &quot;A&quot; &amp; B"/,
  )
  expect(svg.match(/role=/g)).toHaveLength(1)
  expect(new Set(svg.match(/stroke="(?!none)[^"]+"/g))).toEqual(
    new Set(['grid', 'gain', 'hold', 'gross', 'loss'].map((name) => `stroke="var(--${name})"`)),
  )
})

it('a chart holds nothing that a browser could fetch or follow, and no id that another chart could have', async () => {
  expect(await draw(200)).not.toMatch(/href|url\(|<image|<a |<script|<style|\sid=|http/)
})

it('charts drawn at the same time are the same to the byte', async () => {
  const [one, two, three] = await Promise.all([draw(300), draw(400), draw(300)])
  expect(three).toBe(one)
  expect(two).not.toBe(one)
})

it('a year of minutes is drawn with a bounded number of points', async () => {
  const { result } = sampleRun({ bars: 525_600, interval: '1m', trades: 50 })
  const svg = toMarkup(await renderChart(equityChart(equityLines(result)), TEXT))
  expect(svg.length).toBeLessThan(150_000)
})

it('a cloud of trades has its line at nothing made, and one at the stop', async () => {
  for (const count of [3, 1001]) {
    const x = Float64Array.from({ length: count }, (_, i) => -i / count)
    const chart = scatterChart(
      { x, y: x.map((value) => value + 0.5), hasWon: new Float64Array(count) },
      { x: { format: '.1f', title: 'x' }, y: { format: '.1f', title: 'y' } },
      -0.5,
    )
    const svg = toMarkup(await renderChart(chart, TEXT))
    expect(svg.match(/<line [^>]*stroke="var\(--quiet\)"/g)).toHaveLength(1)
    expect(svg.match(/<line [^>]*stroke="var\(--loss\)" stroke-dasharray="4,3"/g)).toHaveLength(1)
  }
})

it('no coordinate is lost: a flat run, a single bar and a fall to almost nothing are drawn', async () => {
  const flat = sampleRun({ bars: 10, trades: 0 }).result
  const single = sampleRun({ bars: 1, trades: 0 }).result
  const fall = { ...flat, equity: Float64Array.of(1e4, 1e4, 5, 4, 3, 2, 1, 1e-3, 1e-8, 1e-8) }
  for (const result of [flat, single, fall]) {
    const svg = toMarkup(await renderChart(equityChart(equityLines(result)), TEXT))
    expect(svg).not.toMatch(/NaN|Infinity|undefined/)
    expect(svg).toMatch(/stroke="var\(--gain\)"/)
  }
})
