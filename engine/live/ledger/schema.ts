/** The tables of a ledger in SQLite. Floor 3. */
import { CHAINED } from './chain.js'

/** `PRAGMA application_id` of a ledger: "NxtB". */
export const APPLICATION_ID = 0x4e787442

const TABLE = `(
  seq INTEGER PRIMARY KEY,
  time INTEGER NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  prev TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT`

/** Every write is on the disk before it is acted upon: WAL, and a sync at each commit. */
export const PRAGMAS = 'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 2000'

/** Makes the tables. */
export const CREATE = [
  `PRAGMA application_id = ${APPLICATION_ID}`,
  'CREATE TABLE genesis (id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL, hash TEXT NOT NULL) STRICT',
  ...CHAINED.map((table) => `CREATE TABLE ${table} ${TABLE}`),
].join(';\n')

/** Every row in the order of the chain. */
export const ALL_ROWS = `${CHAINED.map(
  (table) =>
    `SELECT '${table}' AS "table", seq, time, kind, body, prev, hash FROM ${table} WHERE seq > :after`,
).join(' UNION ALL ')} ORDER BY seq`
