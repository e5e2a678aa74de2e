/**
 * Holds the account against what is known: open orders, trades, balances. What another hand did is told and never
 * adopted; what another session did halts. Floor 3.
 */
import { ExchangeError, HaltedError } from '../../model/errors.js'
import { formatUnits, type Units } from '../../model/money.js'
import { type AccountState, accountState } from './account-state.js'
import type { ExchangeLine } from './exchange-line.js'
import type { ExchangeMarket } from './exchange-market.js'
import { LockedCoins } from './locked-coins.js'
import type { Facts } from './order-facts.js'
import type { FoundTrades, OrderInquiry } from './order-inquiry.js'
import type { TellOrders } from './order-news.js'
import type { OrderTrack } from './order-track.js'
import { ReopenedOrders } from './reopened-orders.js'
import type { DifferenceKind, WireNews } from './wire-news.js'

/** What a watch works with. */
export interface WatchParts {
  readonly symbols: readonly string[]
  /** What each symbol trades. */
  readonly baseOf: (symbol: string) => string
  readonly market: ExchangeMarket
  readonly line: ExchangeLine
  readonly inquiry: OrderInquiry
  readonly tell: TellOrders
  readonly halt: (reason: string) => void
  readonly note: (news: WireNews) => void
  /** What the session's books hold, by asset; undefined while an input waits that may change them. */
  readonly books: () => Readonly<Record<string, Units>> | undefined
}

/** Orders of any session of Nextbar. */
const OURS = /^nb(\d+)-/
/** Once may be a fill that is on its way; twice is a difference. */
const MOST_MISMATCHES = 2

/** One for each session. */
export class AccountWatch {
  readonly #parts: WatchParts
  readonly #reopened: ReopenedOrders
  readonly #lastTrades = new Map<string, string>()
  readonly #mismatches = new Map<string, number>()
  readonly #locked = new LockedCoins()
  #isClean = false
  #isLooking = false
  /** How often all that was seen has become doubtful, and how often it had when the last whole look began. */
  #doubts = 0
  #lookedAtDoubts = 0
  #lastClean = Number.NEGATIVE_INFINITY

  constructor(parts: WatchParts) {
    this.#parts = parts
    this.#reopened = new ReopenedOrders(parts)
  }

  /** Whether the last look found nothing that differs, and is not older than so many milliseconds. */
  isClean(freshMs = Number.POSITIVE_INFINITY): boolean {
    if (this.#lookedAtDoubts !== this.#doubts) return false
    return this.#isClean && performance.now() - this.#lastClean < freshMs
  }

  /** What was seen counts no more: nothing is clean before a look that begins now or later is over. */
  distrust(): void {
    this.#doubts++
  }

  /** Milliseconds since the last whole look; undefined before the first. */
  get lookedMs(): number | undefined {
    return this.#lastClean < 0 ? undefined : performance.now() - this.#lastClean
  }

  /** The account now. Throws an ExchangeError when the exchange does not say. */
  async account(): Promise<AccountState> {
    const answer = await this.#parts.line.send({
      ...{ method: 'GET', path: '/api/v3/account', weight: 20, canWait: true },
      params: { omitZeroBalances: true },
    })
    const state = answer.kind === 'DONE' ? accountState(answer.json) : undefined
    if (state) return state
    const why =
      answer.kind === 'REFUSED'
        ? answer.message
        : 'reason' in answer
          ? answer.reason
          : 'no account in the answer'
    throw new ExchangeError(`the exchange must show the account, did not: ${why}`)
  }

  /**
   * Before anything else: halts when an order is open that another session of Nextbar has sent, or that the ledger has
   * as over.
   */
  async refuseForeign(): Promise<void> {
    const { symbols, market, tell, halt } = this.#parts
    for (const symbol of symbols) {
      const open = await this.#openOrders(symbol)
      refuse(await this.#reopened.look(symbol, open, true))
      for (const { order } of open) {
        const { clientOrderId } = order
        if (market.byId(clientOrderId)) continue
        const reason = this.#foreignSession(clientOrderId)
        if (reason !== undefined) {
          halt(reason)
          throw new HaltedError(reason)
        }
        tell(
          'external',
          'ticket',
          `${symbol} has an open order of another hand: ${clientOrderId}; it is not adopted`,
        )
      }
    }
  }

  /**
   * Takes the trades that the account has had, and remembers the newest of each symbol; those of other hands since the
   * session last ran are told. Halts when an order has traded that the ledger has as over.
   */
  async takeHistory(since = Number.POSITIVE_INFINITY): Promise<void> {
    for (const symbol of this.#parts.symbols) {
      const found = await this.#parts.inquiry.takeTrades(symbol, undefined)
      refuse(await this.#settleTrades(symbol, found))
      this.#tellForeign(
        symbol,
        (found?.foreign ?? []).filter(({ time }) => time > since),
      )
      if (found?.last !== undefined) this.#lastTrades.set(symbol, found.last)
    }
  }

  /** What the account must hold for the books to be true, and does not; none makes it clean. */
  async firstLook(): Promise<readonly string[]> {
    const faults = bookFaults(await this.account(), this.#parts.books() ?? {})
    this.#isClean = faults.size === 0
    this.#lastClean = performance.now()
    this.#lookedAtDoubts = this.#doubts
    this.#note({ orders: 0, trades: 0, balances: faults.size })
    return [...faults.values()]
  }

  /** Looks at all of it, and asks for whatever differs. One look at a time. */
  async look(): Promise<void> {
    const { symbols, line, tell, books } = this.#parts
    if (this.#isLooking || line.isSilent) return
    this.#isLooking = true
    const doubts = this.#doubts
    const differences = { orders: 0, trades: 0, balances: 0 }
    try {
      for (const symbol of symbols) {
        const { orders, trades } = await this.#lookAt(symbol)
        differences.orders += orders
        differences.trades += trades
      }
      const account = await this.account()
      const held = books()
      const faults = bookFaults(account, held ?? {})
      if (held) {
        this.#noteFaults(faults)
        this.#locked.look({ account, books: held }, this.#parts)
      }
      differences.balances = faults.size
      if (this.#reopened.isAny) this.#isClean = false
      this.#lastClean = performance.now()
      this.#lookedAtDoubts = doubts
      this.#note(differences)
      tell('reconcile', 'note', 'the account was looked at', { about: 'reconcile', isOver: true })
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error
      this.#note(undefined)
      tell('reconcile', 'ticket', error.message, { about: 'reconcile' })
    } finally {
      this.#isLooking = false
    }
    if (this.#lookedAtDoubts === doubts && doubts !== this.#doubts) await this.look()
  }

  /**
   * Before an order of a symbol goes out: the orders that have traded since, and nobody has told of. Undefined when the
   * exchange does not show its trades.
   */
  async missedTrades(symbol: string): Promise<readonly OrderTrack[] | undefined> {
    const missed = (await this.#takeTrades(symbol, false))?.missed
    // A trade does not say whether its order is over.
    for (const track of new Set(missed)) await this.#parts.inquiry.resolve(track, true)
    return missed
  }

  /** Whether an order that was told of is ours; one that is not is told, and never taken for ours. */
  hear(facts: Facts): boolean {
    const { market, inquiry, tell, halt } = this.#parts
    const { clientOrderId, symbol, status } = facts.order
    const track = market.byId(clientOrderId)
    if (track) {
      if (this.#reopened.hear(track, facts) !== undefined) this.#isClean = false
      inquiry.hear(track, facts)
      return true
    }
    const reason = this.#foreignSession(clientOrderId)
    if (reason === undefined) {
      const what = `an order of another hand on this account: ${symbol} ${clientOrderId} ${status}`
      tell('external', 'ticket', `${what}; it is not adopted`, { about: `external ${clientOrderId}` })
    } else {
      this.#isClean = false
      halt(reason)
    }
    return false
  }

  #note(differences: Readonly<Record<DifferenceKind, number>> | undefined): void {
    this.#parts.note({ kind: 'RECONCILED', differences })
  }

  /** Looks at one symbol; gives how many orders and trades were not known. */
  async #lookAt(symbol: string): Promise<Readonly<Record<'orders' | 'trades', number>>> {
    const { market, inquiry } = this.#parts
    const believed = market.openOf(symbol).filter(({ phase }) => phase === 'OPEN')
    const open = await this.#openOrders(symbol)
    const foreign = open.filter((facts) => !this.hear(facts)).length
    await this.#reopened.look(symbol, open)
    const there = new Set(open.map(({ order }) => order.clientOrderId))
    const gone = believed.filter((track) => !there.has(track.id) && track.phase === 'OPEN')
    for (const track of gone) await inquiry.resolve(track, true)
    const found = await this.#takeTrades(symbol, true)
    if (!found) throw new ExchangeError(`the exchange must show the trades of ${symbol}, did not`)
    return { orders: foreign + gone.length, trades: found.foreign.length + found.missed.length }
  }

  /** Takes the trades of a symbol since it was last asked for them. */
  async #takeTrades(symbol: string, canWait: boolean): Promise<FoundTrades | undefined> {
    const { inquiry } = this.#parts
    const last = this.#lastTrades.get(symbol)
    const from = last === undefined ? undefined : String(BigInt(last) + 1n)
    const found = await inquiry.takeTrades(symbol, from, canWait)
    if (!found) return undefined
    await this.#settleTrades(symbol, found)
    this.#tellForeign(symbol, found.foreign)
    if (found.last !== undefined) this.#lastTrades.set(symbol, found.last)
    return found
  }

  #tellForeign(symbol: string, trades: FoundTrades['foreign']): void {
    for (const { tradeId, orderId } of trades) {
      const what = `trade ${tradeId} of ${symbol} is of order ${orderId}, which is not this session's`
      this.#parts.tell('external', 'ticket', `${what}; it is not booked`, {
        about: `trade ${symbol} ${tradeId}`,
      })
    }
  }

  /** Trades of orders that are over, and trades of nobody's that may be of one: gives why it halted. */
  async #settleTrades(symbol: string, found: FoundTrades | undefined): Promise<string | undefined> {
    const [late] = (found?.late ?? []).map(({ track, trade }) =>
      this.#reopened.hear(track, { trades: [trade] }),
    )
    return late ?? (found?.foreign.length ? this.#reopened.askAbsent(symbol) : undefined)
  }

  async #openOrders(symbol: string): Promise<readonly Facts[]> {
    const open = await this.#parts.inquiry.openOrders(symbol, true)
    if (open) return open
    throw new ExchangeError(`the exchange must show the open orders of ${symbol}, did not`)
  }

  #foreignSession(id: string): string | undefined {
    const [, epoch] = OURS.exec(id) ?? []
    if (epoch === undefined) return undefined
    return Number(epoch) === this.#parts.market.epoch
      ? `the order ${id} on this account is of this session, but its ledger does not know it: the ledger is not whole`
      : `the order ${id} on this account is of another session: one account is for one session; stop the other, or take its orders back`
  }

  /** By asset, whatever the amounts: what is taken away little by little is the same trouble at each look. */
  #noteFaults(faults: ReadonlyMap<string, string>): void {
    const { tell } = this.#parts
    for (const asset of this.#mismatches.keys()) if (!faults.has(asset)) this.#mismatches.delete(asset)
    if (faults.size === 0) {
      this.#isClean = true
      tell('reconcile', 'note', 'the account holds what the books say', { about: 'books', isOver: true })
      return
    }
    for (const [asset, fault] of faults) {
      const count = (this.#mismatches.get(asset) ?? 0) + 1
      this.#mismatches.set(asset, count)
      if (count < MOST_MISMATCHES) continue
      this.#isClean = false
      tell('reconcile', 'page', fault, { about: 'books' })
    }
  }
}

function refuse(reason: string | undefined): void {
  if (reason !== undefined) throw new HaltedError(reason)
}

/** What the account must hold of each asset, and does not; by asset. */
function bookFaults(
  { total }: AccountState,
  books: Readonly<Record<string, Units>>,
): ReadonlyMap<string, string> {
  const faults = new Map<string, string>()
  for (const [asset, units] of Object.entries(books)) {
    const held = total.get(asset) ?? 0n
    const what = `the account must hold the ${formatUnits(units)} ${asset} of the session's books`
    if (held < units) faults.set(asset, `${what}, holds ${formatUnits(held)}`)
  }
  return faults
}
