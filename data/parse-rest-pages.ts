/** Answers of `GET /api/v3/klines` as they were saved: a page of rows, or several pages in an array. Floor 3. */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { DataError } from '../engine/model/errors.js'
import { parseKlineRow } from '../engine/venue/kline-shape.js'
import type { FoundFile } from './find-files.js'
import { KLINE_FIELDS, KlineRows } from './kline-rows.js'

/** A page of 1,000 rows has 200 KB; this is a year of minutes. */
const MAX_BYTES = 1 << 27
/** A row has more: of shorter ones, 128 MiB would take gigabytes of memory. */
const LEAST_ROW_BYTES = 24
const [BRACKET, BRACE] = [0x5b, 0x7b]

/**
 * The rows of all klines in the order of the file, a row at the seam of two pages once; origin `rest`.
 * Throws a DataError that names the row which is none, counted from 1.
 */
export function parseRestPages(file: FoundFile): KlineRows {
  const rows = readPages(file)
  const all = new KlineRows({
    file: file.shown,
    fields: KLINE_FIELDS,
    origin: 'rest',
    lineOf: (row) => row + 1,
    capacity: rows.length,
  })
  let last = ''
  for (const [index, row] of rows.entries()) {
    const text = JSON.stringify(row)
    if (text !== last) addRow(all, row, `${file.shown} row ${index + 1}`)
    last = text
  }
  return all
}

/** Puts a row behind the others. Throws a DataError that names `place` when it is none. */
export function addRow(all: KlineRows, row: unknown, place: string): void {
  const values = parseKlineRow(row, place)
  if (all.length === all.capacity) all.grow()
  for (const [i, field] of KLINE_FIELDS.entries()) {
    const column = all.column(field)
    if (column) column[all.length] = values[i] ?? Number.NaN
  }
  all.length++
}

/**
 * The rows of a page, or of an array of pages, whatever they are; at least one. Throws a DataError when the file
 * is too large, is no JSON, or holds no rows.
 */
export function readPages(file: FoundFile): readonly unknown[] {
  const json = parseJson(file)
  const rows = Array.isArray(json) ? (json.every(isPage) ? json.flat() : json) : []
  if (rows.length > 0) return rows
  throw new DataError(
    `${file.shown} must hold rows of /api/v3/klines or /api/v3/aggTrades in an array, holds none`,
  )
}

/** Whether it is an array of rows; a row of klines is one of texts and numbers. */
function isPage(json: unknown): boolean {
  return Array.isArray(json) && json.every((row) => typeof row === 'object' && row !== null)
}

function parseJson(file: FoundFile): unknown {
  if (file.size > MAX_BYTES) throw tooLarge(file, `${file.size} bytes`)
  try {
    const bytes = readFileSync(file.path)
    const isPacked = file.name.toLowerCase().endsWith('.gz')
    const text = isPacked ? gunzipSync(bytes, { maxOutputLength: MAX_BYTES }) : bytes
    checkDensity(text, file)
    return JSON.parse(text.toString('utf8'))
  } catch (cause) {
    if (cause instanceof DataError) throw cause
    if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE') {
      throw tooLarge(file, 'more when it is unpacked')
    }
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new DataError(`${file.shown} must be JSON, was not: ${why.slice(0, 100)}`, { cause })
  }
}

/** Throws a DataError where there are more lists and objects than rows could be. */
function checkDensity(text: Uint8Array, { shown }: FoundFile): void {
  let opened = 0
  for (const byte of text) if (byte === BRACKET || byte === BRACE) opened++
  if (opened <= 1000 + text.length / LEAST_ROW_BYTES) return
  throw new DataError(
    `${shown} must hold rows of /api/v3/klines or /api/v3/aggTrades, holds ${opened} lists and objects in ${text.length} bytes`,
  )
}

function tooLarge({ shown }: FoundFile, size: string): DataError {
  return new DataError(`${shown}: a JSON file must have at most 128 MiB, has ${size}; split it`)
}
