/** Everything the price chart reads: the manifest, and blocks of columns from coarse to fine. Floor 4. */
import type { FrameColumns } from '../../engine/math/frame-columns.js'
import { barEnd } from '../../engine/math/metrics/daily-marks.js'
import { openTimeAt, valueAt } from '../../engine/model/bars.js'
import type { RunResult } from '../../engine/model/run-result.js'
import { priceDecimals as shownDecimals } from '../format-number.js'
import { shorten, showHidden } from '../html.js'
import { moneyDecimals } from '../print-metric.js'
import type { ChartManifest } from './browser/chart-manifest.js'
import { type ChartLines, chartLines, type NamedIndicators } from './chart-series.js'
import type { Detail } from './kept-bars.js'
import { type LevelsMade, type LevelsMaker, levelBlocks } from './level-blocks.js'
import { orderBlock, positionBlock, tradeBlock } from './trade-block.js'

/** The chart's data and what a reader may know about it. */
export interface ChartData extends Pick<LevelsMade, 'overview' | 'window'> {
  readonly manifest: ChartManifest
  /** By number; compressed. */
  readonly blocks: readonly Uint8Array[]
  /** How many of them the first view needs, or are small: they come first in the file. */
  readonly early: number
  readonly lines: ChartLines
}

/** Blocks before those of the levels: trades, position and orders. */
const SMALL_BLOCKS = 3

/** Blocks of so many bars or fewer come early in the file. */
const EARLY = 3000

/** A chart under way: its lines, and its levels, which another thread may be making. */
export interface StartedChart {
  readonly lines: ChartLines
  readonly making: LevelsMade | Promise<LevelsMade>
}

/** How a chart is begun. */
export interface StartOptions {
  /** What part of the page it may take; all of it when left out. */
  readonly share?: number
  /** Number of its first block. */
  readonly firstBlock?: number
  /** The indicators' columns where they are there already. */
  readonly columns?: FrameColumns | undefined
  /** Who makes the levels; this thread when left out. */
  readonly makeLevels?: LevelsMaker
}

/** Begins a chart with what takes longest. */
export function startChart(
  result: RunResult,
  indicators: NamedIndicators,
  detail: Detail,
  { share = 1, firstBlock = 0, columns, makeLevels = levelBlocks }: StartOptions = {},
): StartedChart {
  const { bars, first, end, fills } = result
  const lines = chartLines(result, indicators, columns)
  const making = makeLevels({
    bars,
    first,
    end,
    lines: lines.lines.map(({ kind, decimals, values }) => ({ kind, decimals, values })),
    fillBars: fills.map((fill) => fill.barIndex - first),
    detail,
    share,
    firstBlock: firstBlock + SMALL_BLOCKS,
  })
  return { lines, making }
}

/** Makes the data of a chart that was begun with the same `firstBlock`. */
export async function chartData(
  result: RunResult,
  { lines, making }: StartedChart,
  { firstBlock = 0 }: Pick<StartOptions, 'firstBlock'> = {},
): Promise<ChartData> {
  const { bars, first, end, rules, settings } = result
  const trades = tradeBlock(result)
  const position = positionBlock(result)
  const orders = orderBlock(result)
  const { levels, overview, priceDecimals, window, ...made } = await making
  const blocks = [trades.bytes, position.bytes, orders.bytes, ...made.blocks]
  const firstLate = levels
    .flatMap(({ chunks }) => chunks.filter(({ n }) => n > EARLY))
    .map((one) => one.block - firstBlock)
  return {
    blocks,
    early: Math.min(blocks.length, ...firstLate),
    overview,
    lines,
    window,
    manifest: {
      symbol: nameOf(bars.symbol),
      baseAsset: nameOf(rules.baseAsset),
      quoteAsset: nameOf(rules.quoteAsset),
      from: openTimeAt(bars, first),
      to: barEnd(bars, end - 1),
      ...(priceDecimals === undefined ? {} : { priceDecimals }),
      shownDecimals: Math.min(priceDecimals ?? 8, shownDecimals(valueAt(bars.close, first))),
      moneyDecimals: moneyDecimals(settings.cash),
      hasVolume: overview.at(-1)?.volume.some((volume) => volume > 0) ?? false,
      levels,
      panes: lines.panes.map(nameOf),
      series: lines.lines.map(({ name, pane, decimals }) => ({ name: nameOf(name), pane, decimals })),
      trades: {
        block: firstBlock,
        n: trades.n,
        ...(trades.priceDecimals === undefined ? {} : { priceDecimals: trades.priceDecimals }),
      },
      position: { block: firstBlock + 1, n: position.n },
      orders: {
        block: firstBlock + 2,
        n: orders.n,
        ...(orders.priceDecimals === undefined ? {} : { priceDecimals: orders.priceDecimals }),
      },
    },
  }
}

/** A name as the canvas may print it: short, and with nothing hidden in it. */
function nameOf(name: string): string {
  return showHidden(shorten(name, 40))
}
