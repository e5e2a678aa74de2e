/**
 * CSV as RFC 4180 has it, with `\n`, written in pieces so that millions of rows never stand in memory
 * at once. A cell is a number, an amount, a moment or text; text cannot become a formula in a spreadsheet. Floor 5.
 */
import { CellWriter } from './cell-writer.js'

/**
 * A table as pieces of UTF-8: the header line, then a line a row, whose cells `writeRow` writes. A piece holds until the
 * next one is asked for, which has the same memory.
 */
export function* csvPieces<Row>(
  header: readonly string[],
  rows: Iterable<Row>,
  writeRow: (row: Row, cells: CellWriter) => void,
): Generator<Uint8Array, void> {
  const cells = new CellWriter()
  for (const name of header) cells.word(name)
  cells.endLine()
  for (const row of rows) {
    writeRow(row, cells)
    cells.endLine()
    if (cells.isFull) yield cells.takePiece()
  }
  yield cells.takePiece()
}

/** First characters that a spreadsheet takes for a formula. Source: OWASP, CSV injection. */
const FORMULA_START = new Set(['=', '+', '-', '@', '\t', '\r', '\n', '\0'])
const NEEDS_QUOTES = /[",\r\n]/

/** Text that someone else chose: a leading `'` where it would be a formula, quotes where RFC 4180 asks. */
export function textCell(text: string): string {
  const guarded = FORMULA_START.has(text[0] ?? '') ? `'${text}` : text
  return NEEDS_QUOTES.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded
}

/** The text that a cell of `textCell` stands for, once its quotes are read. */
export function textOfCell(cell: string): string {
  return cell.startsWith("'") && FORMULA_START.has(cell[1] ?? '') ? cell.slice(1) : cell
}
