/** Values counted in bins of one width, in one direction and in two. Floor 1. */
import { valueAt } from '../model/bars.js'

/** Counts of values in equal bins. Bin `i` covers `start + i·step` (included) to `start + (i + 1)·step`. */
export interface Histogram {
  /** A multiple of `step`, so that 0 is always an edge and never inside a bin. */
  readonly start: number
  /** 1, 2 or 5 times a power of ten. */
  readonly step: number
  /** The last bin holds its upper edge too. */
  readonly counts: readonly number[]
}

/** Below this a spread is rounding, whatever the values count. */
const TINY = 1e-12

/**
 * Bins of the values, at most `most` and two more; values that do not vary, but for rounding, make one bin or two.
 * Undefined of no values. The values must be finite.
 */
export function histogramOf(values: Float64Array, most = 40): Histogram | undefined {
  if (values.length === 0) return undefined
  let low = valueAt(values, 0)
  let high = low
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  const size = Math.max(Math.abs(low), Math.abs(high))
  const isFlat = !(high - low > Math.max(TINY, 1e-9 * size))
  const step = roundStep(isFlat ? (size > TINY ? size / 10 : 1) : (high - low) / most)
  const start = Math.floor(low / step)
  const counts = new Array<number>(Math.max(1, Math.ceil(high / step) - start)).fill(0)
  for (const value of values) {
    const bin = Math.min(counts.length - 1, Math.floor(value / step) - start)
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  return { start: start * step, step, counts }
}

/** The next 1, 2 or 5 times a power of ten at or above `least`, which must be above 0 and finite. */
export function roundStep(least: number): number {
  let whole = 1
  let parts = 1
  while (whole / parts > least) parts *= 10
  while ((whole * 10) / parts <= least) whole *= 10
  const factor = [1, 2, 5].find((one) => (one * whole) / parts >= least) ?? 10
  return (factor * whole) / parts
}

/** How many points lie in one cell of a grid. Bounds as in `Histogram`. */
export interface GridCell {
  readonly x: number
  readonly y: number
  readonly count: number
}

/** Counts of points in a grid of equal cells, those that hold any, by x and then y; with the cells' size. */
export function gridCounts(
  xs: Float64Array,
  ys: Float64Array,
  most = 40,
): { readonly xStep: number; readonly yStep: number; readonly cells: readonly GridCell[] } {
  const xStep = histogramOf(xs, most)?.step ?? 1
  const yStep = histogramOf(ys, most)?.step ?? 1
  const columns = new Map<number, Map<number, number>>()
  for (let i = 0; i < xs.length; i++) {
    const x = Math.floor(valueAt(xs, i) / xStep)
    const y = Math.floor(valueAt(ys, i) / yStep)
    const column = columns.get(x) ?? new Map<number, number>()
    column.set(y, (column.get(y) ?? 0) + 1)
    columns.set(x, column)
  }
  const rising = <T>(map: Map<number, T>) => [...map].sort(([a], [b]) => a - b)
  const cells = rising(columns).flatMap(([x, column]) =>
    rising(column).map(([y, count]) => ({ x: x * xStep, y: y * yStep, count })),
  )
  return { xStep, yStep, cells }
}
