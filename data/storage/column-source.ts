/**
 * Columns in memory as a table of DuckDB, which asks for the next rows while it packs the last ones: appended
 * to a table of its own first, they cost the caller's thread forty times as much. Floor 3.
 */
import type { DuckDBConnection } from '@duckdb/node-api'
import { InvariantError } from '../../engine/model/errors.js'

/** A column of numbers, which DuckDB sees as doubles. */
export interface SourceColumn {
  readonly name: string
  readonly values: Float64Array | Uint8Array
}

const FUNCTION = 'columns_in_memory'
/** DuckDB's rows in a chunk. */
const CHUNK_ROWS = 2048

const sources = new Map<number, Source>()
let made = 0
let registered: Promise<void> | undefined
const running = new Set<Promise<unknown>>()
let isStopping = false

/**
 * Ends all work with columns, which fails, for a process that is about to exit: DuckDB's threads wait for rows,
 * and Node for DuckDB's threads. Whoever waits for the work never hears of it.
 */
export async function stopColumns(): Promise<void> {
  isStopping = true
  await Promise.allSettled(running)
}

/**
 * Does the work with columns of one length as a table: `work` is told what to write behind `FROM`. The rows are
 * asked from the caller's thread, so it must not stand still until the work is done.
 */
export async function withColumns<T>(
  connection: DuckDBConnection,
  columns: readonly SourceColumn[],
  work: (table: string) => Promise<T>,
): Promise<T> {
  registered ??= register(connection)
  await registered
  // Work that began now would not be waited for, and wait for rows itself while Node waits for its thread.
  if (isStopping) await new Promise(() => undefined)
  const key = ++made
  sources.set(key, new Source(columns))
  const working = work(`${FUNCTION}(${key})`)
  running.add(working)
  try {
    return await working
  } catch (error) {
    if (isStopping) await new Promise(() => undefined)
    throw error
  } finally {
    sources.delete(key)
    running.delete(working)
  }
}

/** What DuckDB binds a call of the function to. */
class Source {
  readonly columns: readonly SourceColumn[]
  readonly rows: number

  constructor(columns: readonly SourceColumn[]) {
    this.columns = columns
    this.rows = columns[0]?.values.length ?? 0
  }
}

/** How far DuckDB has come in a source. */
class Scan {
  readonly source: Source
  row = 0

  constructor(source: Source) {
    this.source = source
  }
}

/** Makes the function known to the process's one database. */
async function register(connection: DuckDBConnection): Promise<void> {
  const { BIGINT, DOUBLE, DuckDBTableFunction } = await import('@duckdb/node-api')
  const { default: bindings } = await import('@duckdb/node-bindings')
  const values = new Float64Array(CHUNK_ROWS)
  const source = DuckDBTableFunction.create({
    name: FUNCTION,
    parameterTypes: [BIGINT],
    bindFunction(call) {
      const source = known(sources.get(Number(call.getParameter(0))), Source)
      for (const { name } of source.columns) call.addResultColumn(name, DOUBLE)
      call.setCardinality(source.rows, true)
      call.setBindData(source)
    },
    initFunction(call) {
      call.setMaxThreads(1)
      call.setInitData(new Scan(known(call.getBindData(), Source)))
    },
    mainFunction(call, chunk) {
      if (isStopping) {
        call.setError('the process ends')
        return
      }
      const scan = known(call.getInitData(), Scan)
      const { columns, rows } = scan.source
      const from = scan.row
      const count = Math.min(CHUNK_ROWS, rows - from)
      chunk.rowCount = count
      for (let c = 0; c < columns.length && count > 0; c++) {
        values.set(columns[c]?.values.subarray(from, from + count) ?? [])
        // The bindings copy 2,048 values at once, where the vector's own `setItem` took four times as long.
        const vector = bindings.data_chunk_get_vector(chunk.chunk, c)
        bindings.copy_data_to_vector(vector, 0, values.buffer, 0, count * values.BYTES_PER_ELEMENT)
      }
      scan.row = from + count
    },
  })
  connection.registerTableFunction(source)
}

/** What was handed to DuckDB, as it comes back. */
function known<T>(value: unknown, kind: abstract new (...args: never) => T): T {
  if (value instanceof kind) return value
  throw new InvariantError(`DuckDB must hand back a ${kind.name}, handed ${typeof value}`)
}
