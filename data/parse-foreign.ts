/**
 * Reads CSV files of other layouts than Binance's: a header says where each column is. Cells may be
 * quoted, numbers may have an exponent; times are ISO text, or seconds, milliseconds or microseconds,
 * told apart by their digits. Slower than the byte parser by an order of magnitude. Floor 3.
 */
import { pipeline, Readable } from 'node:stream'
import type { Info } from 'csv-parse'
import { DataError } from '../engine/model/errors.js'
import { parseTime } from '../engine/model/time.js'
import { explainTime } from './explain-kline-row.js'
import { findColumns } from './foreign-header.js'
import { MICROSECONDS_SINCE } from './kline-layout.js'
import { type KlineField, KlineRows } from './kline-rows.js'
import { quoteCell } from './quote-cell.js'

/** A record longer than this is no bar: a quote is not closed, or it is another kind of file. */
const MAX_RECORD = 16_384

interface CsvRecord {
  readonly record: readonly string[]
  readonly info: Info
}

/**
 * The rows of a foreign CSV file. `columns` are the user's, key → name in the header; what they leave
 * out is found by its name. Throws a DataError on what is not well-formed or no number.
 */
export async function parseForeign({
  file,
  chunks,
  columns,
}: {
  readonly file: string
  readonly chunks: AsyncIterable<Buffer>
  readonly columns: Readonly<Record<string, string>>
}): Promise<KlineRows> {
  // Loaded here: most runs read the exchange's own layout, and would pay for its start.
  const { CsvError, parse } = await import('csv-parse')
  const parser = parse({ info: true, trim: true, skip_empty_lines: true, max_record_size: MAX_RECORD })
  pipeline(Readable.from(chunks), parser, () => {
    // The loop below gets the error.
  })
  const records: AsyncIterable<CsvRecord> = parser
  let reader: RowReader | undefined
  try {
    for await (const { record, info } of records) {
      if (reader) reader.read(record, info.lines)
      else reader = new RowReader(file, findColumns(record, columns, file))
    }
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause
    throw new DataError(`${file}: must be CSV with as many cells in each line, was not: ${cause.message}`, {
      cause,
    })
  }
  if (!reader || reader.rows.length === 0) throw new DataError(`${file} must hold bars, has none`)
  return reader.rows
}

/** Unit of a time as a file writes it. */
type TimeForm = 'ISO time' | 'seconds' | 'milliseconds' | 'microseconds'

/** Turns records into rows. */
class RowReader {
  readonly rows: KlineRows
  readonly #file: string
  readonly #positions: ReadonlyMap<KlineField, number>
  readonly #lines: number[] = []
  #form: TimeForm | undefined

  constructor(file: string, positions: ReadonlyMap<KlineField, number>) {
    this.#file = file
    this.#positions = positions
    this.rows = new KlineRows({
      file,
      fields: [...positions.keys()],
      origin: 'import',
      lineOf: (row) => this.#lines[row] ?? 0,
    })
  }

  /** Appends the record that stands on `line`. */
  read(record: readonly string[], line: number): void {
    const row = this.rows.length
    if (row === this.rows.capacity) this.rows.grow()
    for (const [field, position] of this.#positions) {
      const cell = record[position] ?? ''
      const value = field === 'openTime' ? this.#readTime(cell, line) : parseNumber(cell)
      if (value === undefined) {
        throw this.#refusal(line, `${field}: must be a decimal number of at least 0, was ${quoteCell(cell)}`)
      }
      const column = this.rows.column(field)
      if (column) column[row] = value
    }
    this.#lines.push(line)
    this.rows.length = row + 1
  }

  #readTime(cell: string, line: number): number {
    const { form, time } = parseForeignTime(cell) ?? {}
    if (form === undefined || time === undefined)
      throw this.#refusal(line, `time: ${explainTime(cell)}, or ISO 8601`)
    if (this.#form !== undefined && form !== this.#form) {
      const isLegal = this.#form === 'milliseconds' && form === 'microseconds' && time === MICROSECONDS_SINCE
      if (!isLegal)
        throw this.#refusal(line, `time: must be in ${this.#form} as above, was ${quoteCell(cell)}`)
    }
    this.#form = form
    return time
  }

  #refusal(line: number, reason: string): DataError {
    return new DataError(`${this.#file} line ${line}, column ${reason}`)
  }
}

/** A time cell in UTC milliseconds, and how it was written; undefined when it is none. */
function parseForeignTime(cell: string): { readonly form: TimeForm; readonly time: number } | undefined {
  if (/^\d{10}$/.test(cell)) return { form: 'seconds', time: Number(cell) * 1000 }
  if (/^\d{13}$/.test(cell)) return { form: 'milliseconds', time: Number(cell) }
  if (/^\d{13}000$/.test(cell)) return { form: 'microseconds', time: Number(cell) / 1000 }
  const time = parseTime(cell)
  return time === undefined ? undefined : { form: 'ISO time', time }
}

/** A number of at least 0; undefined for anything else, also for the words NaN and Infinity. */
function parseNumber(cell: string): number | undefined {
  return /^(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(cell) ? Number(cell) : undefined
}
