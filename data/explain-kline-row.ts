/** Why a line is no row of Binance's kline layout, in words. Only refused lines come here. Floor 3. */
import { klineColumnName, type TimeUnit } from './kline-layout.js'
import { quoteCell } from './quote-cell.js'

/** What the rows above have settled. */
interface Expected {
  /** By position, one for every column of the file: whether its cells are filled. */
  readonly isFilled: readonly boolean[]
  /** Unit of the row above. */
  readonly unit: TimeUnit
}

const TIME_COLUMNS = ['open_time', 'close_time']

/** What the line must be and is not, beginning with the column where there is one. */
export function explainKlineRow(line: string, { isFilled, unit }: Expected): string {
  const cells = line.split(',')
  if (cells.length !== isFilled.length) {
    const cut = cells.length < isFilled.length ? '; is the file cut off?' : ''
    return `a row must have ${isFilled.length} cells as the first line, had ${cells.length}${cut}`
  }
  for (const [column, cell] of cells.entries()) {
    const reason = explainCell(cell, klineColumnName(column), isFilled[column] === true)
    if (reason !== undefined) return reason
  }
  const [openTime = '', closeTime] = [cells[0], cells[6]]
  if (closeTime !== undefined && closeTime !== '' && closeTime.length !== openTime.length) {
    return `column close_time: must be in the unit of open_time (${openTime}), was ${quoteCell(closeTime)}`
  }
  if (openTime.length === 16 && !openTime.endsWith('000')) {
    return `column open_time: microseconds must be whole milliseconds, was ${quoteCell(openTime)}`
  }
  const above = unit === 'us' ? 'microseconds' : 'milliseconds'
  return `column open_time: must be in ${above} as the row above (a file may change to microseconds once, at 2025-01-01T00:00:00Z), was ${quoteCell(openTime)}`
}

function explainCell(cell: string, name: string, isFilled: boolean): string | undefined {
  if (cell === '') return isFilled ? `column ${name}: must not be empty, was empty` : undefined
  if (!isFilled) return `column ${name}: must be empty as in the first row, was ${quoteCell(cell)}`
  if (!TIME_COLUMNS.includes(name)) {
    const isNumber = /^\d+(\.\d+)?(e-\d+)?$/.test(cell)
    return isNumber
      ? undefined
      : `column ${name}: must be a decimal number of at least 0, was ${quoteCell(cell)}`
  }
  if (/^(\d{13}|\d{16})$/.test(cell)) return undefined
  return `column ${name}: ${explainTime(cell)}`
}

/** Why a cell is no time in milliseconds or microseconds. */
export function explainTime(cell: string): string {
  if (/^\d+([.,]\d+)?e\+?\d+$/i.test(cell)) {
    return `must be a time in milliseconds or microseconds, was ${quoteCell(cell)}: a spreadsheet rounded it, and the digits are lost; take the file from its source again and do not save it from a spreadsheet`
  }
  const seconds = /^\d{10}$/.test(cell) ? ' (seconds?)' : ''
  return `must be a time in milliseconds (13 digits) or microseconds (16 digits), was ${quoteCell(cell)}${seconds}`
}
