/** Reads the tables of a run folder back. Floor 5. */
import { DataError } from '../../model/errors.js'
import { parseTime } from '../../model/time.js'

/** The row at hand, by the names of its columns. */
export interface CsvRow {
  text(column: string): string
  /** A number; throws a DataError for anything else. */
  number(column: string): number
  /** A moment as UTC milliseconds; throws a DataError for anything else. */
  time(column: string): number
}

/**
 * What `read` makes of each row of a table as `csv.ts` writes it: RFC 4180, one header line, `\n`.
 * `columns` must all be there; the row is good until `read` returns. Throws a DataError that names the
 * file and the row.
 */
export function csvRows<T>(
  text: string,
  {
    file,
    columns,
    read,
  }: { readonly file: string; readonly columns: readonly string[]; readonly read: (row: CsvRow) => T },
): T[] {
  const records = recordsOf(text)
  const header = records.next().value ?? []
  for (const column of columns) {
    if (!header.includes(column)) throw new DataError(`${file} must have a column ${column}, has none`)
  }
  const places = new Map(header.map((name, i) => [name, i]))
  let cells: readonly string[] = []
  let number = 1
  const textOf = (column: string): string => cells[places.get(column) ?? -1] ?? ''
  const checked = (column: string, what: string, value: number | undefined): number => {
    if (value !== undefined && Number.isFinite(value)) return value
    throw new DataError(
      `${column} in row ${number} of ${file} must be ${what}, was ${JSON.stringify(textOf(column))}`,
    )
  }
  const row: CsvRow = {
    text: textOf,
    number: (column) =>
      checked(column, 'a number', textOf(column) === '' ? undefined : Number(textOf(column))),
    time: (column) => checked(column, 'a time', timeOf(textOf(column))),
  }
  const rows: T[] = []
  for (cells of records) {
    number++
    if (cells.length !== header.length) {
      throw new DataError(`row ${number} of ${file} must have ${header.length} cells, has ${cells.length}`)
    }
    rows.push(read(row))
  }
  return rows
}

let lastDate = ''
let lastDay = Number.NaN

/**
 * `parseTime(text)` of the form that `csv.ts` writes, with the day remembered while the date stays the
 * same: a table of bars has a time a row, and this is five times as fast.
 */
function timeOf(text: string): number | undefined {
  const date = text.slice(0, 10)
  if (date !== lastDate) {
    lastDay = parseTime(date) ?? Number.NaN
    lastDate = date
  }
  if (!/^T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/.test(text.slice(10))) return undefined
  const [hours, minutes] = [Number(text.slice(11, 13)), Number(text.slice(14, 16))]
  return (
    lastDay + (hours * 60 + minutes) * 60_000 + Number(text.slice(17, 19)) * 1000 + Number(text.slice(20, 23))
  )
}

function* recordsOf(text: string): Generator<readonly string[], void> {
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at)
    const stop = end < 0 ? text.length : end
    const line = text.slice(at, stop)
    if (!line.includes('"')) {
      at = stop + 1
      yield line.split(',')
      continue
    }
    const { cells, next } = quotedRecord(text, at)
    at = next
    yield cells
  }
}

/** A record with quoted cells, which may hold commas, quotes and line breaks. */
function quotedRecord(text: string, start: number): { readonly cells: string[]; readonly next: number } {
  const cells: string[] = []
  let cell = ''
  let isQuoted = false
  for (let i = start; ; i++) {
    const letter = text[i]
    if (letter === undefined || (letter === '\n' && !isQuoted)) {
      return { cells: [...cells, cell], next: i + 1 }
    }
    if (letter === '"') {
      if (isQuoted && text[i + 1] === '"') cell += text[i++]
      else isQuoted = !isQuoted
    } else if (letter === ',' && !isQuoted) {
      cells.push(cell)
      cell = ''
    } else cell += letter
  }
}
