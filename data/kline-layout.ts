/** Binance's kline layout as text: its columns, and whether a first line is of it. Floor 3. */

/** The names that archives and tools give the twelve columns, in order. */
const HEADER_NAMES = [
  ['open_time'],
  ['open'],
  ['high'],
  ['low'],
  ['close'],
  ['volume'],
  ['close_time'],
  ['quote_volume', 'quote_asset_volume'],
  ['count', 'number_of_trades', 'trade_count', 'trades'],
  ['taker_buy_volume', 'taker_buy_base_volume', 'taker_buy_base_asset_volume'],
  ['taker_buy_quote_volume', 'taker_buy_quote_asset_volume'],
  ['ignore'],
] as const

/** The first six columns, up to the volume, are in every file. */
export const MIN_KLINE_WIDTH = 6

/** Columns of a whole file. */
export const MAX_KLINE_WIDTH = HEADER_NAMES.length

/** Unit of a time in a file: milliseconds or microseconds. */
export type TimeUnit = 'ms' | 'us'

/** How the lines of a file in Binance's layout look. */
export interface KlineLayout {
  readonly hasHeader: boolean
  /** Cells of every line. */
  readonly width: number
}

/** The name of a column in messages, counted from 0. */
export function klineColumnName(column: number): string {
  return HEADER_NAMES[column]?.[0] ?? `column ${column + 1}`
}

/**
 * The layout that a file's first line announces: six to twelve columns in Binance's order, with or
 * without a header; undefined when it is neither. A first row is told by its first character.
 */
export function parseKlineLayout(firstLine: string): KlineLayout | undefined {
  const cells = firstLine.split(',')
  const width = cells.length
  if (/^[-+.\d]/.test(firstLine)) return { hasHeader: false, width }
  const isHeader = cells.every((cell, i) => HEADER_NAMES[i]?.some((name) => name === cell) === true)
  return isHeader && width >= MIN_KLINE_WIDTH ? { hasHeader: true, width } : undefined
}

/**
 * 2025-01-01T00:00:00Z: Spot archives are in microseconds from here on, so a file may change over from
 * milliseconds at this row and at no other.
 */
export const MICROSECONDS_SINCE = Date.UTC(2025, 0, 1)
