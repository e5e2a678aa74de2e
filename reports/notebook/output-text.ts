/** An output as plain text: for terminals, and for Jupyter's `text/plain`. Floor 4. */
import type { Output, TableCell } from './output.js'

/** The text, without a line break at its end. */
export function outputText(output: Output): string {
  switch (output.kind) {
    case 'text':
      return output.text
    case 'chart':
      return `[chart: ${output.label}]`
    case 'error':
      return output.where === undefined ? output.message : `${output.where}: ${output.message}`
    case 'table':
      return tableText(output)
  }
}

function tableText({ columns, rows, total }: Output & { readonly kind: 'table' }): string {
  const texts = rows.map((row) => row.map(cellText))
  const widths = columns.map((column, k) =>
    Math.max(column.length, ...texts.map((row) => row[k]?.length ?? 0)),
  )
  const line = (cells: readonly string[], isNumber: (k: number) => boolean): string =>
    cells
      .map((cell, k) => (isNumber(k) ? cell.padStart(widths[k] ?? 0) : cell.padEnd(widths[k] ?? 0)))
      .join('  ')
      .trimEnd()
  const isNumber = (k: number): boolean => isNumberColumn(rows, k)
  const rest = restText(rows.length, total)
  return [
    line(columns, isNumber),
    ...texts.map((row) => line(row, isNumber)),
    ...(rest === undefined ? [] : [rest]),
  ].join('\n')
}

/** Whether a column holds numbers, or texts of numbers, so that it is set to the right. */
export function isNumberColumn(rows: readonly (readonly TableCell[])[], column: number): boolean {
  const cells = rows.map((row) => row[column] ?? null)
  const isNumeric = (cell: TableCell): boolean =>
    cell === null ||
    cell === '' ||
    typeof cell === 'number' ||
    (typeof cell === 'string' && NUMERIC.test(cell))
  return cells.every(isNumeric) && cells.some((cell) => cell !== null && cell !== '')
}

const NUMERIC = /^[−+-]?\d[\d,]*(?:\.\d+)?%?$|^–$/

/**
 * A cell as it is printed: numbers of 1 and more with six digits or two decimals, smaller ones with four digits,
 * what is missing as a dash.
 */
export function cellText(cell: TableCell): string {
  if (cell === null || (typeof cell === 'number' && Number.isNaN(cell))) return '–'
  if (typeof cell !== 'number' || Number.isSafeInteger(cell) || !Number.isFinite(cell)) return String(cell)
  const size = Math.abs(cell)
  if (size < 1) return String(Number(cell.toPrecision(4)))
  const decimals = Math.max(2, 6 - Math.trunc(size).toString().length)
  return size < 1e15 ? String(Number(cell.toFixed(decimals))) : String(cell)
}

/** What a cut table says of the rows that are not shown. */
export function restText(shown: number, total: number): string | undefined {
  return total > shown ? `… ${total - shown} more rows of ${total}` : undefined
}
