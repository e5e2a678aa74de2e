/** Writes what followed from an input: the journal's new rows, as a ledger holds them. Floor 3. */
import { flowsOf } from '../../core/account.js'
import { unitsOf } from '../../model/amount.js'
import { InvariantError } from '../../model/errors.js'
import type { Fill } from '../../model/fill.js'
import type { Units } from '../../model/money.js'
import type { Order, OrderRecord, SessionIdentity } from '../../model/order.js'
import type { SymbolRules } from '../../model/symbol-rules.js'
import type { NewRow } from '../ledger/ledger.js'
import type { LiveSession } from './live-session.js'
import { decisionBody, fillBody, orderBody } from './row-bodies.js'

/** What an input led to. */
export interface Outcome {
  /** Orders that went to the market. */
  readonly orders: readonly Order[]
  /** Orders that a limit stopped. */
  readonly blocked: readonly OrderRecord[]
  readonly fills: readonly Fill[]
}

/** Follows one session's journal. */
export class RecordWriter {
  readonly #session: LiveSession
  readonly #identity: SessionIdentity
  readonly #symbols: readonly { readonly symbol: string; readonly rules: SymbolRules }[]
  readonly #seen = { decisions: 0, orders: 0, fills: 0 }
  /** The books again, from fills alone. */
  #quote: Units
  readonly #bases: Units[]

  constructor(
    session: LiveSession,
    identity: SessionIdentity,
    symbols: readonly { readonly symbol: string; readonly rules: SymbolRules }[],
  ) {
    this.#session = session
    this.#identity = identity
    this.#symbols = symbols
    this.#quote = session.cash
    this.#bases = session.holdings.map(({ quantity }) => quantity)
  }

  /** Hands over the rows that are new. Throws an InvariantError when the books are not the sum of the fills. */
  write(add: (row: NewRow) => void): Outcome {
    const { decisions, orders, fills } = this.#session.journal
    const seen = this.#seen
    for (; seen.decisions < decisions.length; seen.decisions++) {
      const decision = decisions.at(seen.decisions)
      const body = decisionBody(decision, this.#session.readings(decision.symbolIndex))
      add({ table: 'decisions', kind: decision.ask.kind, body })
    }
    const newOrders: Order[] = []
    const blocked: OrderRecord[] = []
    const sent = this.#session.takeSent()
    const asked: Order[] = []
    for (; seen.orders < orders.length; seen.orders++) {
      const record = orders.at(seen.orders)
      asked.push(record.order)
      if (sent.has(record.order.number)) newOrders.push(record.order)
      else blocked.push(record)
    }
    for (const order of asked) {
      const { symbol } = this.#symbolOf(order.symbolIndex)
      const body = orderBody(order, asked, { symbol, identity: this.#identity })
      add({ table: 'orders', kind: order.type, body })
    }
    const newFills: Fill[] = []
    for (; seen.fills < fills.length; seen.fills++) {
      const fill = fills.at(seen.fills)
      newFills.push(fill)
      add({ table: 'fills', kind: fill.side, body: fillBody(fill, this.#book(fill)) })
    }
    if (newFills.length > 0) this.#check()
    return { orders: newOrders, blocked, fills: newFills }
  }

  #book(fill: Fill): { readonly quote: Units; readonly base: Units } {
    const { quote, base } = flowsOf(fill, this.#symbolOf(fill.symbolIndex).rules)
    this.#quote += unitsOf(quote)
    const after = (this.#bases[fill.symbolIndex] ?? 0n) + unitsOf(base)
    this.#bases[fill.symbolIndex] = after
    return { quote: this.#quote, base: after }
  }

  #check(): void {
    const isSame =
      this.#quote === this.#session.cash &&
      this.#session.holdings.every(({ quantity }, k) => quantity === this.#bases[k])
    if (!isSame) throw new InvariantError('the books must be the sum of all fills, are not')
  }

  #symbolOf(symbolIndex: number) {
    const symbol = this.#symbols[symbolIndex]
    if (!symbol) throw new InvariantError(`a session must have symbol ${symbolIndex}`)
    return symbol
  }
}
