import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BarBlock } from '../../../reports/price-chart/browser/bar-block.js'
import type { ChartManifest } from '../../../reports/price-chart/browser/chart-manifest.js'
import { compact, fixed, momentText, percent } from '../../../reports/price-chart/browser/format.js'
import { beginOf, endOf, levelFor, segmentsIn } from '../../../reports/price-chart/browser/segments.js'
import { timeTicks, valueTicks } from '../../../reports/price-chart/browser/ticks.js'
import { clampView, parseViewHash, viewHash, zoomView } from '../../../reports/price-chart/browser/view.js'

const MINUTE = 60_000

describe('a view', () => {
  it('stays within its bounds, however it is moved', () => {
    const moment = fc.integer({ min: -1e6, max: 1e6 })
    fc.assert(
      fc.property(moment, moment, (a, b) => {
        const { from, to } = clampView(
          { from: Math.min(a, b), to: Math.max(a, b) },
          { from: 0, to: 5000, least: 100 },
        )
        expect(from).toBeGreaterThanOrEqual(0)
        expect(to).toBeLessThanOrEqual(5000)
        expect(to - from).toBeGreaterThanOrEqual(100 - 1e-9)
      }),
    )
  })

  it('keeps the moment under the pointer where it is when it zooms', () => {
    expect(zoomView({ from: 100, to: 200 }, 0.5, 120)).toEqual({ from: 110, to: 160 })
  })

  it('comes back from the hash of a page, and from nothing else', () => {
    const view = { from: Date.UTC(2024, 0, 1), to: Date.UTC(2024, 0, 2, 3, 4, 5) }
    expect(viewHash(view)).toBe('#view=2024-01-01T00:00:00Z,2024-01-02T03:04:05Z')
    expect(parseViewHash(viewHash(view))).toEqual({ ...view, symbol: 0 })
    expect(viewHash(view, 3)).toBe(`${viewHash(view)}&symbol=3`)
    expect(parseViewHash(viewHash(view, 3))).toEqual({ ...view, symbol: 3 })
    for (const hash of [
      '',
      '#metrics',
      '#view=',
      '#view=a,b',
      '#view=2024-01-02T00:00:00Z,2024-01-01T00:00:00Z',
      '#view=%',
    ]) {
      expect(parseViewHash(hash)).toBeUndefined()
    }
  })
})

describe('ticks', () => {
  it('are round moments in UTC', () => {
    const day = timeTicks(Date.UTC(2024, 1, 28, 18), Date.UTC(2024, 1, 29, 6), 4).map(({ label }) => label)
    expect(day).toEqual(['18:00', '21:00', '02-29', '03:00', '06:00'])
    const years = timeTicks(Date.UTC(2020, 0, 1), Date.UTC(2022, 0, 1), 5).map(({ label }) => label)
    expect(years).toEqual(['2020', '2020-07', '2021', '2021-07', '2022'])
  })

  it('are round values', () => {
    expect(valueTicks(0.2, 9.7, 5)).toEqual({ values: [2, 4, 6, 8], decimals: 0 })
    expect(valueTicks(1.01, 1.05, 4).decimals).toBe(2)
    expect(valueTicks(5, 5, 4).values).toEqual([5])
  })
})

describe('numbers of the chart', () => {
  it.each([
    [fixed(-1234.5, 2), '−1,234.50'],
    [fixed(-0.001, 2), '0.00'],
    [fixed(Number.NaN, 2), '–'],
    [percent(0.1234), '12.34%'],
    [compact(1_234_567), '1.23M'],
    [compact(0), '0'],
    [compact(-25_000), '−25k'],
    [momentText(Date.UTC(2024, 0, 1, 5, 6), MINUTE), '2024-01-01 05:06'],
  ])('%s', (text, expected) => {
    expect(text).toBe(expected)
  })
})

describe('segments', () => {
  const block = (ms: number, from: number, n: number): BarBlock => {
    const column = new Float64Array(n)
    const time = column.map((_, i) => from + i * ms)
    return { n, ms, time, open: column, high: column, low: column, close: column, volume: column, lines: [] }
  }
  const blocks = [[block(1, 20, 10), block(1, 60, 10)], [block(10, 0, 10)]]
  const chunk = (number: number, one: BarBlock | undefined) => ({
    block: number,
    n: one?.n ?? 0,
    from: one?.time[0] ?? 0,
    to: (one?.time.at(-1) ?? 0) + (one?.ms ?? 0),
  })
  const level = { hasLines: true, isFinest: false }
  const manifest = {
    levels: [
      {
        ...level,
        name: 'fine',
        ms: 1,
        kept: [20, 30, 60, 70],
        chunks: [chunk(0, blocks[0]?.[0]), chunk(1, blocks[0]?.[1])],
      },
      { ...level, name: 'coarse', ms: 10, kept: [], chunks: [chunk(2, blocks[1]?.[0])] },
    ],
    // What segments do not read is left out.
  } as unknown as ChartManifest

  const drawn = (from: number, to: number, source = (l: number, c: number) => blocks[l]?.[c]) =>
    segmentsIn({ from, to }, { manifest, finest: 0, hasLines: false, source }).map(
      (one) =>
        `${one.block.ms}: ${one.block.time[one.start]} to ${(one.block.time[one.end - 1] ?? 0) + one.block.ms}`,
    )

  it('take fine bars where they are kept, and coarse ones between', () => {
    expect(drawn(0, 100)).toEqual([
      '10: 0 to 20',
      '1: 20 to 30',
      '10: 30 to 60',
      '1: 60 to 70',
      '10: 70 to 100',
    ])
    expect(drawn(22, 28)).toEqual(['1: 22 to 28'])
  })

  it('are coarse while the fine ones are on their way', () => {
    expect(drawn(15, 65, (l, c) => (l === 0 && c === 0 ? undefined : blocks[l]?.[c]))).toEqual([
      '10: 10 to 60',
      '1: 60 to 65',
    ])
  })

  it('end where finer ones begin, though their bars reach further, and no line runs back', () => {
    const [fine, coarse] = manifest.levels
    const kept = {
      ...manifest,
      levels: [
        { ...fine, kept: [23, 27] },
        { ...coarse, kept: [] },
      ],
    } as unknown as ChartManifest
    const segments = segmentsIn(
      { from: 5, to: 60 },
      { manifest: kept, finest: 0, hasLines: true, source: (l, c) => blocks[l]?.[c] },
    )
    expect(segments.map(({ level, from, to }) => [level, from, to])).toEqual([
      [1, Number.NEGATIVE_INFINITY, 23],
      [0, 23, 27],
      [1, 27, Number.POSITIVE_INFINITY],
    ])
    const edges = segments.flatMap((segment) =>
      Array.from({ length: segment.end - segment.start }, (_, k) => segment.start + k)
        .filter((row) => beginOf(segment, row) < endOf(segment, row))
        .flatMap((row) => [beginOf(segment, row), endOf(segment, row)]),
    )
    expect(edges).toEqual([
      0, 10, 10, 20, 20, 23, 23, 24, 24, 25, 25, 26, 26, 27, 27, 30, 30, 40, 40, 50, 50, 60,
    ])
  })

  it('are of the finest level that is wide enough', () => {
    expect([0.5, 1, 5, 10, 99].map((least) => levelFor(manifest.levels, least))).toEqual([0, 0, 1, 1, 1])
  })
})
