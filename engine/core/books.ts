/** The books of a session on one symbol: what it owns, exactly, and the round trips it makes. Floor 2. */
import type { Adopted } from '../model/adopted.js'
import { type Amount, numberOf, toAmount } from '../model/amount.js'
import type { Execution } from '../model/event.js'
import type { MarketRules } from '../model/symbol-rules.js'
import { type Account, applyFlows, flowsOf } from './account.js'
import type { Journal } from './journal/journal.js'
import type { Numbers } from './numbers.js'
import type { OpenTrade } from './open-trade.js'
import { addAdopted, newSums, type TradeSums } from './trade-sums.js'

/** What the books remember; plain data. */
export interface BooksState {
  readonly quantity: Amount
  readonly trade: TradeSums | undefined
}

/** Books fills into the account and into trades, and marks them as numbers. */
export class Books {
  readonly account: Account
  /** Base asset as a double, for marks. */
  quantity = 0
  /** A position worth less than this is dust, in quote: the minimum notional, or anything below a step. */
  dustBelow = Number.POSITIVE_INFINITY
  readonly #rules: MarketRules
  readonly #journal: Journal
  readonly #numbers: Numbers
  #minNotional = 0
  #trade: OpenTrade | undefined

  constructor(account: Account, rules: MarketRules, journal: Journal, numbers: Numbers) {
    this.account = account
    this.#rules = rules
    this.#journal = journal
    this.#numbers = numbers
    this.#minNotional = minNotionalOf(rules)
  }

  /** Quote asset as a double: the whole session's. */
  get cash(): number {
    return this.account.purse.number
  }

  /** Quote asset less what was paid in BNB, as a double: what equity counts as cash. */
  get marked(): number {
    return this.account.purse.marked
  }

  /** Whether a round trip is under way. */
  get hasOpenTrade(): boolean {
    return this.#trade !== undefined
  }

  /** Whether more than dust is held: at least a step, and worth the minimum notional at this price. */
  isHeld(price: number): boolean {
    return this.quantity * price >= this.dustBelow
  }

  /** Books a fill. A sale that leaves less than a step ends the trade at once. */
  apply(execution: Execution, tag: string): void {
    applyFlows(this.account, flowsOf(execution, this.#rules))
    this.#count()
    this.#trade ??= this.#start(execution.symbolIndex, tag)
    const trade = this.#trade
    this.#journal.fills.add(execution, trade.number)
    if (execution.side === 'BUY') return
    trade.hasSold = true
    trade.exitTag = tag
    if (this.account.quantity < this.#rules.stepSize) this.#close(trade)
  }

  /** Takes over a position of a symbol before its first bar: a round trip begins with it, at bar `barIndex`. */
  adopt(adopted: Adopted, { symbolIndex, barIndex }: Pick<Execution, 'symbolIndex' | 'barIndex'>): void {
    this.account.quantity = toAmount(adopted.quantity)
    this.account.adoptedPrice = numberOf(toAmount(adopted.price), this.#rules.priceScale)
    this.#count()
    const number = ++this.#numbers.trades
    const before = newSums({ number, symbolIndex, entryTag: 'adopted' }, { time: adopted.time, barIndex })
    addAdopted(before, adopted)
    this.#trade = this.#goOn(before)
  }

  /** At the close: a trade whose sale has left only dust at this price is over. */
  closeDust(price: number): void {
    const trade = this.#trade
    if (trade?.hasSold && !this.isHeld(price)) this.#close(trade)
  }

  /** The rules that it holds are of another version now: what is dust is measured by them. */
  followRules(): void {
    this.#minNotional = minNotionalOf(this.#rules)
    this.#count()
  }

  /** What the books remember, as plain data. */
  snapshot(): BooksState {
    return { quantity: this.account.quantity, trade: this.#trade && this.#addUp(this.#trade) }
  }

  /** Takes up what `snapshot` gave. */
  restore(state: BooksState): void {
    this.account.quantity = state.quantity
    this.#count()
    this.#trade = state.trade && this.#goOn(structuredClone(state.trade))
  }

  #count(): void {
    this.quantity = numberOf(this.account.quantity, this.#rules.quantityScale)
    this.dustBelow =
      this.account.quantity < this.#rules.stepSize ? Number.POSITIVE_INFINITY : this.#minNotional
  }

  #start(symbolIndex: number, entryTag: string): OpenTrade {
    const number = ++this.#numbers.trades
    const firstFill = this.#journal.fills.length
    return { number, symbolIndex, entryTag, exitTag: '', hasSold: false, firstFill, before: undefined }
  }

  /** A trade of which something came before the journal's next row. */
  #goOn(before: TradeSums): OpenTrade {
    const { number, symbolIndex, entryTag, exitTag, sold } = before
    const firstFill = this.#journal.fills.length
    return { number, symbolIndex, entryTag, exitTag, hasSold: sold > 0, firstFill, before }
  }

  /** What a trade's fills add up to; they are not added up again. */
  #addUp(trade: OpenTrade): TradeSums {
    const { fills, trades } = this.#journal
    const before = trades.sumsOf(trade)
    this.#trade = { ...trade, firstFill: fills.length, before }
    return structuredClone(before)
  }

  #close(trade: OpenTrade): void {
    this.#journal.trades.add(trade)
    this.#trade = undefined
  }
}

function minNotionalOf({ minNotional, priceScale, quantityScale }: MarketRules): number {
  return numberOf(minNotional, priceScale * quantityScale)
}
