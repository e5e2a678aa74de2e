/** DuckDB, loaded at its first use: it costs a tenth of a second that runs over the cache do not pay. Floor 3. */
import type { DuckDBConnection } from '@duckdb/node-api'

let connection: Promise<DuckDBConnection> | undefined

/** The process's one connection to a database in memory. Its statements run one after the other. */
export function duckdb(): Promise<DuckDBConnection> {
  connection ??= connect()
  return connection
}

async function connect(): Promise<DuckDBConnection> {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    temp_directory: '',
  })
  return instance.connect()
}

/** Text as a literal of SQL. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** A name as an identifier of SQL. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
