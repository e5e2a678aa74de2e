/**
 * One month of bars as a Parquet file (zstd) that pandas, polars and DuckDB read as it is: the columns of
 * Binance's kline archive, times in milliseconds, and `origin`. Floor 3.
 */
import {
  BAR_FLAG,
  BarColumns,
  byteAt,
  FIELDS,
  OPTIONAL_FIELDS,
  ORIGINS,
  valueAt,
} from '../../engine/model/bars.js'
import { DataError } from '../../engine/model/errors.js'
import { closeTimeOf, intervalMs } from '../../engine/model/time.js'
import { withColumns } from './column-source.js'
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

/** Rows of a group in a file: a month of minutes has some, which its threads unpack at the same time. */
const GROUP_ROWS = 16_384
/**
 * The lightest packing, and no search for values that come again, but for a column that has one: of a month of
 * minutes the file is as large, and takes 17 ms of a processor to write where it took 41.
 */
const PACKING = `FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, COMPRESSION_LEVEL 1, DICTIONARY_SIZE_LIMIT 1, ROW_GROUP_SIZE ${GROUP_ROWS}`

const orNull = (name: string, type = 'DOUBLE'): string =>
  `CASE WHEN isnan(${name}) THEN NULL ELSE ${name}::${type} END`

const NAN = "'NaN'::DOUBLE"

/** Of an origin that the month does not have; no column of bytes holds it as anything else. */
const NO_ORIGIN = 255

/** The columns of a file as doubles. Text is compared with the origins that the month has, mostly one. */
function fromFile({ origins }: StoredMonth): string {
  const cases = ORIGINS.flatMap((origin, i) =>
    origins[origin] === undefined ? [] : [`WHEN ${sqlText(origin)} THEN ${i}::DOUBLE`],
  )
  return COLUMNS.map((name) =>
    name === 'origin'
      ? `CASE origin ${cases.join(' ')} ELSE ${NO_ORIGIN}::DOUBLE END`
      : `coalesce(${name}::DOUBLE, ${NAN})`,
  ).join(', ')
}

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
  const columns = columnsOf(rows)
  const handed = columns.flatMap(({ name, values }) => (values ? [{ name, values }] : []))
  await withColumns(connection, handed, async (table) => {
    const packed = connection.run(
      `COPY (SELECT ${columns.map(({ name, sql }) => `${sql} AS ${name}`).join(', ')} FROM ${table}) TO ${sqlText(path)} (${PACKING})`,
    )
    try {
      meanwhile?.()
    } finally {
      await packed
    }
  })
  await syncFile(path)
}

/** A column of the file, in its order. */
interface FileColumn {
  readonly name: string
  /** What DuckDB is handed for it; undefined where the SQL says it all. */
  readonly values?: Float64Array | Uint8Array
  /** Its value in a row. */
  readonly sql: string
}

/** What SQL can say of a whole month is not handed over row by row: that takes most of the time of a write. */
function columnsOf({ bars, closeTimes }: StoredBars): readonly FileColumn[] {
  const of = (values: Float64Array | Uint8Array): Float64Array | Uint8Array => values.subarray(0, bars.length)
  return [
    { name: 'open_time', values: of(bars.openTime), sql: 'open_time::BIGINT' },
    ...(['open', 'high', 'low', 'close'] as const).map((name) => ({
      name,
      values: of(bars[name]),
      sql: name,
    })),
    { name: 'volume', values: of(bars.volume), sql: orNull('volume') },
    closeColumn(bars, closeTimes),
    ...OPTIONAL_FIELDS.map((field): FileColumn => {
      const name = NAMES[field]
      const type = field === 'tradeCount' ? 'BIGINT' : 'DOUBLE'
      const values = bars[field]
      if (!values) return { name, sql: `NULL::${type}` }
      return { name, values: of(values), sql: orNull(name, type) }
    }),
    { name: 'ignore', sql: '0::TINYINT' },
    originColumn(of(bars.origin)),
  ]
}

function closeColumn(bars: BarColumns, closeTimes: ReadonlyMap<number, number>): FileColumn {
  const name = 'close_time'
  const { interval, length } = bars
  if (interval !== '1M' && closeTimes.size === 0) {
    return { name, sql: `open_time::BIGINT + ${intervalMs(interval) - 1}` }
  }
  const values = new Float64Array(length)
  for (let i = 0; i < length; i++) {
    const time = valueAt(bars.openTime, i)
    const isOdd = (byteAt(bars.flags, i) & BAR_FLAG.irregularClose) !== 0
    const end = closeTimeOf(time, interval)
    values[i] = isOdd ? (closeTimes.get(time) ?? end) : end
  }
  return { name, values, sql: `${name}::BIGINT` }
}

function originColumn(values: Float64Array | Uint8Array): FileColumn {
  const name = 'origin'
  const [first = 0] = values
  let isOne = true
  for (let i = 1; i < values.length && isOne; i++) isOne = values[i] === first
  const only = isOne ? ORIGINS[first] : undefined
  if (only !== undefined) return { name, sql: sqlText(only) }
  return { name, values, sql: `([${ORIGINS.map(sqlText).join(', ')}])[${name}::INTEGER + 1]` }
}

/**
 * Reads a file of `writeParquet` that holds the month. Throws a DataError that names the file when
 * it is damaged or another.
 */
export async function readParquet(
  path: string,
  {
    series: { symbol, interval },
    month,
    lane = 0,
  }: { readonly series: Series; readonly month: StoredMonth; readonly lane?: number },
): Promise<StoredBars> {
  const connection = await duckdb(lane)
  const { default: bindings } = await import('@duckdb/node-bindings')
  const { rows, columns: optional } = month
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
    const result = await connection.run(`SELECT ${fromFile(month)} FROM read_parquet(${sqlText(path)})`)
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
