/**
 * The levels of one chart as blocks of columns: most of the work of a long run's page. All that goes in and comes
 * out is plain data, so that another thread can do it. Floor 4.
 */
import { valueAt } from '../../engine/model/bars.js'
import { DAY_MS, intervalMs } from '../../engine/model/time.js'
import type { ChartChunk, ChartLevel } from './browser/chart-manifest.js'
import { type BlockLine, chartBlock, pickRows } from './chart-block.js'
import { decimalsOf } from './decimals.js'
import { barsAroundFills, type Detail, MOST_KEPT } from './kept-bars.js'
import { drawnValues, type LineValues, stepsOf } from './line-values.js'
import { type LevelBars, type PriceLevel, priceLevels } from './price-levels.js'
import { seriesLevels } from './series-levels.js'

/** What the levels are made of. */
export interface LevelsInput {
  readonly bars: LevelBars
  readonly first: number
  readonly end: number
  readonly lines: readonly LineValues[]
  /** Bars of the fills, counted from `first`. */
  readonly fillBars: readonly number[]
  readonly detail: Detail
  /** What part of the page this chart may take. */
  readonly share: number
  /** The number of the first block. */
  readonly firstBlock: number
}

/** The levels and their blocks. */
export interface LevelsMade {
  /** The finest first. */
  readonly levels: readonly ChartLevel[]
  /** From coarse to fine; compressed. */
  readonly blocks: readonly Uint8Array[]
  /** Decimals of the prices; undefined where they are doubles. */
  readonly priceDecimals: number | undefined
  /** Bars on either side of a fill that are kept; undefined where all are kept, or none. */
  readonly window: number | undefined
  /** The levels of at most 500 bars, the finest first; the coarsest where there is none. */
  readonly overview: readonly PriceLevel[]
}

/** Makes levels, here or in another thread. */
export type LevelsMaker = (input: LevelsInput) => LevelsMade | Promise<LevelsMade>

/** Most bars of a whole level, and most of one with lines, unless all is asked for. */
const MOST_BARS = 300_000
const MOST_WITH_LINES = 100_000

/** Bars of a block, but for levels that stand in one: about two weeks of minutes. */
const CHUNK = 1 << 14
const ONE_BLOCK = 70_000

/** Most bars of a level that is drawn, or told in words, as a whole. */
const MOST_IN_OVERVIEW = 500

/** Makes the levels' blocks. `all` are the bars' levels where they are there already. */
export function levelBlocks(
  { bars, first, end, lines, fillBars, detail, share, firstBlock }: LevelsInput,
  all = priceLevels(bars, first, end),
): LevelsMade {
  const finest = all[0]
  const hasLines = (level: PriceLevel): boolean =>
    detail === 'full' || level.time.length <= share * MOST_WITH_LINES
  const lineLevels = lines.map((line) => {
    const levels = seriesLevels(drawnValues(line), all, (level) => level === finest || hasLines(level))
    return { levels, toSteps: stepsOf(line) }
  })
  const shown = all.filter(
    (level) => detail !== 'none' || level.ms >= intervalMs('1h') || level === all.at(-1),
  )
  const whole = shown.filter(({ time }) => detail === 'full' || time.length <= share * MOST_BARS)
  const around =
    detail === 'trades' && finest !== undefined && !whole.includes(finest)
      ? barsAroundFills(finest, fillBars, { coarserMs: whole[0]?.ms ?? DAY_MS, most: share * MOST_KEPT })
      : undefined
  const priceDecimals = decimalsCarried(whole[0] ?? all.at(-1), finest, around?.rows)
  const blocks: Uint8Array[] = []
  const made = new Map<PriceLevel, ChartLevel>()
  for (const level of whole.toReversed()) {
    made.set(level, addLevel(level, { rows: allRows(level), isLined: hasLines(level), kept: [] }))
  }
  if (finest !== undefined && around !== undefined && around.rows.length > 0) {
    made.set(finest, addLevel(finest, { rows: around.rows, isLined: true, kept: around.spans }))
  }
  return {
    levels: all.flatMap((level) => made.get(level) ?? []),
    blocks,
    priceDecimals,
    window: around?.window,
    overview: all.filter((level) => level.time.length <= MOST_IN_OVERVIEW || level === all.at(-1)),
  }

  function addLevel(
    level: PriceLevel,
    {
      rows,
      isLined,
      kept,
    }: { readonly rows: Int32Array; readonly isLined: boolean; readonly kept: readonly number[] },
  ): ChartLevel {
    const isFinest = level === finest
    const at = all.indexOf(level)
    const series = isLined
      ? lineLevels.flatMap(({ levels, toSteps }): BlockLine[] => {
          const own = levels[at]
          return own === undefined ? [] : [{ ...own, toSteps }]
        })
      : []
    const size = rows.length <= ONE_BLOCK ? ONE_BLOCK : CHUNK
    const chunks: ChartChunk[] = []
    for (let k = 0; k < rows.length; k += size) {
      const own = rows.subarray(k, k + size)
      const bytes = chartBlock({ level, rows: own, priceDecimals, series, isFinest })
      chunks.push({
        block: firstBlock + blocks.push(bytes) - 1,
        n: own.length,
        from: valueAt(level.time, own[0] ?? 0),
        to: valueAt(level.time, own.at(-1) ?? 0) + level.ms,
      })
    }
    const leaps = kept.map((time, i) => (time - (kept[i - 1] ?? 0)) / level.ms)
    return { name: level.name, ms: level.ms, hasLines: isLined, isFinest, chunks, kept: leaps }
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

function allRows({ time }: PriceLevel): Int32Array {
  const rows = new Int32Array(time.length)
  for (let i = 0; i < rows.length; i++) rows[i] = i
  return rows
}
