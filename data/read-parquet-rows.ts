/** Any Parquet file with bars in it: the store's, an export, or one that pandas or polars wrote. Floor 3. */
import { ORIGINS, type Origin } from '../engine/model/bars.js'
import { DataError } from '../engine/model/errors.js'
import type { FoundFile } from './find-files.js'
import { findColumns } from './foreign-header.js'
import { type KlineField, KlineRows } from './kline-rows.js'
import { duckdb, sqlName, sqlText } from './storage/duckdb.js'

const MAX_ROWS = 50_000_000
/** Bytes of a row, when it is unpacked: twelve columns as text have fewer. */
const MAX_ROW_BYTES = 512
const PAGE_BYTES = 1 << 20
const WHOLE = ['BIGINT', 'UBIGINT', 'INTEGER', 'HUGEINT', 'DOUBLE']

/**
 * The rows of the file in its order; columns are found by name as in a foreign CSV file, times are
 * timestamps, dates, or numbers of 10, 13 or 16 digits. Throws a DataError when it is damaged.
 */
export async function readParquetRows(
  file: FoundFile,
  columns: Readonly<Record<string, string>>,
): Promise<KlineRows> {
  const connection = await duckdb()
  const { default: bindings } = await import('@duckdb/node-bindings')
  const from = `read_parquet(${sqlText(file.path)})`
  try {
    const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${from}`)
    const types = new Map(described.getRows().map(([name, type]) => [String(name), String(type)]))
    const names = [...types.keys()]
    const positions = new Map<KlineField, number>(findColumns(names, columns, file.shown))
    const closeTime = names.indexOf('close_time')
    if (closeTime >= 0) positions.set('closeTime', closeTime)
    const fields = [...positions.keys()]
    const rowOf = async (sql: string) => (await connection.runAndReadAll(sql)).getRows()[0] ?? []
    const [rows = 0, bytes = 0] = (
      await rowOf(
        `SELECT (SELECT count(*) FROM ${from}), sum(total_uncompressed_size) FROM parquet_metadata(${sqlText(file.path)})`,
      )
    ).map(Number)
    if (!(rows > 0 && rows <= MAX_ROWS)) {
      throw new DataError(`${file.shown} must hold 1 to ${MAX_ROWS} bars, holds ${rows}`)
    }
    if (!(bytes <= PAGE_BYTES + rows * MAX_ROW_BYTES)) {
      throw new DataError(
        `${file.shown} must hold bars, ${rows} of which unpack to less than ${bytes} bytes; is it a bomb?`,
      )
    }
    const [origin] = names.includes('origin') ? await rowOf(`SELECT ${ONE_ORIGIN} FROM ${from}`) : []
    const all = new KlineRows({
      file: file.shown,
      fields,
      origin: ORIGINS.find((one): one is Origin => one === origin) ?? 'import',
      lineOf: (row) => row + 1,
      capacity: rows,
    })
    while (all.capacity < rows) all.grow()
    const sql = fields.map((field) =>
      columnSql(names[positions.get(field) ?? 0] ?? '', field, types, file.shown),
    )
    const result = await connection.stream(`SELECT ${sql.join(', ')} FROM ${from}`)
    for (;;) {
      const chunk = await result.fetchChunk()
      const count = chunk?.rowCount ?? 0
      if (!chunk || count === 0) break
      for (const [c, field] of fields.entries()) {
        const bytes = bindings.vector_get_data(bindings.data_chunk_get_vector(chunk.chunk, c), count * 8)
        all.column(field)?.set(new Float64Array(bytes.buffer, bytes.byteOffset, count), all.length)
      }
      all.length += count
    }
    for (const field of fields) {
      if (all.column(field)?.subarray(0, all.length).every(Number.isNaN) === true) all.drop(field)
    }
    return all
  } catch (cause) {
    if (cause instanceof DataError) throw cause
    const why = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    throw new DataError(`${file.shown} must be a whole Parquet file of bars, was not: ${why}`, { cause })
  }
}

/** The one origin of all bars. */
const ONE_ORIGIN = 'CASE WHEN count(DISTINCT origin) = 1 THEN min(origin) END'

function columnSql(
  name: string,
  field: KlineField,
  types: ReadonlyMap<string, string>,
  file: string,
): string {
  const column = sqlName(name)
  if (field !== 'openTime' && field !== 'closeTime') return `coalesce(${column}::DOUBLE, 'NaN'::DOUBLE)`
  const type = types.get(name) ?? ''
  if (type.startsWith('TIMESTAMP') || type === 'DATE')
    return `coalesce(epoch_ms(${column})::DOUBLE, 'NaN'::DOUBLE)`
  if (!WHOLE.includes(type)) {
    throw new DataError(`${file}: column ${name} must be a timestamp or a whole number, was ${type}`)
  }
  const time = `${column}::DOUBLE`
  const ms = `CASE WHEN ${time} >= 1e14 THEN floor(${time} / 1000) WHEN ${time} < 1e11 THEN ${time} * 1000 ELSE ${time} END`
  return `coalesce(${ms}, 'NaN'::DOUBLE)`
}
