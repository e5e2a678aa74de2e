/**
 * Whether a ledger is what it claims: SQLite's own check, the chain over every row, and the books as the sum of the
 * fills. It knows no strategy, no metrics and no market data. Floor 3.
 */
import { flowsOf } from '../../core/account.js'
import { unitsOf } from '../../model/amount.js'
import { DataError } from '../../model/errors.js'
import type { FillEvent } from '../../model/event.js'
import type { Fill } from '../../model/fill.js'
import { formatUnits, type Units } from '../../model/money.js'
import type { ChainHead, StoredRow } from './chain.js'
import type { Genesis } from './genesis.js'
import { fromLedgerJson, toLedgerJson } from './ledger-json.js'
import { eventOf, guarded, openDatabase, readGenesis, readRows } from './read-ledger.js'

/** A ledger that holds. */
export interface VerifiedLedger {
  readonly genesis: Genesis
  readonly head: ChainHead
  readonly counts: Readonly<Record<'events' | 'bars' | 'decisions' | 'orders' | 'fills', number>>
  /** What the books hold by asset, from the start and the fills alone. */
  readonly balances: Readonly<Record<string, string>>
}

/**
 * Reads all of a ledger. `anchor` is a head that was seen before (in a status file, a log, an alert): the chain must
 * go through it. Throws a DataError that names the first row which is not what it must be.
 */
export function verifyLedger(path: string, anchor?: ChainHead): VerifiedLedger {
  return guarded(path, () => {
    const database = openDatabase(path, true)
    try {
      const [check] = database.prepare('PRAGMA integrity_check(1)').all()
      if (check?.integrity_check !== 'ok') {
        throw new DataError(`${path} must be a whole SQLite file, is not: ${String(check?.integrity_check)}`)
      }
      const { genesis, hash } = readGenesis(database)
      const books = new BookCheck(genesis)
      const counts = { events: 0, bars: 0, decisions: 0, orders: 0, fills: 0 }
      let head: ChainHead = { seq: 0, hash }
      for (const row of readRows(database, head)) {
        head = { seq: row.seq, hash: row.hash }
        if (anchor?.seq === row.seq && anchor.hash !== row.hash) {
          throw new DataError(
            `row ${row.seq} must have the hash that was seen of it before (${anchor.hash.slice(0, 12)}…), has ${row.hash.slice(0, 12)}…: the ledger was written anew`,
          )
        }
        counts[row.table]++
        if (row.kind === 'BAR') counts.bars++
        books.take(row)
      }
      if (anchor && anchor.seq > head.seq) {
        throw new DataError(
          `the ledger must hold the ${anchor.seq} rows that were seen before, holds ${head.seq}`,
        )
      }
      return { genesis, head, counts, balances: books.end() }
    } finally {
      database.close()
    }
  })
}

/** The books again, from what the session began with and the fills: each fill is an event first, and says what it left. */
class BookCheck {
  readonly #genesis: Genesis
  #quote: Units
  readonly #bases: Units[]
  /** What commissions have taken of an asset that was being given away: the account's other BNB pays them. */
  readonly #owed = new Map<string, Units>()
  readonly #told: FillEvent[] = []
  readonly #openTimes: number[]

  constructor(genesis: Genesis) {
    this.#genesis = genesis
    this.#quote = genesis.settings.cash
    this.#bases = genesis.symbols.map(({ adopted }) => adopted?.quantity ?? 0n)
    this.#openTimes = genesis.symbols.map(() => 0)
  }

  take(row: StoredRow): void {
    if (row.table === 'fills') this.#takeFill(row)
    if (row.table !== 'events') return
    const event = eventOf(row)
    if (event.kind === 'FILL') this.#told.push(event)
    if (event.kind === 'START') this.#takeStart(row, event.balances)
    if (event.kind !== 'BAR') return
    const before = this.#openTimes[event.symbolIndex] ?? 0
    if (event.bar.openTime <= before) throw fault(row, 'each bar must come once, in order, came again')
    this.#openTimes[event.symbolIndex] = event.bar.openTime
  }

  end(): Readonly<Record<string, string>> {
    if (this.#told.length > 0)
      throw new DataError(`${this.#told.length} fills that were told must be booked, are not`)
    return Object.fromEntries(this.#balances().map(([asset, units]) => [asset, formatUnits(units)]))
  }

  #takeFill(row: StoredRow): void {
    // What `fillBody` wrote; the chain holds the row to it.
    const {
      after,
      tradeNumber: _,
      ...execution
    } = fromLedgerJson(row.body) as Fill & {
      readonly after: { readonly quote: Units; readonly base: Units }
    }
    const told = this.#told.shift()
    if (!told || toLedgerJson(told.execution) !== toLedgerJson(execution)) {
      throw fault(row, 'a fill must be the one that was told before, is another')
    }
    const symbol = this.#genesis.symbols[execution.symbolIndex]
    if (!symbol) throw fault(row, 'a fill must be of one of the symbols, is of none')
    const flows = flowsOf(execution, symbol.rules)
    this.#quote += unitsOf(flows.quote)
    const base = (this.#bases[execution.symbolIndex] ?? 0n) + unitsOf(flows.base)
    this.#bases[execution.symbolIndex] = base
    const { quoteAsset, baseAsset } = symbol.rules
    const given = execution.side === 'BUY' ? quoteAsset : baseAsset
    if (execution.commissionAsset === given)
      this.#owed.set(given, this.#owedIn(given) + unitsOf(execution.commission))
    const isShort = this.#quote < -this.#owedIn(quoteAsset) || base < -this.#owedIn(baseAsset)
    if (this.#quote !== after.quote || base !== after.base || isShort) {
      throw fault(
        row,
        `the books must hold ${formatUnits(this.#quote)} and ${formatUnits(base)}, say ${formatUnits(after.quote)} and ${formatUnits(after.base)}`,
      )
    }
  }

  #owedIn(asset: string): Units {
    return this.#owed.get(asset) ?? 0n
  }

  #takeStart(row: StoredRow, balances: Readonly<Record<string, Units>>): void {
    for (const [asset, units] of this.#balances()) {
      if (balances[asset] === units) continue
      throw fault(
        row,
        `a start must begin with ${formatUnits(units)} ${asset}, says ${formatUnits(balances[asset] ?? 0n)}`,
      )
    }
  }

  #balances(): readonly (readonly [string, Units])[] {
    const { symbols } = this.#genesis
    const quoteAsset = symbols[0]?.rules.quoteAsset ?? ''
    return [
      [quoteAsset, this.#quote],
      ...symbols.map(({ rules }, k) => [rules.baseAsset, this.#bases[k] ?? 0n] as const),
    ]
  }
}

function fault({ seq, table }: StoredRow, what: string): DataError {
  return new DataError(`row ${seq} (${table}): ${what}`)
}
