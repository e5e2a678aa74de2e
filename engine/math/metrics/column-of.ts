/** Rows of a run as columns. Floor 1. */

/** One number of each row. A plain loop: `Float64Array.from` takes ten times as long, and a page has twenty of them. */
export function columnOf<Row>(rows: readonly Row[], pick: (row: Row) => number): Float64Array {
  const column = new Float64Array(rows.length)
  let i = 0
  for (const row of rows) column[i++] = pick(row)
  return column
}
