import { describe, expect, it } from 'vitest'
import { binsOf } from '../../reports/compare-charts.js'
import { renderComparePage } from '../../reports/compare-page.js'
import { deltaText, intervalText } from '../../reports/compare-text.js'
import { compareRuns } from '../../reports/comparison.js'
import { renderIndexPage } from '../../reports/index-page.js'
import { symbolsText } from '../../reports/stored-run.js'
import { sampleStored } from './sample-stored.js'

const rowOf = (runs: Parameters<typeof compareRuns>[0], key: string) =>
  compareRuns(runs, 1).metrics.find((row) => row.key === key)?.cells ?? []

describe('the best of a metric', () => {
  const run = sampleStored({ bars: 24 * 120 })
  const withMetrics = (values: Partial<typeof run.metrics>) => ({
    ...run,
    metrics: { ...run.metrics, ...values },
  })

  it('is the highest, or the lowest where less is better', () => {
    const runs = [
      withMetrics({ sharpe: 1, max_drawdown: 0.2 }),
      withMetrics({ sharpe: 2, max_drawdown: 0.3 }),
    ]
    expect(rowOf(runs, 'sharpe').map(({ isBest }) => isBest)).toEqual([false, true])
    expect(rowOf(runs, 'max_drawdown').map(({ isBest }) => isBest)).toEqual([true, false])
    expect(rowOf(runs, 'sharpe')[1]?.delta).toBe(1)
  })

  it('is none where all are equal, undefined, or neither way is better', () => {
    expect(rowOf([run, run], 'sharpe').some(({ isBest }) => isBest)).toBe(false)
    const runs = [
      withMetrics({ trades: 1, sharpe: Number.NaN }),
      withMetrics({ trades: 2, sharpe: Number.NaN }),
    ]
    for (const key of ['trades', 'sharpe']) expect(rowOf(runs, key).some(({ isBest }) => isBest)).toBe(false)
  })

  it('is shared by equals, and never an annual figure of a run too short for it', () => {
    const three = [1, 2, 2].map((sharpe) => withMetrics({ sharpe }))
    expect(rowOf(three, 'sharpe').map(({ isBest }) => isBest)).toEqual([false, true, true])
    const short = sampleStored({ bars: 24 * 10 })
    const cells = rowOf(
      [withMetrics({ sharpe: 1 }), { ...short, metrics: { ...short.metrics, sharpe: 99 } }],
      'sharpe',
    )
    expect(cells.map(({ isBest, standing }) => [isBest, standing])).toEqual([
      [false, 'plain'],
      [false, 'hidden'],
    ])
  })
})

describe('figures of a comparison', () => {
  it('have their sign, and points where they are in percent', () => {
    expect(deltaText('net_return', 0.0512, 10_000)).toBe('+5.12 pp')
    expect(deltaText('net_return', -0.0512, 10_000)).toBe('−5.12 pp')
    expect(deltaText('net_return', 0.000001, 10_000)).toBe('0.00 pp')
    expect(deltaText('sharpe', 1, 10_000)).toBe('+1.00')
    expect(deltaText('sharpe', Number.NaN, 10_000)).toBe('')
  })

  it('say whether an interval holds 0', () => {
    const interval = { count: 100, mean: 0.0001, blockLength: 5, draws: 10, shareAbove: 0.9 }
    expect(intervalText('A', 'B', { ...interval, low: -0.0002, high: 0.0003 })).toBe(
      'B less A: +1.00 basis points a day on average over 100 days, 95% interval −2.00 to +3.00; the interval holds 0, so these days do not tell the two apart.',
    )
    expect(intervalText('A', 'B', { ...interval, low: 0.00001, high: 0.0003 })).toContain('does not hold 0')
    expect(intervalText('A', 'B', { ...interval, low: 0, high: 0 })).toContain('are equal')
    expect(intervalText('A', 'B', { ...interval, count: 1, low: Number.NaN, high: Number.NaN })).toContain(
      'nothing to compare',
    )
  })
})

describe('a run over several symbols', () => {
  const symbols = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'XRPUSDT']
  const run = { ...sampleStored(), symbols }

  it('names them all, of more than three the first two', () => {
    expect(symbolsText({ symbols: symbols.slice(1) })).toBe('ETHUSDT, SOLUSDT, XRPUSDT')
    const input = { runs: [run], skipped: [], linkOf: () => undefined }
    expect(renderIndexPage(input)).toContain('BTCUSDT, ETHUSDT and 2 more')
  })

  it('is not compared in quote with one over its first alone', () => {
    const { notes, settings } = compareRuns([sampleStored(), run], 1)
    expect(notes.join(' ')).toContain('A BTCUSDT, B BTCUSDT, ETHUSDT and 2 more')
    expect(settings.find(({ name }) => name === 'symbol')?.values).toEqual(['BTCUSDT', symbols.join(', ')])
  })
})

describe('binsOf', () => {
  it('counts every value once, the highest in the last bin', () => {
    const bins = binsOf(Float64Array.from({ length: 101 }, (_, i) => i))
    expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(101)
    expect([bins[0]?.from, bins.at(-1)?.to]).toEqual([0, 100])
    expect(bins).toHaveLength(11)
  })

  it('is one bin of equal values, none of nothing', () => {
    expect(binsOf(Float64Array.of(2, 2))).toEqual([{ from: 2, to: 2, count: 2 }])
    expect(binsOf(new Float64Array())).toEqual([])
  })
})

describe('renderComparePage', () => {
  it('gives the same bytes for the same runs, six of them too, and a table for each chart', async () => {
    const runs = Array.from({ length: 6 }, (_, i) => sampleStored({ bars: 24 * 60, seed: i + 1 }))
    const input = { comparison: compareRuns(runs, 1), hasCompat: false, linkOf: () => undefined }
    const page = await renderComparePage(input)
    expect(await renderComparePage(input)).toBe(page)
    expect(page.match(/role="img"/g)).toHaveLength(6)
    expect(page.match(/As a table/g)).toHaveLength(6)
    expect(page.match(/View spec/g)).toHaveLength(6)
    expect(page).not.toContain('NaN')
  })
})
