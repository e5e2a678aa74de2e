/** A table of doubles as a Parquet file (zstd): a row a moment, and as many columns as there are. Floor 3. */
import type { Vector } from '@duckdb/node-bindings'
import { duckdb, sqlName, sqlText } from './duckdb.js'

/** DuckDB's rows in a chunk. */
const CHUNK_ROWS = 2048

/** Of a double, and of a moment. */
const BYTES = 8

/** Of a millisecond. */
const MICROSECONDS = 1000n

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
  const { DOUBLE, TIMESTAMP, DuckDBDataChunk } = await import('@duckdb/node-api')
  const { default: bindings } = await import('@duckdb/node-bindings')
  const table = `table_${++tables}`
  const names = [...columns.keys()].map((name) => `${sqlName(name)} DOUBLE`)
  await connection.run(`CREATE TABLE ${table} (time TIMESTAMP, ${names.join(', ')})`)
  try {
    const types = [TIMESTAMP, ...names.map(() => DOUBLE)]
    const moments = new BigInt64Array(CHUNK_ROWS)
    const values = new Float64Array(CHUNK_ROWS)
    const appender = await connection.createAppender(table)
    for (let from = 0; from < times.length; from += CHUNK_ROWS) {
      const count = Math.min(CHUNK_ROWS, times.length - from)
      const chunk = DuckDBDataChunk.create(types, count)
      const fill = (place: number, { buffer }: { readonly buffer: ArrayBuffer }) => {
        const vector = bindings.data_chunk_get_vector(chunk.chunk, place)
        bindings.copy_data_to_vector(vector, 0, buffer, 0, count * BYTES)
        return vector
      }
      for (let i = 0; i < count; i++) moments[i] = BigInt(times[from + i] ?? 0) * MICROSECONDS
      fill(0, moments)
      for (const [c, column] of [...columns.values()].entries()) {
        values.set(column.subarray(from, from + count))
        markMissing(fill(c + 1, values), values.subarray(0, count))
      }
      appender.appendDataChunk(chunk)
    }
    appender.closeSync()
    // A statement that named each column would take the square of their number: 50 s for 10,000 of them.
    await connection.run(`COPY ${table} TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`)
  } finally {
    await connection.run(`DROP TABLE ${table}`)
  }

  function markMissing(vector: Vector, values: Float64Array): void {
    const present = new Uint8Array(CHUNK_ROWS / 8).fill(0xff)
    let isWhole = true
    for (const [row, value] of values.entries()) {
      if (!Number.isNaN(value)) continue
      isWhole = false
      present[row >> 3] = (present[row >> 3] ?? 0) & ~(1 << (row & 7))
    }
    if (isWhole) return
    bindings.vector_ensure_validity_writable(vector)
    bindings.copy_data_to_vector_validity(vector, 0, present.buffer, 0, present.byteLength)
  }
}
