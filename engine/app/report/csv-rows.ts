/** Reads the tables of a run folder back. Floor 5. */
import { DataError } from '../../model/errors.js'
import { parseTime } from '../../model/time.js'

/** One row by the names of its columns. */
export interface CsvRow {
  text(column: string): string
  /** A number; throws a DataError for anything else. */
  number(column: string): number
  /** A moment as UTC milliseconds; throws a DataError for anything else. */
  time(column: string): number
}

/**
 * Rows of a table as `csv.ts` writes it: RFC 4180, one header line, `\n`. `columns` must all be there.
 * Throws a DataError that names the file and the row.
 */
export function* csvRows(text: string, file: string, columns: readonly string[]): Generator<CsvRow, void> {
  const records = recordsOf(text)
  const header = records.next().value ?? []
  for (const column of columns) {
    if (!header.includes(column)) throw new DataError(`${file} must have a column ${column}, has none`)
  }
  const places = new Map(header.map((name, i) => [name, i]))
  let row = 1
  for (const cells of records) {
    row++
    if (cells.length !== header.length) {
      throw new DataError(`row ${row} of ${file} must have ${header.length} cells, has ${cells.length}`)
    }
    yield rowOf(cells, { places, where: `row ${row} of ${file}` })
  }
}

function rowOf(
  cells: readonly string[],
  { places, where }: { readonly places: ReadonlyMap<string, number>; readonly where: string },
): CsvRow {
  const text = (column: string): string => cells[places.get(column) ?? -1] ?? ''
  const checked = (column: string, what: string, value: number | undefined): number => {
    if (value !== undefined && Number.isFinite(value)) return value
    throw new DataError(`${column} in ${where} must be ${what}, was ${JSON.stringify(text(column))}`)
  }
  return {
    text,
    number: (column) => checked(column, 'a number', text(column) === '' ? undefined : Number(text(column))),
    time: (column) => checked(column, 'a time', parseTime(text(column))),
  }
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
