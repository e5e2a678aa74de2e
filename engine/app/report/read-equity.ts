/** `equity.csv` as columns, its marks told from the rows of fills. Floor 5. */
import type { EquityColumns } from '../../../reports/stored-run.js'
import type { CsvRow } from './csv-rows.js'

/** One row of the table. */
export interface EquityRow {
  readonly time: number
  readonly equity: number
  readonly drawdown: number
}

/** The row at hand. */
export function readEquityRow(row: CsvRow): EquityRow {
  return { time: row.time('time'), equity: row.number('equity'), drawdown: row.number('drawdown') }
}

/**
 * All rows, and the marks alone. Each fill has a row at its own time, in order: of the rows of one time,
 * as many as there are fills then are theirs. What is left is the mark; it comes before the fills, which
 * open the next bar, but last at the end of the run.
 */
export function partEquity(
  rows: readonly EquityRow[],
  fillTimes: readonly number[],
): { readonly rows: EquityColumns; readonly marks: EquityColumns } {
  const fills = new Map<number, number>()
  for (const time of fillTimes) fills.set(time, (fills.get(time) ?? 0) + 1)
  const marks: EquityRow[] = []
  const end = rows.at(-1)?.time
  for (let i = 0; i < rows.length; ) {
    const time = rows[i]?.time ?? 0
    let next = i
    while (rows[next]?.time === time) next++
    const mark = rows[time === end ? next - 1 : i]
    if (mark !== undefined && next - i > (fills.get(time) ?? 0)) marks.push(mark)
    i = next
  }
  return { rows: toColumns(rows), marks: toColumns(marks) }
}

function toColumns(rows: readonly EquityRow[]): EquityColumns {
  return {
    times: Float64Array.from(rows, (row) => row.time),
    equity: Float64Array.from(rows, (row) => row.equity),
    drawdown: Float64Array.from(rows, (row) => row.drawdown),
  }
}
