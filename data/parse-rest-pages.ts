/** Answers of `GET /api/v3/klines` as they were saved: a page of rows, or several pages in an array. Floor 3. */
import { readFileSync } from 'node:fs'
import { DataError } from '../engine/model/errors.js'
import { parseKlineRow } from '../engine/venue/kline-shape.js'
import type { FoundFile } from './find-files.js'
import { KLINE_FIELDS, KlineRows } from './kline-rows.js'

/** A page of 1,000 rows has 200 KB; this is a year of minutes. */
const MAX_BYTES = 1 << 27

/**
 * The rows of all pages in the order of the file, a row at the seam of two pages once; origin `rest`.
 * Throws a DataError that names the row which is none, counted from 1.
 */
export function parseRestPages(file: FoundFile): KlineRows {
  if (file.size > MAX_BYTES) {
    throw new DataError(
      `${file.shown}: a JSON file must have at most 128 MiB, has ${file.size} bytes; split it`,
    )
  }
  const rows = flatten(parseJson(file))
  if (!rows || rows.length === 0) {
    throw new DataError(`${file.shown} must hold rows of /api/v3/klines in an array, holds none`)
  }
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

/** The rows of a page, or of an array of pages; undefined for anything else. */
function flatten(json: unknown): readonly unknown[] | undefined {
  if (!Array.isArray(json)) return undefined
  const isPages = json.every((page) => Array.isArray(page) && page.every((row) => Array.isArray(row)))
  return isPages ? json.flat() : json
}

function parseJson(file: FoundFile): unknown {
  try {
    return JSON.parse(readFileSync(file.path, 'utf8'))
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new DataError(`${file.shown} must be JSON, was not: ${why.slice(0, 100)}`, { cause })
  }
}
