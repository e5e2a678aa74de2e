/** A sweep's trials as they stand in its page: one list of rows, and what its columns are. Floor 4. */

/** A column of the list, as the list prints it. */
export interface ListedColumn {
  readonly kind: 'number' | 'percent' | 'plain' | 'word'
  readonly decimals: number
  readonly isToned: boolean
}

/** A swept parameter: the column that holds it. Words are places in `words`. */
export interface ListedAxis {
  readonly name: string
  readonly column: number
  readonly isWord: boolean
}

/** Everything that the page's program reads. */
export interface SweepList {
  readonly columns: readonly ListedColumn[]
  readonly words: readonly string[]
  /** A row a trial, better ones first; `null` where a figure is undefined. The first cell is its rank. */
  readonly rows: readonly (readonly (number | null)[])[]
  readonly axes: readonly ListedAxis[]
  /** Columns of the objective and the plateau score. */
  readonly value: number
  readonly plateau: number
  readonly direction: 'higher' | 'lower'
  /** Rows of the best peak and the best plateau; −1 of none. */
  readonly bestRow: number
  readonly plateauRow: number
  /** Name of the objective. */
  readonly objective: string
}

/** Reads the list from the page. */
export function parseSweepList(text: string): SweepList {
  // The page wrote it itself, and its policy lets nothing else write into it.
  return JSON.parse(text) as SweepList
}

/** The cell of a row as a number; NaN where it is undefined. */
export function cellOf({ rows }: SweepList, row: number, column: number): number {
  return rows[row]?.[column] ?? Number.NaN
}

/** Whether a trial may be chosen: it has a rank. */
export function isRankedRow(list: SweepList, row: number): boolean {
  return !Number.isNaN(cellOf(list, row, 0))
}
