import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { atr } from '../../../engine/math/atr.js'
import { bollinger } from '../../../engine/math/bollinger.js'
import { FrameColumns } from '../../../engine/math/frame-columns.js'
import { close, volume } from '../../../engine/math/indicator.js'
import { on } from '../../../engine/math/on-interval.js'
import { rsi } from '../../../engine/math/rsi.js'
import { sma } from '../../../engine/math/sma.js'
import { type Bar, BarColumns, barAt, valueAt } from '../../../engine/model/bars.js'
import type { RunResult } from '../../../engine/model/run-result.js'
import type { Interval } from '../../../engine/model/time.js'
import { intervalMs } from '../../../engine/model/time.js'
import { formatPercent } from '../../../reports/format-number.js'
import { toBase85 } from '../../../reports/price-chart/base85.js'
import { type BarBlock, readBarBlock } from '../../../reports/price-chart/browser/bar-block.js'
import { parseManifest } from '../../../reports/price-chart/browser/chart-manifest.js'
import { ColumnReader, inflate } from '../../../reports/price-chart/browser/column-reader.js'
import { readPosition, readTrades } from '../../../reports/price-chart/browser/trade-columns.js'
import type { ChartData } from '../../../reports/price-chart/chart-data.js'
import type { NamedIndicators } from '../../../reports/price-chart/chart-series.js'
import type { Detail } from '../../../reports/price-chart/kept-bars.js'
import { toDrawdownSteps } from '../../../reports/price-chart/line-values.js'
import { type SampleOptions, sampleRun } from '../sample-run.js'
import { wholeChart } from './whole-chart.js'

const reader = async (bytes: Uint8Array | undefined): Promise<ColumnReader> =>
  new ColumnReader(await inflate(toBase85(bytes ?? new Uint8Array())))

/** Every block of every level, as the browser reads it, by the level's name. */
async function readLevels({
  manifest: made,
  blocks,
}: ChartData): Promise<ReadonlyMap<string, readonly BarBlock[]>> {
  const manifest = parseManifest(JSON.stringify(made))
  const levels = new Map<string, readonly BarBlock[]>()
  for (const [level, { name, chunks }] of manifest.levels.entries()) {
    const read = chunks.map(async ({ block }, chunk) =>
      readBarBlock(await reader(blocks[block]), { manifest, level, chunk }),
    )
    levels.set(name, await Promise.all(read))
  }
  return levels
}

/** What a level should hold, the slow way: bars by the start of the longer one that they lie in. */
function bucketsOf(bars: readonly Bar[], ms: number): readonly Omit<Bar, 'volume'>[] {
  const monday = ms === intervalMs('1w') ? Date.UTC(1970, 0, 5) : 0
  const byStart = Map.groupBy(bars, ({ openTime }) => openTime - ((((openTime - monday) % ms) + ms) % ms))
  return [...byStart].map(([openTime, own]) => ({
    openTime,
    open: own[0]?.open ?? 0,
    high: Math.max(...own.map((bar) => bar.high)),
    low: Math.min(...own.map((bar) => bar.low)),
    close: own.at(-1)?.close ?? 0,
  }))
}

function pick({ openTime, open, high, low, close: shut }: Bar): Omit<Bar, 'volume'> {
  return { openTime, open, high, low, close: shut }
}

function runOver(bars: BarColumns, equity: Float64Array): RunResult {
  const { result } = sampleRun({ bars: bars.length, trades: 0 })
  return { ...result, bars, equity, first: 0, end: bars.length, fills: [], trades: [], orders: [] }
}

const all = { detail: 'full' as Detail, indicators: {} as NamedIndicators }

describe('the levels of a chart', () => {
  const interval = fc.constantFrom<Interval>('1s', '1m', '3m', '15m', '2h', '8h', '1d', '3d', '1w')
  const bar = fc.record({
    gap: fc.constantFrom(0, 0, 0, 0, 1, 7, 2000),
    prices: fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 4, maxLength: 4 }),
    volume: fc.constantFrom(0, 1, 12.5, 1e6),
    equity: fc.integer({ min: 1, max: 2_000_000 }),
  })
  // Ticks of 1e-8, of 0.5 near 1e9, and prices off every tick.
  const toPrice = fc.constantFrom(
    (ticks: number) => ticks / 1e8,
    (ticks: number) => ticks / 100,
    (ticks: number) => 1e9 + ticks / 2,
    (ticks: number) => ticks / 7,
  )

  it('read back are the buckets of the bars, to the bit, over gaps and at any price', async () => {
    await fc.assert(
      fc.asyncProperty(
        interval,
        toPrice,
        fc.array(bar, { minLength: 1, maxLength: 60 }),
        async (own, price, rows) => {
          const bars = new BarColumns({ symbol: 'X', interval: own })
          let openTime = Date.UTC(2024, 0, 1)
          for (const { gap, prices, volume: traded } of rows) {
            const [open = 0, shut = 0, a = 0, b = 0] = prices.map(price)
            openTime += gap * intervalMs(own)
            bars.append({
              openTime,
              open,
              close: shut,
              high: Math.max(open, shut, a),
              low: Math.min(open, shut, b),
              volume: traded,
            })
            openTime += intervalMs(own)
          }
          const equity = Float64Array.from(rows, (row) => row.equity / 100)
          const data = await wholeChart(runOver(bars, equity), all.indicators, all.detail)
          const list = rows.map((_, i) => barAt(bars, i))
          for (const [name, blocks] of await readLevels(data)) {
            const read = blocks.flatMap(({ n, time, open, high, low, close: shut }) =>
              Array.from({ length: n }, (_, i) => ({
                openTime: time[i],
                open: open[i],
                high: high[i],
                low: low[i],
                close: shut[i],
              })),
            )
            const { ms = 0 } = data.manifest.levels.find((level) => level.name === name) ?? {}
            const isOwn = name === own
            expect(read).toEqual(isOwn ? list.map((one) => pick(one)) : bucketsOf(list, ms))
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  it('have the deepest drawdown of the table at every zoom, and equity to the cent', async () => {
    const property = fc.asyncProperty(
      fc.integer({ min: 1, max: 1e6 }),
      fc.integer({ min: 2, max: 900 }),
      async (seed, bars) => {
        const { result, metrics } = sampleRun({
          seed,
          bars,
          interval: '15m',
          trades: Math.min(20, bars >> 3),
        })
        const data = await wholeChart(result, {}, 'full')
        for (const blocks of (await readLevels(data)).values()) {
          const [equity, drawdown] = [0, 1].map((line) =>
            blocks.flatMap(({ lines }) => [...(lines[line]?.high ?? [])]),
          )
          const deepest = Math.max(...(drawdown ?? []))
          expect(formatPercent(deepest)).toBe(formatPercent(metrics.values.max_drawdown))
          expect(Math.abs(deepest - metrics.values.max_drawdown)).toBeLessThanOrEqual(1.5e-5)
          expect(Math.max(...(equity ?? []))).toBeCloseTo(Math.max(...result.equity), 2)
          const last = blocks.at(-1)?.lines[0]?.last.at(-1)
          expect(last).toBeCloseTo(metrics.values.end_equity, 2)
        }
      },
    )
    await fc.assert(property, { numRuns: 40 })
  })

  it('print any drawdown as the table does', () => {
    const near = fc.tuple(fc.integer({ min: 0, max: 9999 }), fc.integer({ min: -40, max: 40 }))
    const drawdown = fc.oneof(
      fc.double({ min: 0, max: 1, noNaN: true }),
      near.map(([k, ulps]) => Math.max(0, (k + 0.5) / 1e4 + ulps * 1e-9)),
    )
    fc.assert(
      fc.property(drawdown, (depth) => {
        expect(formatPercent(toDrawdownSteps(depth) / 1e5)).toBe(formatPercent(depth))
      }),
    )
  })

  it('have the lowest, the highest and the last value of a line in each bar', async () => {
    const { result } = sampleRun({ bars: 300, interval: '15m' })
    const data = await wholeChart(result, { average: sma(close, 20) }, 'full')
    const levels = await readLevels(data)
    const fine = levels.get('15m')?.[0]
    const hours = levels.get('1h')?.[0]
    const mean = (i: number): number => {
      let sum = 0
      for (let k = i - 19; k <= i; k++) sum += valueAt(result.bars.close, k)
      return i < 19 ? Number.NaN : sum / 20
    }
    for (let i = 0; i < 300; i++) {
      const read = valueAt(fine?.lines[0]?.last ?? new Float64Array(), i)
      if (i < 19) expect(read).toBeNaN()
      else expect(Math.abs(read - mean(i))).toBeLessThanOrEqual(0.05 + 1e-9)
    }
    for (let k = 0; k < 75; k++) {
      const own = [0, 1, 2, 3]
        .map((i) => fine?.lines[0]?.last[4 * k + i] ?? Number.NaN)
        .filter((one) => !Number.isNaN(one))
      const { low, high, last } = hours?.lines[0] ?? {}
      expect([low?.[k], high?.[k], last?.[k]]).toEqual(
        own.length === 0
          ? [Number.NaN, Number.NaN, Number.NaN]
          : [Math.min(...own), Math.max(...own), own.at(-1)],
      )
    }
  })
})

describe('the lines of a chart', () => {
  it('lie over the price only when they are on its scale', async () => {
    const { result } = sampleRun({ bars: 400 })
    const { manifest } = await wholeChart(
      result,
      {
        mean: sma(close, 10),
        bands: bollinger(close, 20, 2),
        strength: rsi(close, 14),
        range: atr(14),
        traded: sma(volume, 5),
      },
      'trades',
    )
    const paneOf = Object.fromEntries(manifest.series.map(({ name, pane }) => [name, pane]))
    expect(paneOf).toMatchObject({ mean: 0, strength: 1, range: 2, traded: 3, Equity: 4, Drawdown: 5 })
    expect(manifest.series.filter(({ pane }) => pane === 0)).toHaveLength(4)
    expect(manifest.panes).toEqual(['strength', 'range', 'traded'])
  })

  it('get no pane of their own when the run is too short for any value', async () => {
    const { result } = sampleRun({ bars: 50 })
    const { manifest } = await wholeChart(result, { slow: rsi(close, 60), fast: rsi(close, 14) }, 'trades')
    expect(manifest.panes).toEqual(['fast'])
    expect(manifest.series.map(({ name, pane }) => [name, pane])).toEqual([
      ['slow', 0],
      ['fast', 1],
      ['Equity', 2],
      ['Drawdown', 3],
    ])
  })

  it('over a longer interval stay at the value of its last closed bar', async () => {
    const { result } = sampleRun({ bars: 200, interval: '15m' })
    const data = await wholeChart(result, { hours: on('1h', sma(close, 2)) }, 'full')
    expect(data.manifest.series[0]?.pane).toBe(0)
    const { last } = (await readLevels(data)).get('15m')?.[0]?.lines[0] ?? {}
    const { close: closes } = result.bars
    // The hour that closes with bar 4k + 3 holds for that bar and the three behind it; the first mean is of two hours.
    for (let i = 0; i < 200; i++) {
      const closed = Math.floor((i + 1) / 4) * 4 - 1
      if (closed < 7) expect(last?.[i]).toBeNaN()
      else expect(last?.[i]).toBeCloseTo((valueAt(closes, closed) + valueAt(closes, closed - 4)) / 2, 0)
    }
  })

  it('are the same whether the run has left their columns or not', async () => {
    const { result } = sampleRun({ bars: 700, interval: '15m' })
    const indicators = { average: sma(close, 20), strength: rsi(close, 14), hours: on('1h', sma(close, 2)) }
    // A run makes its columns in blocks, and with the range that its fills are priced by.
    const columns = new FrameColumns([...Object.values(indicators), atr(14)], result.bars)
    for (const to of [1, 300, 555, 700]) columns.extend(to)
    const left = await wholeChart(result, indicators, 'full', { columns })
    const { blocks, manifest } = await wholeChart(result, indicators, 'full')
    expect(left.manifest).toEqual(manifest)
    expect(left.blocks).toEqual(blocks)
  })

  it('are eight at most, and the rest is named', async () => {
    const { result } = sampleRun({ bars: 200 })
    const many = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`m${i}`, sma(close, 2 + i)]))
    const { lines, manifest } = await wholeChart(result, many, 'trades')
    expect(manifest.series).toHaveLength(8 + 2)
    expect(lines.leftOut).toEqual(['m8', 'm9'])
  })
})

describe('the detail of a chart', () => {
  const options: SampleOptions = { bars: 400_000, interval: '1m', trades: 40 }

  it('is minutes around fills, whole levels from 5m on', async () => {
    const { result } = sampleRun(options)
    const data = await wholeChart(result, {}, 'trades')
    const levels = await readLevels(data)
    expect([...levels.keys()]).toEqual(['1m', '5m', '15m', '1h', '4h', '1d', '1w'])
    const minutes = new Set(levels.get('1m')?.flatMap(({ time }) => [...time]))
    expect(data.window).toBe(180)
    for (const { barIndex } of result.fills) {
      for (let i = Math.max(0, barIndex - 180); i <= barIndex + 180; i++) {
        expect(minutes.has(valueAt(result.bars.openTime, i))).toBe(true)
      }
    }
    expect(minutes.size).toBeLessThan(80 * 372)
    expect(levels.get('5m')?.reduce((sum, { n }) => sum + n, 0)).toBe(80_000)
  })

  it('full is every bar, none is hours and longer', async () => {
    const { result } = sampleRun({ ...options, bars: 5000 })
    const [full, none] = await Promise.all([
      readLevels(await wholeChart(result, {}, 'full')),
      readLevels(await wholeChart(result, {}, 'none')),
    ])
    expect(full.get('1m')?.[0]?.n).toBe(5000)
    expect([...none.keys()]).toEqual(['1h', '4h', '1d', '1w'])
  })

  it('says which bars it keeps where fills are too many', async () => {
    const { result } = sampleRun({ ...options, trades: 20_000 })
    const { window, manifest } = await wholeChart(result, {}, 'trades')
    expect(window).toBe(1)
    expect(manifest.levels[0]?.name).toBe('1m')
  })
})

describe('trades of a chart', () => {
  it('come back as they were, an open one without an exit', async () => {
    const { result } = sampleRun({ trades: 7, isOpenAtEnd: true })
    const { manifest, blocks } = await wholeChart(result, {}, 'trades')
    const trades = readTrades(await reader(blocks[manifest.trades.block]), manifest)
    expect(trades.n).toBe(8)
    for (const [i, trade] of result.trades.entries()) {
      expect([
        trades.number[i],
        trades.entryTime[i],
        trades.exitTime[i],
        trades.entryPrice[i],
        trades.exitPrice[i],
        trades.return[i],
      ]).toEqual([
        trade.number,
        trade.entryTime,
        trade.exitTime,
        trade.entryPrice,
        trade.exitPrice,
        trade.return,
      ])
      expect(trades.net[i]).toBe(Number(trade.net) / 1e8)
    }
    expect(trades.entryTime[7]).toBe(result.fills.at(-1)?.time)
    expect(trades.exitTime[7]).toBeNaN()
    const position = readPosition(await reader(blocks[manifest.position.block]), manifest)
    expect(position.held.at(-1)).toBe(Number(result.quantity) / 1e8)
  })
})
