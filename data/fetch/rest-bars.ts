/** Pages of klines from REST as bars to store. Floor 3. */
import { DataError } from '../../engine/model/errors.js'
import { formatTime, type Interval } from '../../engine/model/time.js'
import { KLINE_COLUMNS } from '../../engine/venue/kline-shape.js'
import { checkRows } from '../check-rows.js'
import type { FoundFile } from '../find-files.js'
import { type ImportPart, toPart } from '../import-file.js'
import { KLINE_FIELDS, KlineRows } from '../kline-rows.js'
import { toFileBars } from '../read-bars.js'
import type { TimeRange } from './ranges.js'

/** A row of a page: its columns in the order of `KLINE_COLUMNS`. */
export type RestRow = readonly number[]

/** Open time of a row. */
export function openTimeOf(row: RestRow): number {
  return row[0] ?? Number.NaN
}

/** Throws a DataError unless every row of a page opens in the range that was asked for, oldest first. */
export function checkPage(page: readonly RestRow[], { from, to }: TimeRange, symbol: string): void {
  let before = from - 1
  for (const row of page) {
    const time = openTimeOf(row)
    if (time > before && time < to) before = time
    else {
      throw new DataError(
        `/api/v3/klines ${symbol} must answer with bars that open from ${formatTime(from)} to ${formatTime(to)}, oldest first, answered with one of ${formatTime(time)}`,
      )
    }
  }
}

/** The rows of some pages as bars, without those that are still open at `now` or off the grid. */
export function toRestPart(
  page: readonly RestRow[],
  { symbol, interval, now }: { readonly symbol: string; readonly interval: Interval; readonly now: number },
): ImportPart {
  const shown = `klines of ${symbol} ${interval} from REST`
  const rows = new KlineRows({
    file: shown,
    fields: KLINE_FIELDS,
    origin: 'rest',
    lineOf: (row) => row + 1,
    capacity: page.length,
  })
  for (const [i, row] of page.entries()) {
    for (const [k, field] of KLINE_COLUMNS.entries()) {
      const column = rows.column(field)
      if (column) column[i] = row[k] ?? Number.NaN
    }
  }
  rows.length = page.length
  checkRows(rows)
  const file: FoundFile = { path: '', name: '', shown, kind: 'json', size: 0, isFromFolder: false }
  const bars = toFileBars(rows, {
    file,
    innerName: undefined,
    wanted: { symbol, interval, isOffGridSkipped: true },
  })
  return toPart(bars, { what: 'klines', options: { now }, origin: 'rest' })
}
