/** A session's record, as proofs need it: what went in, and what came out, row by row. Floor 4. */
import type { ChainHead, StoredRow } from '../live/ledger/chain.js'
import type { Genesis } from '../live/ledger/genesis.js'
import { eventOf, guarded, openDatabase, readGenesis, readRows } from '../live/ledger/read-ledger.js'
import type { SessionEvent } from '../model/event.js'

/** A row that a replay must make again. */
export type RecordedRow = Pick<StoredRow, 'seq' | 'body'>

/** Everything that a ledger holds. */
export interface SessionRecord {
  readonly genesis: Genesis
  readonly head: ChainHead
  readonly events: readonly SessionEvent[]
  /** Bars of each symbol that only warmed up. */
  readonly first: readonly number[]
  readonly decisions: readonly RecordedRow[]
  readonly orders: readonly RecordedRow[]
  readonly fills: readonly RecordedRow[]
}

/** Reads a ledger, held to its chain. Throws a DataError that names the first row which is not what it must be. */
export function readRecord(path: string): SessionRecord {
  return guarded(path, () => {
    const database = openDatabase(path, true)
    try {
      const { genesis, hash } = readGenesis(database)
      const events: SessionEvent[] = []
      const rows = { decisions: [] as RecordedRow[], orders: [] as RecordedRow[], fills: [] as RecordedRow[] }
      const first = genesis.symbols.map(() => 0)
      let head: ChainHead = { seq: 0, hash }
      let isWarmingUp = true
      for (const row of readRows(database, head)) {
        head = { seq: row.seq, hash: row.hash }
        if (row.table !== 'events') {
          rows[row.table].push({ seq: row.seq, body: row.body })
          continue
        }
        const event = eventOf(row)
        events.push(event)
        if (event.kind !== 'BAR') isWarmingUp = false
        else if (isWarmingUp) first[event.symbolIndex] = (first[event.symbolIndex] ?? 0) + 1
      }
      return { genesis, head, events, first, ...rows }
    } finally {
      database.close()
    }
  })
}
