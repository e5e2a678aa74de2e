/** Trials as lines across parallel axes: where they run, for the page and its program alike. Floor 4. */
import { levelText } from './heat-grid.js'
import { cellOf, isRankedRow, type ListedAxis, type SweepList } from './sweep-data.js'

/** Size of the drawing in its own units. */
export const PARALLEL = { width: 1000, height: 340, top: 40, bottom: 308, left: 60, right: 940 } as const

/** Groups of lines, the last of them the best fifth, and the one before all for trials that may not be chosen. */
export const LINE_CLASSES = ['few', 'fifth-1', 'fifth-2', 'fifth-3', 'fifth-4', 'fifth-5'] as const

/** One axis of the drawing. */
export interface ParallelAxis {
  readonly name: string
  readonly x: number
  /** Words at its lower and upper end. */
  readonly low: string
  readonly high: string
  /** Where each trial crosses it, 0 at the lower end and 1 at the upper; NaN where it has no figure. */
  readonly places: readonly number[]
}

/** The swept parameters and, last, the objective. */
export function parallelAxes(list: SweepList): readonly ParallelAxis[] {
  const all: readonly ListedAxis[] = [
    ...list.axes,
    { name: list.objective, column: list.value, isWord: false },
  ]
  const gap = (PARALLEL.right - PARALLEL.left) / Math.max(1, all.length - 1)
  return all.map(({ name, column, isWord }, i) => {
    const values = list.rows.map((_, row) => cellOf(list, row, column))
    const known = [...new Set(values.filter((value) => !Number.isNaN(value)))].sort((a, b) => a - b)
    const low = known[0] ?? 0
    const high = known.at(-1) ?? 0
    const text = (value: number) => (isWord ? (list.words[value] ?? '') : levelText(value))
    const places = values.map((value) => {
      if (isWord) return known.length < 2 ? 0.5 : known.indexOf(value) / (known.length - 1)
      return high > low ? (value - low) / (high - low) : Number.isNaN(value) ? value : 0.5
    })
    return { name, x: Math.round(PARALLEL.left + i * gap), low: text(low), high: text(high), places }
  })
}

/** Where a place on an axis is drawn. */
export function parallelY(place: number): number {
  return PARALLEL.bottom - place * (PARALLEL.bottom - PARALLEL.top)
}

/** One path a class of `LINE_CLASSES`, of the given rows; trials without an objective are not drawn. */
export function parallelPaths(
  list: SweepList,
  axes: readonly ParallelAxis[],
  rows: readonly number[],
): readonly string[] {
  const ranked = list.rows.filter((_, row) => isRankedRow(list, row)).length
  const paths = LINE_CLASSES.map((): string[] => [])
  for (const row of rows) {
    const points = axes.map(({ places, x }) => `${x} ${Math.round(parallelY(places[row] ?? Number.NaN))}`)
    if (points.some((point) => point.endsWith('NaN'))) continue
    // Rows are in order of rank, the best first.
    const group = isRankedRow(list, row) ? 5 - Math.min(4, Math.floor((row * 5) / ranked)) : 0
    paths[group]?.push(`M${points.join('L')}`)
  }
  return paths.map((path) => path.join(''))
}
