/** What a cell shows: plain data that a page, a terminal and Jupyter can each print in its own way. Floor 4. */
import type { TopLevelSpec } from 'vega-lite'

/** A table cell as it is printed, and how it stands. */
export type TableCell = string | number | boolean | null

/** One thing shown. */
export type Output =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'table'
      readonly columns: readonly string[]
      readonly rows: readonly (readonly TableCell[])[]
      /** Rows there were; more than `rows` where the table is cut. */
      readonly total: number
    }
  | { readonly kind: 'chart'; readonly spec: TopLevelSpec; readonly label: string }
  | { readonly kind: 'error'; readonly message: string; readonly where: string | undefined }

/** Rows of a table that are shown. */
export const SHOWN_ROWS = 50
