/** Which bars are drawn where: of the level that fits the zoom, and of coarser ones where that has none. Floor 4. */
import type { BarBlock } from './bar-block.js'
import type { ChartLevel, ChartManifest } from './chart-manifest.js'
import type { View } from './view.js'

/** Neighbouring bars of one block that lie in the view. */
export interface Segment {
  /** Index of the level. */
  readonly level: number
  readonly block: BarBlock
  /** Rows `start` (included) to `end` (excluded). */
  readonly start: number
  readonly end: number
  /** What it fills, ms: its first and last bar may reach over a neighbour. No border at an edge of the view. */
  readonly from: number
  readonly to: number
}

/** Where a bar begins of what its segment fills, ms; behind `endOf` where finer bars show all of it. */
export function beginOf({ block, from }: Segment, row: number): number {
  return Math.max(from, block.time[row] ?? 0)
}

/** Where a bar ends of what its segment fills, ms. */
export function endOf({ block, to }: Segment, row: number): number {
  return Math.min(to, (block.time[row] ?? 0) + block.ms)
}

/** Gives a block, or undefined while it is on its way. */
export type BlockSource = (level: number, chunk: number) => BarBlock | undefined

/** The finest level whose bars are at least `leastMs` long; the coarsest when none is. */
export function levelFor(levels: readonly ChartLevel[], leastMs: number): number {
  const fine = levels.findIndex(({ ms }) => ms >= leastMs)
  return fine < 0 ? levels.length - 1 : fine
}

/** Index of the first value that is not below `value`, among the first `n`. */
export function lowerBound(values: Float64Array, value: number, n = values.length): number {
  let low = 0
  let high = n
  while (low < high) {
    const middle = (low + high) >> 1
    if ((values[middle] ?? 0) < value) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * Segments that fill the view, in order of time: from level `finest` where its bars are there, from the
 * next coarser one elsewhere. With `hasLines` only levels that carry the lines count.
 */
export function segmentsIn(
  view: View,
  {
    manifest,
    finest,
    hasLines,
    source,
  }: {
    readonly manifest: ChartManifest
    readonly finest: number
    readonly hasLines: boolean
    readonly source: BlockSource
  },
): readonly Segment[] {
  const segments: Segment[] = []
  let holes: readonly View[] = [view]
  for (let level = finest; level < manifest.levels.length && holes.length > 0; level++) {
    const one = manifest.levels[level]
    if (one === undefined || (hasLines && !one.hasLines)) continue
    const left: View[] = []
    for (const hole of holes) left.push(...fill(hole, one, level))
    holes = left
  }
  return segments.sort((a, b) => (a.from < b.from ? -1 : 1))

  /** Fills a hole from one level; gives what is left of it. */
  function fill(hole: View, level: ChartLevel, index: number): readonly View[] {
    const left: View[] = []
    let done = hole.from
    for (const [chunk, reach] of reachesIn(hole, level)) {
      const block = source(index, chunk)
      if (block === undefined) continue
      const start = lowerBound(block.time, reach.from - level.ms + 1)
      const end = lowerBound(block.time, reach.to)
      if (end > start) {
        const from = reach.from > view.from ? reach.from : Number.NEGATIVE_INFINITY
        const to = reach.to < view.to ? reach.to : Number.POSITIVE_INFINITY
        segments.push({ level: index, block, start, end, from, to })
      }
      if (reach.from > done) left.push({ from: done, to: reach.from })
      done = Math.max(done, reach.to)
    }
    if (done < hole.to) left.push({ from: done, to: hole.to })
    return left
  }
}

/** Chunks of a level that reach into a hole, and how far: to the next chunk, or as far as bars are kept. */
function reachesIn(hole: View, { chunks, kept }: ChartLevel): readonly (readonly [number, View])[] {
  const reaches: (readonly [number, View])[] = []
  for (let chunk = 0; chunk < chunks.length; chunk++) {
    const from = chunk === 0 ? Number.NEGATIVE_INFINITY : (chunks[chunk]?.from ?? 0)
    const to = chunks[chunk + 1]?.from ?? Number.POSITIVE_INFINITY
    if (to <= hole.from || from >= hole.to) continue
    const spans = kept.length === 0 ? [from, to] : kept
    for (let k = 0; k < spans.length; k += 2) {
      const reach = {
        from: Math.max(hole.from, from, spans[k] ?? 0),
        to: Math.min(hole.to, to, spans[k + 1] ?? 0),
      }
      if (reach.to > reach.from) reaches.push([chunk, reach])
    }
  }
  return reaches
}
