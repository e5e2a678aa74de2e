/**
 * One month of bars as a Parquet file (zstd) that pandas, polars and DuckDB read as it is: the columns of
 * Binance's kline archive, times in milliseconds, and `origin`. Floor 3.
 */
import type { DuckDBConnection } from '@duckdb/node-api'
import { BAR_FLAG, BarColumns, FIELDS, OPTIONAL_FIELDS, ORIGINS, valueAt } from '../../engine/model/bars.js'
import { DataError } from '../../engine/model/errors.js'
import { closeTimeOf, intervalMs } from '../../engine/model/time.js'
import { duckdb, sqlText } from './duckdb.js'
import type { Series, StoredMonth } from './store-manifest.js'
import type { StoredBars } from './stored-bars.js'
import { syncFile } from './whole-file.js'

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
/** Rows of a group in a file: a month of minutes has some, which its threads unpack at the same time. */
const GROUP_ROWS = 8 * CHUNK_ROWS

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

const NAN = "'NaN'::DOUBLE"

const FROM_FILE = COLUMNS.map((name) =>
  name === 'origin'
    ? `CASE origin ${ORIGINS.map((origin, i) => `WHEN ${sqlText(origin)} THEN ${i}::DOUBLE`).join(' ')} ELSE ${NAN} END`
    : `coalesce(${name}::DOUBLE, ${NAN})`,
).join(', ')

let tables = 0

/**
 * Writes the bars to a file of their own and brings it to the disk. `meanwhile` is called while DuckDB
 * packs them on its own threads. Files of different lanes can be written at the same time.
 */
export async function writeParquet(
  path: string,
  rows: StoredBars,
  { lane = 0, meanwhile }: { readonly lane?: number; readonly meanwhile?: () => void } = {},
): Promise<void> {
  const connection = await duckdb(lane)
  const table = `rows_${++tables}`
  await connection.run(`CREATE TABLE ${table} (${COLUMNS.map((name) => `${name} DOUBLE`).join(', ')})`)
  try {
    await append(connection, table, rows)
    const packed = connection.run(
      `COPY (SELECT ${TO_FILE} FROM ${table}) TO ${sqlText(path)} (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, ROW_GROUP_SIZE ${GROUP_ROWS})`,
    )
    try {
      meanwhile?.()
    } finally {
      await packed
    }
  } finally {
    await connection.run(`DROP TABLE ${table}`)
  }
  syncFile(path)
}

async function append(
  connection: DuckDBConnection,
  table: string,
  { bars, closeTimes }: StoredBars,
): Promise<void> {
  const { DOUBLE, DuckDBDataChunk } = await import('@duckdb/node-api')
  const { default: bindings } = await import('@duckdb/node-bindings')
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
  const values = new Float64Array(CHUNK_ROWS)
  const appender = await connection.createAppender(table)
  for (let from = 0; from < bars.length; from += CHUNK_ROWS) {
    const count = Math.min(CHUNK_ROWS, bars.length - from)
    const chunk = DuckDBDataChunk.create(types, count)
    for (const [c, column] of columns.entries()) {
      values.set(column.subarray(from, from + count))
      // The bindings copy 2,048 values at once, where the vector's own `setItem` took four times as long.
      const vector = bindings.data_chunk_get_vector(chunk.chunk, c)
      bindings.copy_data_to_vector(vector, 0, values.buffer, 0, count * values.BYTES_PER_ELEMENT)
    }
    appender.appendDataChunk(chunk)
  }
  appender.closeSync()
}

/**
 * Reads a file of `writeParquet` that holds the month. Throws a DataError that names the file when
 * it is damaged or another.
 */
export async function readParquet(
  path: string,
  {
    series: { symbol, interval },
    month: { rows, columns: optional },
    lane = 0,
  }: { readonly series: Series; readonly month: StoredMonth; readonly lane?: number },
): Promise<StoredBars> {
  const connection = await duckdb(lane)
  const { default: bindings } = await import('@duckdb/node-bindings')
  const bars = new BarColumns({ symbol, interval, capacity: rows, optional })
  bars.length = rows
  const closes = new Float64Array(rows)
  const columns = [
    bars.openTime,
    ...FIELDS.map((field) => bars[field]),
    closes,
    ...OPTIONAL_FIELDS.map((field) => bars[field]),
    bars.origin,
  ]
  let at = 0
  try {
    const result = await connection.run(`SELECT ${FROM_FILE} FROM read_parquet(${sqlText(path)})`)
    // The rows are all there; `fetchChunk` would wait for another thread once for every 2,048 of them.
    for (let k = 0; k < result.chunkCount; k++) {
      const chunk = result.getChunk(k)
      const count = chunk.rowCount
      if (at + count > rows) throw new Error(`it has more than ${rows} rows`)
      for (const [c, column] of columns.entries()) {
        if (!column) continue
        const bytes = bindings.vector_get_data(bindings.data_chunk_get_vector(chunk.chunk, c), count * 8)
        column.set(new Float64Array(bytes.buffer, bytes.byteOffset, count), at)
      }
      at += count
    }
    if (at < rows) throw new Error(`it has ${at} rows instead of ${rows}`)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    throw new DataError(
      `${path} must be the Parquet file that the manifest names, was not: ${why}; remove its folder and import or fetch the bars again`,
      { cause },
    )
  }
  return { bars, closeTimes: flagIrregular(bars, closes) }
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
