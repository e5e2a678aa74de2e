/** A table of text: columns as wide as their widest cell. Floor 5. */
import type { Paint } from '../paint.js'

/** Rows under a quiet head line, numbers to the right, a line break behind each row. */
export function textTable({
  head,
  rows,
  numbers,
  paint,
}: {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Columns that stand to the right. */
  readonly numbers: readonly number[]
  readonly paint: Paint
}): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? '').length)))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (numbers.includes(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd()
  return [paint('quiet', `  ${line(head)}`), ...rows.map((row) => `  ${line(row)}`)]
    .map((text) => `${text}\n`)
    .join('')
}
