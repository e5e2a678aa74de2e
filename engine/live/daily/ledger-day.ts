/**
 * One UTC day of a session, out of its ledger. Bars alone move the days on: the moment whose bars close at midnight is
 * a day's last, and whatever follows from it still belongs to that day. So a day is the same rows whenever it is read.
 * Floor 3.
 */
import type { DatabaseSync } from 'node:sqlite'
import type { Bar } from '../../model/bars.js'
import type { Fill } from '../../model/fill.js'
import type { Units } from '../../model/money.js'
import { DAY_MS, type Interval, nextOpenTime } from '../../model/time.js'
import type { ChainHead, StoredRow } from '../ledger/chain.js'
import type { Genesis } from '../ledger/genesis.js'
import { fromLedgerJson } from '../ledger/ledger-json.js'
import { guarded, openDatabase, readGenesis, readRows } from '../ledger/read-ledger.js'

/** What a session's books hold, and what each symbol was last worth. */
export interface DayBooks {
  readonly quote: Units
  /** Base asset, by symbol. */
  readonly bases: readonly Units[]
  /** The last close of each symbol; undefined before its first. */
  readonly closes: readonly (number | undefined)[]
}

/** The rows of a day, and how it began. */
export interface LedgerDay {
  readonly genesis: Genesis
  /** 00:00 UTC at which it begins, milliseconds. */
  readonly start: number
  /** Whether its midnight has passed: no row comes to it any more. */
  readonly isWhole: boolean
  readonly opening: DayBooks
  readonly rows: readonly StoredRow[]
  /** The last row of it. */
  readonly head: ChainHead
}

interface Bounds {
  readonly first: number
  readonly last: number
  readonly isWhole: boolean
}

/** 00:00 UTC of the day that a bar belongs to, by its close: one that closes at midnight ends the day before. */
export function dayOfClose(close: number): number {
  return Math.floor((close - 1) / DAY_MS) * DAY_MS
}

/**
 * The day that begins at `start`; undefined where the session has neither a bar nor a fill in it. Throws a DataError
 * when the ledger cannot be read, or its chain does not hold over the day.
 */
export function readLedgerDay(path: string, start: number): LedgerDay | undefined {
  return reading(path, (database) => {
    const { genesis } = readGenesis(database)
    const bounds = boundsOf(database, genesis, start)
    if (!bounds || bounds.first > bounds.last) return undefined
    const { first, last, isWhole } = bounds
    const prev = database.prepare('SELECT prev FROM events WHERE seq = ?').get(first)?.prev
    const rows: StoredRow[] = []
    for (const row of readRows(database, { seq: first - 1, hash: String(prev) })) {
      if (row.seq > last) break
      rows.push(row)
    }
    const end = rows.at(-1)
    if (!end || !rows.some(({ kind }) => kind === 'BAR' || kind === 'FILL')) return undefined
    const opening = openingBooks(database, genesis, first)
    return { genesis, start, isWhole, opening, rows, head: { seq: end.seq, hash: end.hash } }
  })
}

/** 00:00 UTC of the day that a ledger's last bar belongs to; undefined before a bar has come. */
export function lastDayOf(path: string): number | undefined {
  return reading(path, (database) => {
    const { genesis } = readGenesis(database)
    const started = firstStart(database)
    if (started === undefined) return undefined
    for (const { close } of barsBack(database, genesis.interval, { after: started })) return dayOfClose(close)
    return undefined
  })
}

function reading<T>(path: string, read: (database: DatabaseSync) => T): T {
  return guarded(path, () => {
    const database = openDatabase(path, true)
    try {
      return read(database)
    } finally {
      database.close()
    }
  })
}

/** Bars before the first start only warm up: they are of no day. */
function firstStart(database: DatabaseSync): number | undefined {
  const seq = database.prepare("SELECT seq FROM events WHERE kind = 'START' ORDER BY seq LIMIT 1").get()?.seq
  return typeof seq === 'number' ? seq : undefined
}

/** Bars between two rows, the newest first, and when each closed: the millisecond at which the next one opens. */
function* barsBack(
  database: DatabaseSync,
  interval: Interval,
  { after, before = Number.MAX_SAFE_INTEGER }: { readonly after: number; readonly before?: number },
) {
  const statement = database.prepare(
    "SELECT seq, body FROM events WHERE kind = 'BAR' AND seq > ? AND seq < ? ORDER BY seq DESC",
  )
  for (const { seq, body } of statement.iterate(after, before)) {
    const { symbolIndex, bar } = barOf(String(body))
    yield { seq: Number(seq), symbolIndex, bar, close: nextOpenTime(bar.openTime, interval) }
  }
}

function boundsOf(
  database: DatabaseSync,
  { interval, mode }: Pick<Genesis, 'interval' | 'mode'>,
  start: number,
): Bounds | undefined {
  const started = firstStart(database)
  if (started === undefined) return undefined
  const isSimulated = mode === 'paper' || mode === 'dry-run'
  const end = start + DAY_MS
  let before: number | undefined
  let behind: { readonly seq: number; readonly close: number } | undefined
  for (const { seq, close } of barsBack(database, interval, { after: started })) {
    if (close <= start) {
      before = seq
      break
    }
    // Of a moment's bars the first stands furthest back, of a day's last moment the last is asked for below.
    if (close > end || (close === end && behind?.close !== end)) behind = { seq, close }
  }
  const head = headSeq(database)
  const first = before === undefined ? started : nextInput(database, before, isSimulated)
  if (first === undefined) return undefined
  if (!behind) return { first, last: head, isWhole: false }
  if (behind.close > end) return { first, last: behind.seq - 1, isWhole: true }
  return { first, last: (nextInput(database, behind.seq, isSimulated) ?? head + 1) - 1, isWhole: true }
}

/** The first row of the input behind a moment's last bar; a simulated market's own events are of that moment. */
function nextInput(database: DatabaseSync, seq: number, isSimulated: boolean): number | undefined {
  const inner = isSimulated ? " AND kind NOT IN ('ORDER', 'FILL')" : ''
  const found = database
    .prepare(`SELECT seq FROM events WHERE seq > ?${inner} ORDER BY seq LIMIT 1`)
    .get(seq)?.seq
  return typeof found === 'number' ? found : undefined
}

function headSeq(database: DatabaseSync): number {
  const tables = ['events', 'decisions', 'orders', 'fills']
  const heads = tables.map((table) =>
    Number(database.prepare(`SELECT max(seq) AS seq FROM ${table}`).get()?.seq),
  )
  return Math.max(...heads)
}

/** What the books held before a row: the last start, and each symbol's last fill since. */
function openingBooks(database: DatabaseSync, { symbols, interval }: Genesis, first: number): DayBooks {
  const row = database
    .prepare("SELECT seq, body FROM events WHERE kind = 'START' AND seq <= ? ORDER BY seq DESC LIMIT 1")
    .get(first)
  const event = fromLedgerJson(String(row?.body)) as { readonly balances: Readonly<Record<string, Units>> }
  const { balances } = event
  let quote: Units | undefined
  const bases: (Units | undefined)[] = symbols.map(() => undefined)
  const fills = database.prepare('SELECT body FROM fills WHERE seq > ? AND seq < ? ORDER BY seq DESC')
  for (const { body } of fills.iterate(Number(row?.seq), first)) {
    const { symbolIndex, after } = fillOf(String(body))
    quote ??= after.quote
    bases[symbolIndex] ??= after.base
    if (!bases.includes(undefined)) break
  }
  const closes: (number | undefined)[] = symbols.map(() => undefined)
  for (const { symbolIndex, bar } of barsBack(database, interval, { after: 0, before: first })) {
    closes[symbolIndex] ??= bar.close
    if (!closes.includes(undefined)) break
  }
  return {
    quote: quote ?? balances[symbols[0]?.rules.quoteAsset ?? ''] ?? 0n,
    bases: symbols.map(({ rules }, k) => bases[k] ?? balances[rules.baseAsset] ?? 0n),
    closes,
  }
}

/** A fill as its row holds it, with what the books hold behind it. */
export type BookedFill = Fill & { readonly after: { readonly quote: Units; readonly base: Units } }

/** The fill of a row of `fills`. */
export function fillOf(body: string): BookedFill {
  // What `fillBody` wrote; the chain holds the row to it.
  return fromLedgerJson(body) as BookedFill
}

function barOf(body: string): { readonly symbolIndex: number; readonly bar: Bar } {
  // What `toLedgerJson` wrote of a BAR.
  return fromLedgerJson(body) as { readonly symbolIndex: number; readonly bar: Bar }
}
