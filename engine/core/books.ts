/** The books of a session on one symbol: what it owns, exactly, and the round trips it makes. Floor 2. */
import type { Adopted } from '../model/adopted.js'
import { type Amount, numberOf, toAmount } from '../model/amount.js'
import type { Execution } from '../model/event.js'
import type { MarketRules } from '../model/symbol-rules.js'
import { type Account, applyFlows, type Flows, noFlows, putFlows } from './account.js'
import type { Journal } from './journal/journal.js'
import type { Numbers } from './numbers.js'
import { addAdopted, addToTrade, blankTrade, type OpenTrade, startTrade } from './open-trade.js'

/** What the books remember; plain data. */
export interface BooksState {
  readonly quantity: Amount
  readonly trade: OpenTrade | undefined
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
  /** Written over by the next fill, and by the next trade: a tenth of what an order would allocate. */
  readonly #flows: Flows = noFlows()
  #spare: OpenTrade | undefined
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
    const flows = this.#flows
    putFlows(flows, execution, this.#rules)
    applyFlows(this.account, flows)
    this.#count()
    const trade = this.#trade ?? this.#start(execution, tag)
    addToTrade(trade, execution, flows, this.#rules, tag, exitBarOf(execution))
    this.#journal.fills.add(execution, trade.number)
    if (execution.side === 'SELL' && this.account.quantity < this.#rules.stepSize) this.#close(trade)
  }

  /** Takes over a position of a symbol before its first bar: a round trip begins with it, at bar `barIndex`. */
  adopt(adopted: Adopted, { symbolIndex, barIndex }: Pick<Execution, 'symbolIndex' | 'barIndex'>): void {
    this.account.quantity = toAmount(adopted.quantity)
    this.account.adoptedPrice = numberOf(toAmount(adopted.price), this.#rules.priceScale)
    this.#count()
    const { time } = adopted
    addAdopted(this.#start({ symbolIndex, barIndex, time }, 'adopted'), adopted)
  }

  /** At the close: a trade whose sale has left only dust at this price is over. */
  closeDust(price: number): void {
    const trade = this.#trade
    if (trade && trade.sold > 0 && !this.isHeld(price)) this.#close(trade)
  }

  /** The rules that it holds are of another version now: what is dust is measured by them. */
  followRules(): void {
    this.#minNotional = minNotionalOf(this.#rules)
    this.#count()
  }

  /** What the books remember, as plain data. */
  snapshot(): BooksState {
    return { quantity: this.account.quantity, trade: structuredClone(this.#trade) }
  }

  /** Takes up what `snapshot` gave. */
  restore(state: BooksState): void {
    this.account.quantity = state.quantity
    this.#count()
    this.#trade = structuredClone(state.trade)
  }

  #count(): void {
    this.quantity = numberOf(this.account.quantity, this.#rules.quantityScale)
    this.dustBelow =
      this.account.quantity < this.#rules.stepSize ? Number.POSITIVE_INFINITY : this.#minNotional
  }

  #start(entry: Pick<Execution, 'symbolIndex' | 'time' | 'barIndex'>, tag: string): OpenTrade {
    const trade = this.#spare ?? blankTrade()
    startTrade(trade, ++this.#numbers.trades, entry, tag)
    this.#trade = trade
    return trade
  }

  #close(trade: OpenTrade): void {
    this.#journal.trades.add(trade)
    this.#spare = trade
    this.#trade = undefined
  }
}

function minNotionalOf({ minNotional, priceScale, quantityScale }: MarketRules): number {
  return numberOf(minNotional, priceScale * quantityScale)
}

/** A sale at the very close that asked for it was exposed to all of its bar; one at an open to none. */
function exitBarOf({ time, decisionTime, barIndex }: Execution): number {
  return time === decisionTime ? barIndex + 1 : barIndex
}
