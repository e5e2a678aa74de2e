/**
 * CSV as RFC 4180 has it, with `\n`, written in pieces so that millions of rows never stand in memory
 * at once. A cell is a number, an amount, or text; text cannot become a formula in a spreadsheet. Floor 5.
 */
import { formatUnits, type Units } from '../model/money.js'
import { DAY_MS, formatTime } from '../model/time.js'
import { plainDecimal } from './plain-decimal.js'

/** Rows of a piece: enough that writing is not the slow part, few enough to stay small. */
const PIECE_ROWS = 2048

/** A table as pieces of text: the header line, then a line a row. Cells must come from this file's functions. */
export function* csvPieces<Row>(
  header: readonly string[],
  rows: Iterable<Row>,
  cellsOf: (row: Row) => readonly string[],
): Generator<string, void> {
  let lines = [header.join(',')]
  for (const row of rows) {
    if (lines.length === PIECE_ROWS) {
      yield `${lines.join('\n')}\n`
      lines = []
    }
    lines.push(cellsOf(row).join(','))
  }
  yield `${lines.join('\n')}\n`
}

/** A number, or an empty cell for one that is not defined. */
export function numberCell(value: number): string {
  return Number.isNaN(value) ? '' : plainDecimal(value)
}

/** An amount, exact; an empty cell for none. */
export function unitsCell(units: Units | undefined): string {
  return units === undefined ? '' : formatUnits(units)
}

let lastDay = Number.NaN
let lastDate = ''

/**
 * A moment as `2024-01-01T00:00:00.000Z`. It is `formatTime(time)`, with the date remembered while the
 * day stays the same: 0.3 µs instead of 1.3, and a table has two a row.
 */
export function timeCell(time: number): string {
  const day = Math.floor(time / DAY_MS)
  if (day !== lastDay) {
    lastDate = formatTime(time).slice(0, 11)
    lastDay = day
  }
  const ms = time - day * DAY_MS
  const seconds = Math.floor(ms / 1000)
  const minutes = Math.floor(seconds / 60)
  return `${lastDate}${padded(Math.floor(minutes / 60), 2)}:${padded(minutes % 60, 2)}:${padded(seconds % 60, 2)}.${padded(ms % 1000, 3)}Z`
}

function padded(value: number, width: number): string {
  return String(value).padStart(width, '0')
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
