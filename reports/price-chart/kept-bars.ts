/** Which of the finest bars a page carries: all, or those around fills. Floor 4. */
import { valueAt } from '../../engine/model/bars.js'
import type { PriceLevel } from './price-levels.js'
import { startOfBar } from './price-levels.js'

/** How much of the bars a page carries. */
export type Detail = 'trades' | 'full' | 'none'

/** Bars kept on either side of a fill, from the widest choice to the narrowest. */
const WINDOWS = [180, 120, 90, 60, 45, 30, 20, 15, 10, 5, 2, 1] as const

/** What is kept in any case: the bar that decided, the fill's own and the next. */
const NARROWEST = 1

/** Most bars kept around fills, where the page has one chart: about 0.7 MB of it. */
export const MOST_KEPT = 70_000

/** Bars that are kept. */
export interface KeptBars {
  /** Bars on either side of a fill. */
  readonly window: number
  /** Indices into the finest level, rising. */
  readonly rows: Int32Array
  /** Stretches of time that are kept whole, as from, to, from, to. */
  readonly spans: readonly number[]
}

/**
 * The bars around fills, out to whole bars of the length `coarserMs`, so that either the one or the
 * other level is drawn: as many on either side as the limit allows, and 1 at least.
 */
export function barsAroundFills(
  level: PriceLevel,
  fillBars: readonly number[],
  { coarserMs, most = MOST_KEPT }: { readonly coarserMs: number; readonly most?: number },
): KeptBars {
  const { time, ms } = level
  for (const window of WINDOWS) {
    const spans = spansOf(window)
    if (window > NARROWEST && rowsOf(spans) > most) continue
    return { window, spans, rows: rowsIn(spans) }
  }
  return { window: 0, rows: new Int32Array(), spans: [] }

  function spansOf(window: number): readonly number[] {
    const spans: number[] = []
    const last = time.length - 1
    for (const bar of fillBars) {
      const until = valueAt(time, Math.min(last, bar + window)) + ms - 1
      const before = spans[spans.length - 1]
      // Where fills are many, most add nothing to the stretch of the one before.
      if (before !== undefined && until < before) continue
      const from = startOfBar(valueAt(time, Math.max(0, bar - window)), coarserMs)
      const to = startOfBar(until, coarserMs) + coarserMs
      if (before !== undefined && from <= before) spans[spans.length - 1] = Math.max(before, to)
      else spans.push(from, to)
    }
    return spans
  }

  function rowsOf(spans: readonly number[]): number {
    return spans.reduce((sum, at, k) => sum + (k % 2 === 0 ? -1 : 1) * rowFrom(level, at), 0)
  }

  function rowsIn(spans: readonly number[]): Int32Array {
    const rows = new Int32Array(rowsOf(spans))
    let n = 0
    for (let k = 0; k < spans.length; k += 2) {
      const to = rowFrom(level, spans[k + 1] ?? 0)
      for (let i = rowFrom(level, spans[k] ?? 0); i < to; i++) rows[n++] = i
    }
    return rows
  }
}

/** Index of the first row that does not begin before `moment`. */
function rowFrom({ time, ms }: PriceLevel, moment: number): number {
  const n = time.length
  const start = valueAt(time, 0)
  // Without a gap it is counted: to search 4 million times for each fill and window took 60 ms.
  if (valueAt(time, n - 1) - start === (n - 1) * ms) {
    return Math.max(0, Math.min(n, Math.ceil((moment - start) / ms)))
  }
  let low = 0
  let high = n
  while (low < high) {
    const middle = (low + high) >> 1
    if (valueAt(time, middle) < moment) low = middle + 1
    else high = middle
  }
  return low
}
