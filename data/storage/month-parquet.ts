/**
 * One month of bars as a Parquet file (zstd) that pandas, polars and DuckDB read as it is: the columns of
 * Binance's kline archive, times in milliseconds, and `origin`. Floor 3.
 */
import type { DuckDBConnection } from '@duckdb/node-api'
import { BAR_FLAG, FIELDS, OPTIONAL_FIELDS, ORIGINS, valueAt } from '../../engine/model/bars.js'
import { DataError, InvariantError } from '../../engine/model/errors.js'
import { closeTimeOf, intervalMs } from '../../engine/model/time.js'
import { duckdb, sqlText } from './duckdb.js'
import type { Series } from './store-manifest.js'
import { newStoredColumns, type StoredBars } from './stored-bars.js'

/** Names in the file, by column of bars. */
const NAMES = {
  quoteVolume: 'quote_volume',
  tradeCount: 'count',
  takerVolume: 'taker_buy_volume',
  takerQuoteVolume: 'taker_buy_quote_volume',
} as const

/** Columns as they pass between bars and DuckDB: all doubles, NaN for "none". */
const COLUMNS = [
  'open_time',
  ...FIELDS,
  'close_time',
  ...OPTIONAL_FIELDS.map((field) => NAMES[field]),
  'origin',
] as const

/** DuckDB's rows in a chunk. */
const CHUNK_ROWS = 2048

const orNull = (name: string, type = 'DOUBLE'): string =>
  `CASE WHEN isnan(${name}) THEN NULL ELSE ${name}::${type} END AS ${name}`

const TO_FILE = [
  'open_time::BIGINT AS open_time',
  ...['open', 'high', 'low', 'close'],
  orNull('volume'),
  'close_time::BIGINT AS close_time',
  orNull('quote_volume'),
  orNull('count', 'BIGINT'),
  orNull('taker_buy_volume'),
  orNull('taker_buy_quote_volume'),
  '0::TINYINT AS ignore',
  `([${ORIGINS.map(sqlText).join(', ')}])[origin::INTEGER + 1] AS origin`,
].join(', ')

const FROM_FILE = COLUMNS.map((name) =>
  name === 'origin'
    ? `coalesce(list_position([${ORIGINS.map(sqlText).join(', ')}], origin) - 1, 'NaN')::DOUBLE`
    : `coalesce(${name}::DOUBLE, 'NaN'::DOUBLE)`,
).join(', ')

let tables = 0

/** Writes the bars to a file of their own; it is not synced to the disk. */
export async function writeParquet(path: string, rows: StoredBars): Promise<void> {
  const connection = await duckdb()
  const table = `rows_${++tables}`
  await connection.run(`CREATE TABLE ${table} (${COLUMNS.map((name) => `${name} DOUBLE`).join(', ')})`)
  try {
    await append(connection, table, rows)
    await connection.run(
      `COPY (SELECT ${TO_FILE} FROM ${table}) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`,
    )
  } finally {
    await connection.run(`DROP TABLE ${table}`)
  }
}

async function append(
  connection: DuckDBConnection,
  table: string,
  { bars, closeTimes }: StoredBars,
): Promise<void> {
  const { DOUBLE, DuckDBDataChunk, DuckDBDoubleVector } = await import('@duckdb/node-api')
  const absent = new Float64Array(bars.length).fill(Number.NaN)
  const closes = new Float64Array(bars.length)
  const step = bars.interval === '1M' ? undefined : intervalMs(bars.interval) - 1
  for (let i = 0; i < bars.length; i++) {
    const time = valueAt(bars.openTime, i)
    const isOdd = (valueAt(bars.flags, i) & BAR_FLAG.irregularClose) !== 0
    const end = step === undefined ? closeTimeOf(time, bars.interval) : time + step
    closes[i] = isOdd ? (closeTimes.get(time) ?? end) : end
  }
  const columns: readonly (Float64Array | Uint8Array)[] = [
    bars.openTime,
    ...FIELDS.map((field) => bars[field]),
    closes,
    ...OPTIONAL_FIELDS.map((field) => bars[field] ?? absent),
    bars.origin,
  ]
  const types = COLUMNS.map(() => DOUBLE)
  const appender = await connection.createAppender(table)
  for (let from = 0; from < bars.length; from += CHUNK_ROWS) {
    const count = Math.min(CHUNK_ROWS, bars.length - from)
    const chunk = DuckDBDataChunk.create(types, count)
    for (const [c, column] of columns.entries()) {
      const vector = chunk.getColumnVector(c)
      if (!(vector instanceof DuckDBDoubleVector)) throw new InvariantError(`column ${c} must be of doubles`)
      for (let i = 0; i < count; i++) vector.setItem(i, valueAt(column, from + i))
      vector.flush()
    }
    appender.appendDataChunk(chunk)
  }
  appender.closeSync()
}

/** Reads a file of `writeParquet`. Throws a DataError that names the file when it is damaged or another. */
export async function readParquet(path: string, series: Series): Promise<StoredBars> {
  const { DuckDBDoubleVector } = await import('@duckdb/node-api')
  const connection = await duckdb()
  try {
    const file = `read_parquet(${sqlText(path)})`
    const counted = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM ${file}`)
    const length = Number(counted.getRows()[0]?.[0])
    const bars = newStoredColumns(series, length)
    const closes = new Float64Array(length)
    const columns: readonly (Float64Array | Uint8Array | undefined)[] = [
      bars.openTime,
      ...FIELDS.map((field) => bars[field]),
      closes,
      ...OPTIONAL_FIELDS.map((field) => bars[field]),
      bars.origin,
    ]
    const result = await connection.stream(`SELECT ${FROM_FILE} FROM ${file}`)
    let at = 0
    for (;;) {
      const chunk = await result.fetchChunk()
      if (!chunk || chunk.rowCount === 0) break
      const count = chunk.rowCount
      for (const [c, column] of columns.entries()) {
        const vector = chunk.getColumnVector(c)
        if (!(vector instanceof DuckDBDoubleVector) || !column)
          throw new InvariantError(`column ${c} must be of doubles`)
        for (let i = 0; i < count; i++) column[at + i] = vector.getItem(i) ?? Number.NaN
      }
      at += count
    }
    return { bars, closeTimes: flagIrregular(bars, closes) }
  } catch (cause) {
    if (cause instanceof InvariantError) throw cause
    const why = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    throw new DataError(`${path} must be a whole Parquet file of the store, was not: ${why}`, { cause })
  }
}

function flagIrregular(bars: StoredBars['bars'], closes: Float64Array): ReadonlyMap<number, number> {
  const closeTimes = new Map<number, number>()
  const step = bars.interval === '1M' ? undefined : intervalMs(bars.interval) - 1
  for (let i = 0; i < bars.length; i++) {
    const time = valueAt(bars.openTime, i)
    const close = valueAt(closes, i)
    const end = step === undefined ? closeTimeOf(time, bars.interval) : time + step
    if (close === end) continue
    bars.flags[i] = BAR_FLAG.irregularClose
    closeTimes.set(time, close)
  }
  return closeTimes
}
