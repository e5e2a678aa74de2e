/** A table of doubles as a Parquet file (zstd): a row a moment, and as many columns as there are. Floor 3. */
import { duckdb, sqlName, sqlText } from './duckdb.js'

/** DuckDB's rows in a chunk. */
const CHUNK_ROWS = 2048

let tables = 0

/**
 * Writes the table: `time` in UTC milliseconds, then the columns by name; NaN becomes NULL. All columns have
 * one length, that of `times`.
 */
export async function writeTable(
  path: string,
  times: Float64Array,
  columns: ReadonlyMap<string, Float64Array>,
): Promise<void> {
  const connection = await duckdb()
  const { DOUBLE, DuckDBDataChunk } = await import('@duckdb/node-api')
  const { default: bindings } = await import('@duckdb/node-bindings')
  const table = `table_${++tables}`
  const names = [...columns.keys()].map(sqlName)
  await connection.run(
    `CREATE TABLE ${table} (time DOUBLE, ${names.map((name) => `${name} DOUBLE`).join(', ')})`,
  )
  try {
    const all = [times, ...columns.values()]
    const types = all.map(() => DOUBLE)
    const values = new Float64Array(CHUNK_ROWS)
    const appender = await connection.createAppender(table)
    for (let from = 0; from < times.length; from += CHUNK_ROWS) {
      const count = Math.min(CHUNK_ROWS, times.length - from)
      const chunk = DuckDBDataChunk.create(types, count)
      for (const [c, column] of all.entries()) {
        values.set(column.subarray(from, from + count))
        const vector = bindings.data_chunk_get_vector(chunk.chunk, c)
        bindings.copy_data_to_vector(vector, 0, values.buffer, 0, count * values.BYTES_PER_ELEMENT)
      }
      appender.appendDataChunk(chunk)
    }
    appender.closeSync()
    const shown = names.map((name) => `CASE WHEN isnan(${name}) THEN NULL ELSE ${name} END AS ${name}`)
    await connection.run(
      `COPY (SELECT epoch_ms(time::BIGINT) AS time, ${shown.join(', ')} FROM ${table}) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`,
    )
  } finally {
    await connection.run(`DROP TABLE ${table}`)
  }
}
