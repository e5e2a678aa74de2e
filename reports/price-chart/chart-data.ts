/** Everything the price chart reads: the manifest, and blocks of columns from coarse to fine. Floor 4. */
import type { FrameColumns } from '../../engine/math/frame-columns.js'
import { barEnd } from '../../engine/math/metrics/daily-marks.js'
import { openTimeAt, valueAt } from '../../engine/model/bars.js'
import type { RunResult } from '../../engine/model/run-result.js'
import { DAY_MS, intervalMs } from '../../engine/model/time.js'
import { priceDecimals as shownDecimals } from '../format-number.js'
import { shorten, showHidden } from '../html.js'
import { moneyDecimals } from '../print-metric.js'
import type { ChartChunk, ChartLevel, ChartManifest } from './browser/chart-manifest.js'
import { type BlockLine, chartBlock, pickRows } from './chart-block.js'
import { type ChartLine, type ChartLines, chartLines, type NamedIndicators } from './chart-series.js'
import { decimalsOf } from './decimals.js'
import { barsAroundFills, type Detail, MOST_KEPT } from './kept-bars.js'
import { type PriceLevel, priceLevels } from './price-levels.js'
import { type SeriesLevel, seriesLevels } from './series-levels.js'
import { orderBlock, positionBlock, tradeBlock } from './trade-block.js'

/** The chart's data and what a reader may know about it. */
export interface ChartData {
  readonly manifest: ChartManifest
  /** By number; compressed. */
  readonly blocks: readonly Uint8Array[]
  /** How many of them the first view needs, or are small: they come first in the file. */
  readonly early: number
  readonly levels: readonly PriceLevel[]
  readonly lines: ChartLines
  /** Bars on either side of a fill that are kept; undefined where all are kept, or none. */
  readonly window: number | undefined
}

/** Most bars of a whole level, and most of one with lines, unless all is asked for. */
const MOST_BARS = 300_000
const MOST_WITH_LINES = 100_000

/** Bars of a block, but for levels that stand in one: about two weeks of minutes. */
const CHUNK = 1 << 14
const ONE_BLOCK = 70_000

/** Blocks of so many bars or fewer come early in the file. */
const EARLY = 3000

/**
 * Makes the chart's data. Where a page has several charts, `share` is what part of the page this one may take,
 * and its blocks are numbered from `firstBlock` on. `columns` are the indicators' where they are there already.
 */
export function chartData(
  result: RunResult,
  indicators: NamedIndicators,
  detail: Detail,
  {
    share = 1,
    firstBlock = 0,
    columns,
  }: {
    readonly share?: number
    readonly firstBlock?: number
    readonly columns?: FrameColumns | undefined
  } = {},
): ChartData {
  const { bars, first, end, rules, fills, settings } = result
  const all = priceLevels(bars, first, end)
  const finest = all[0]
  const lines = chartLines(result, indicators, columns)
  const hasLines = (level: PriceLevel): boolean =>
    detail === 'full' || level.time.length <= share * MOST_WITH_LINES
  const lineLevels = lines.lines.map((line) =>
    seriesLevels(line.values, all, (level) => level === finest || hasLines(level)),
  )
  const blocks: Uint8Array[] = []
  const add = (bytes: Uint8Array): number => firstBlock + blocks.push(bytes) - 1

  const trades = tradeBlock(result)
  const position = positionBlock(result)
  const orders = orderBlock(result)
  const tradesAt = add(trades.bytes)
  const positionAt = add(position.bytes)
  const ordersAt = add(orders.bytes)

  const shown = all.filter(
    (level) => detail !== 'none' || level.ms >= intervalMs('1h') || level === all.at(-1),
  )
  const whole = shown.filter(({ time }) => detail === 'full' || time.length <= share * MOST_BARS)
  const around =
    detail === 'trades' && finest !== undefined && !whole.includes(finest)
      ? barsAroundFills(
          finest,
          fills.map((fill) => fill.barIndex - first),
          { coarserMs: whole[0]?.ms ?? DAY_MS, most: share * MOST_KEPT },
        )
      : undefined
  const decimals = decimalsCarried(whole[0] ?? all.at(-1), finest, around?.rows)
  const made = new Map<PriceLevel, ChartLevel>()
  for (const level of whole.toReversed()) {
    made.set(level, addLevel(level, { rows: allRows(level), hasLines: hasLines(level), kept: [] }))
  }
  if (finest !== undefined && around !== undefined && around.rows.length > 0) {
    made.set(finest, addLevel(finest, { rows: around.rows, hasLines: true, kept: around.spans }))
  }
  const levels = all.flatMap((level) => made.get(level) ?? [])
  const firstLate = levels
    .flatMap(({ chunks }) => chunks.filter(({ n }) => n > EARLY))
    .map((one) => one.block - firstBlock)
  return {
    blocks,
    early: Math.min(blocks.length, ...firstLate),
    levels: all,
    lines,
    window: around?.window,
    manifest: {
      symbol: nameOf(bars.symbol),
      baseAsset: nameOf(rules.baseAsset),
      quoteAsset: nameOf(rules.quoteAsset),
      from: openTimeAt(bars, first),
      to: barEnd(bars, end - 1),
      ...(decimals === undefined ? {} : { priceDecimals: decimals }),
      shownDecimals: Math.min(decimals ?? 8, shownDecimals(valueAt(bars.close, first))),
      moneyDecimals: moneyDecimals(settings.cash),
      hasVolume: all.at(-1)?.volume.some((volume) => volume > 0) ?? false,
      levels,
      panes: lines.panes.map(nameOf),
      series: lines.lines.map(({ name, pane, decimals: own }) => ({
        name: nameOf(name),
        pane,
        decimals: own,
      })),
      trades: {
        block: tradesAt,
        n: trades.n,
        ...(trades.priceDecimals === undefined ? {} : { priceDecimals: trades.priceDecimals }),
      },
      position: { block: positionAt, n: position.n },
      orders: {
        block: ordersAt,
        n: orders.n,
        ...(orders.priceDecimals === undefined ? {} : { priceDecimals: orders.priceDecimals }),
      },
    },
  }

  function addLevel(
    level: PriceLevel,
    {
      rows,
      hasLines,
      kept,
    }: { readonly rows: Int32Array; readonly hasLines: boolean; readonly kept: readonly number[] },
  ): ChartLevel {
    const isFinest = level === finest
    const at = all.indexOf(level)
    const series = hasLines ? lines.lines.flatMap((line, k) => linesAt(line, lineLevels[k]?.[at])) : []
    const size = rows.length <= ONE_BLOCK ? ONE_BLOCK : CHUNK
    const chunks: ChartChunk[] = []
    for (let k = 0; k < rows.length; k += size) {
      const own = rows.subarray(k, k + size)
      const bytes = chartBlock({ level, rows: own, priceDecimals: decimals, series, isFinest })
      chunks.push({
        block: add(bytes),
        n: own.length,
        from: valueAt(level.time, own[0] ?? 0),
        to: valueAt(level.time, own.at(-1) ?? 0) + level.ms,
      })
    }
    const leaps = kept.map((time, i) => (time - (kept[i - 1] ?? 0)) / level.ms)
    return { name: level.name, ms: level.ms, hasLines, isFinest, chunks, kept: leaps }
  }
}

/**
 * Decimals of all prices that the page carries: those of its finest whole level, of which the longer bars are made,
 * and of the bars kept. To look at all of 4 million bars took 0.15 s.
 */
function decimalsCarried(
  whole: PriceLevel | undefined,
  finest: PriceLevel | undefined,
  rows: Int32Array = new Int32Array(),
): number | undefined {
  const columnsOf = (level: PriceLevel | undefined) =>
    level === undefined ? [] : [level.open, level.high, level.low, level.close]
  return decimalsOf([...columnsOf(whole), ...columnsOf(finest).map((column) => pickRows(column, rows))])
}

function linesAt({ toSteps }: ChartLine, level: SeriesLevel | undefined): readonly BlockLine[] {
  return level === undefined ? [] : [{ ...level, toSteps }]
}

/** A name as the canvas may print it: short, and with nothing hidden in it. */
function nameOf(name: string): string {
  return showHidden(shorten(name, 40))
}

function allRows({ time }: PriceLevel): Int32Array {
  const rows = new Int32Array(time.length)
  for (let i = 0; i < rows.length; i++) rows[i] = i
  return rows
}
