/**
 * SQL over the store and over run folders, by DuckDB: windows, joins and groups over millions of rows. Roof.
 *
 *     await sql`select date_trunc('day', time) as day, max(high) from bars('BTCUSDT', '1m') group by day order by day`
 *     await sql`select exit_tag, count(*), avg(net) from trades(${run.runId}) group by exit_tag`
 */
import { duckdb, sqlText } from '../../data/storage/duckdb.js'
import { ConfigError } from '../../engine/model/errors.js'

/** A row of an answer; times are ISO UTC. */
export type SqlRow = Readonly<Record<string, string | number | boolean | null>>

const TABLES = ['trades', 'fills', 'orders', 'equity'] as const

/** The tables that `sql` knows, over a store and a folder of runs. */
export interface SqlPlaces {
  readonly store?: string
  readonly runs?: string
}

/**
 * Rows of a query. Values in `${…}` are data, never SQL. `bars(symbol, interval)` is the store's; `trades(run)`,
 * `fills(run)`, `orders(run)` and `equity(run)` are those of a run folder by its id. Throws a ConfigError with what
 * DuckDB says of the query.
 */
export async function sql(
  parts: TemplateStringsArray,
  ...values: readonly (string | number | boolean)[]
): Promise<readonly SqlRow[]> {
  return query({}, parts, ...values)
}

/** `sql` over other folders than `data/store` and `reports/out`. */
export function sqlIn(places: SqlPlaces): typeof sql {
  return (parts, ...values) => query(places, parts, ...values)
}

async function query(
  { store = 'data/store', runs = 'reports/out' }: SqlPlaces,
  parts: TemplateStringsArray,
  ...values: readonly (string | number | boolean)[]
): Promise<readonly SqlRow[]> {
  const connection = await duckdb()
  const text = parts.reduce((all, part, k) => `${all}$${k}${part}`)
  try {
    await connection.run(macros(store, runs))
    const named = Object.fromEntries(values.map((value, k) => [String(k + 1), value]))
    const answer = await connection.runAndReadAll(text, named)
    return answer.getRowObjectsJson().map((row) => toSqlRow(row))
  } catch (cause) {
    const message = cause instanceof Error ? cause.message.trim() : String(cause)
    throw new ConfigError(`the query must be SQL that DuckDB can answer: ${message}`, { cause })
  }
}

function macros(store: string, runs: string): string {
  const bars = `CREATE OR REPLACE TEMP MACRO bars(symbol, "interval") AS TABLE
    SELECT epoch_ms(open_time) AS time, * EXCLUDE (open_time, ignore) FROM
    read_parquet(${sqlText(`${store}/`)} || symbol || '/' || "interval" || '/*.parquet') ORDER BY time;`
  const tables = TABLES.map(
    (table) => `CREATE OR REPLACE TEMP MACRO ${table}(run) AS TABLE
    SELECT * FROM read_csv(${sqlText(`${runs}/`)} || run || '/${table}.csv');`,
  )
  return [bars, ...tables].join('\n')
}

function toSqlRow(row: Readonly<Record<string, unknown>>): SqlRow {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]))
}

/** What JSON cannot hold comes as text: whole numbers beyond 2^53 stay text, the others become numbers. */
function plain(value: unknown): string | number | boolean | null {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const time = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d+)?(\+00)?$/.exec(text)
  if (time) return new Date(`${time[1]}T${time[2]}${time[3] ?? ''}Z`).toISOString()
  return /^-?\d{1,15}$/.test(text) ? Number(text) : text
}
