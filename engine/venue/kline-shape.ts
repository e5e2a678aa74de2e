/** A row of `GET /api/v3/klines`, believing nothing it holds. Floor 2. */
import { DataError } from '../model/errors.js'

/** The columns of a row that mean something, in their order; an unused one comes behind them. */
export const KLINE_COLUMNS = [
  ...(['openTime', 'open', 'high', 'low', 'close', 'volume', 'closeTime'] as const),
  ...(['quoteVolume', 'tradeCount', 'takerVolume', 'takerQuoteVolume'] as const),
] as const

const WIDTH = 12
const MICROSECONDS = 1e14

/**
 * The row's columns as numbers, times in UTC milliseconds. Throws a DataError that names `place` and the
 * column which is none.
 */
export function parseKlineRow(row: unknown, place: string): readonly number[] {
  if (!Array.isArray(row) || row.length !== WIDTH) {
    throw new DataError(
      `${place}: a row must be an array of ${WIDTH} values as of /api/v3/klines, was ${shown(row)}`,
    )
  }
  return KLINE_COLUMNS.map((column, i) => {
    const isTime = column === 'openTime' || column === 'closeTime'
    const value = toNumber(row[i])
    if (value !== undefined && !(isTime && value < 1e12)) {
      return isTime && value >= MICROSECONDS ? Math.floor(value / 1000) : value
    }
    const what = isTime ? 'a time in milliseconds or microseconds' : 'a decimal number of at least 0'
    throw new DataError(`${place}, ${column}: must be ${what}, was ${shown(row[i])}`)
  })
}

function toNumber(cell: unknown): number | undefined {
  if (typeof cell === 'number') return Number.isFinite(cell) && cell >= 0 ? cell : undefined
  return typeof cell === 'string' && /^\d+(\.\d+)?$/.test(cell) ? Number(cell) : undefined
}

const SHOWN_LENGTH = 40

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text
}
