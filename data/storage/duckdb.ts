/** DuckDB, loaded at its first use: it costs a tenth of a second that runs over the cache do not pay. Floor 3. */
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'

/** How many statements may run at the same time. */
export const LANES = 2

let instance: Promise<DuckDBInstance> | undefined
const connections = new Map<number, Promise<DuckDBConnection>>()

/** A connection to the process's one database, which is in memory. Statements of one lane follow each other. */
export function duckdb(lane = 0): Promise<DuckDBConnection> {
  const known = connections.get(lane) ?? connect()
  connections.set(lane, known)
  return known
}

async function connect(): Promise<DuckDBConnection> {
  instance ??= open()
  return (await instance).connect()
}

async function open(): Promise<DuckDBInstance> {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  return DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    temp_directory: '',
  })
}

/** Text as a literal of SQL. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** A name as an identifier of SQL. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
