/**
 * Finds out how orders stand by asking: the exchange's word on one order, its trades, its open orders. Only what is
 * asked often enough and late enough counts as never there. Floor 3.
 */
import type { BrokerEvent } from '../../model/event.js'
import type { EpochMs } from '../../model/time.js'
import { type ExchangeLine, sleep } from './exchange-line.js'
import type { ExchangeMarket } from './exchange-market.js'
import { type Facts, orderFacts, ordersFacts, type TradeFact, tradeFacts } from './order-facts.js'
import type { TellOrders } from './order-news.js'
import { ABSENT, type OrderTrack } from './order-track.js'

/** How long is waited for what, in milliseconds of real time. */
export interface GatewayPatience {
  readonly recvWindowMs: number
  /** The exchange gives up on a request after this. */
  readonly apiLimitMs: number
  /** On top of all that is known, before an order counts as absent. */
  readonly marginMs: number
  readonly firstQueryMs: number
  readonly longestQueryMs: number
}

/** As the exchange's documentation has it. */
export const GATEWAY_PATIENCE: GatewayPatience = {
  recvWindowMs: 5_000,
  apiLimitMs: 10_000,
  marginMs: 3_000,
  firstQueryMs: 200,
  longestQueryMs: 5_000,
}

/** What an inquiry works with. */
export interface InquiryParts {
  readonly market: ExchangeMarket
  readonly line: ExchangeLine
  readonly emit: (events: readonly BrokerEvent[]) => void
  readonly tell: TellOrders
  /** Runs what nobody waits for: whatever it throws is a fault of this program. */
  readonly run: (work: Promise<unknown>) => void
  /** The market's time, for events that the exchange has not stamped. */
  readonly now: () => EpochMs
  readonly clockErrorMs: () => number
  readonly patience: GatewayPatience
}

/** What trades of a symbol were found. */
export interface FoundTrades {
  /** Id of the newest. */
  readonly last: string | undefined
  /** Those of orders that are not ours. */
  readonly foreign: readonly TradeFact[]
  /** Those of our orders that came behind the order's end. */
  readonly late: readonly { readonly track: OrderTrack; readonly trade: TradeFact }[]
  /** Our orders: one for each of their trades that nothing had told of. */
  readonly missed: readonly OrderTrack[]
}

const LEAST_ABSENCES = 3
/** Fills of the same moment may still be on their way. */
const FILLS_MS = 500

/** Asks about the orders of one session. */
export class OrderInquiry {
  readonly #parts: InquiryParts
  readonly #resolving = new Map<OrderTrack, Promise<void>>()
  /** Since when it is not known whether they are there, on the process's own clock. */
  readonly #doubted = new WeakMap<OrderTrack, number>()

  constructor(parts: InquiryParts) {
    this.#parts = parts
  }

  /**
   * Someone has said something of one of the orders. What waited for another and has traded is told of when all is known
   * of that other one: it sold what that one had bought.
   */
  hear(track: OrderTrack, facts: Facts): void {
    const { tell, emit, run, market } = this.#parts
    if (facts.order.executed > 0n && market.awaitedBy(track)) {
      run(this.#settleAwaited(track).then((isSettled) => isSettled && this.hear(track, facts)))
      return
    }
    const wasUnknown = track.phase === 'UNKNOWN'
    const onOddStatus = (status: string) =>
      tell(
        'status',
        'page',
        `${track.id} has the status ${status}, which is not known; it is looked at as open`,
      )
    emit(track.take(facts, onOddStatus))
    if (wasUnknown && track.phase !== 'UNKNOWN') this.#tellResolved(track)
    if (track.lacksFills) setTimeout(() => track.lacksFills && run(this.resolve(track)), FILLS_MS).unref()
  }

  /** It is certain that the exchange does not have it; where it was heard to have it, it is asked instead. */
  refuse(track: OrderTrack, status: 'REJECTED' | 'CANCELED', reason: string): void {
    const events = track.refuse(status, reason, this.#parts.now())
    if (events) this.#parts.emit(events)
    else this.#parts.run(this.resolve(track, true))
  }

  /** How long it has not been known whether an order is there, in milliseconds. */
  doubtedMs(track: OrderTrack): number {
    return performance.now() - (this.#doubted.get(track) ?? performance.now())
  }

  /** The ledger holds it from before: what became of it is not known yet. */
  adopt(track: OrderTrack): void {
    this.#doubted.set(track, performance.now())
    this.#parts.emit(track.doubt('a start found it open', this.#parts.now()))
  }

  /** Nobody knows whether it is there: asks until somebody does. */
  doubt(track: OrderTrack, reason: string): void {
    const { emit, tell, run, now } = this.#parts
    const events = track.doubt(reason.slice(0, 200), now())
    if (events.length > 0) this.#doubted.set(track, performance.now())
    emit(events)
    if (events.length > 0)
      tell('unknown', 'ticket', `${track.id}: ${reason}; asking what became of it`, { about: track.id })
    run(this.resolve(track))
  }

  /**
   * Asks until it is known how an order stands: open, over, or never there. `isFresh` asks once even where it is known
   * already.
   */
  async resolve(track: OrderTrack, isFresh = false): Promise<void> {
    const under = this.#resolving.get(track)
    if (under) return under
    const resolving = this.#resolve(track, isFresh).finally(() => this.#resolving.delete(track))
    this.#resolving.set(track, resolving)
    return resolving
  }

  async #resolve(track: OrderTrack, isFresh: boolean): Promise<void> {
    const { line, patience } = this.#parts
    const since = performance.now()
    let [absences, wait, isDue] = [0, patience.firstQueryMs, isFresh]
    while (!line.isEnded && (isDue || track.phase === 'UNKNOWN' || track.lacksFills)) {
      isDue = false
      const answer = await this.#query(track)
      if (answer === 'KNOWN') continue
      if (answer === 'ABSENT') absences++
      if (answer === 'ABSENT' && track.phase === 'UNKNOWN' && this.#isAbsent(track, absences, since)) {
        if (await this.#settleAbsent(track)) return
      }
      await sleep(wait)
      wait = Math.min(patience.longestQueryMs, 2 * wait)
    }
  }

  /** Asks for what an order has waited for until that is known to be over. Gives whether it is. */
  async #settleAwaited(track: OrderTrack): Promise<boolean> {
    const { line, market, patience } = this.#parts
    let wait = patience.firstQueryMs
    for (let first = market.awaitedBy(track); first; first = market.awaitedBy(track)) {
      if (line.isEnded) return false
      await this.resolve(first, true)
      if (first.phase !== 'OVER') await sleep(wait)
      wait = Math.min(patience.longestQueryMs, 2 * wait)
    }
    return true
  }

  /** What the exchange says of an order, asked once; undefined where it says nothing of it. */
  async ask(track: OrderTrack): Promise<Facts | undefined> {
    const params = { symbol: track.symbol, origClientOrderId: track.id }
    const answer = await this.#parts.line.send({ method: 'GET', path: '/api/v3/order', params, weight: 4 })
    return answer.kind === 'DONE' ? orderFacts(answer.json) : undefined
  }

  /** Takes every trade of a symbol from an id on; undefined when the exchange did not show them. */
  async takeTrades(
    symbol: string,
    fromId: string | undefined,
    canWait = true,
  ): Promise<FoundTrades | undefined> {
    const { line, market, emit, run } = this.#parts
    const answer = await line.send({
      method: 'GET',
      path: '/api/v3/myTrades',
      params: { symbol, limit: 1000, ...(fromId !== undefined && { fromId }) },
      weight: 20,
      canWait,
    })
    const trades = answer.kind === 'DONE' ? tradeFacts(answer.json) : undefined
    if (!trades) return undefined
    const late: { track: OrderTrack; trade: TradeFact }[] = []
    const missed: OrderTrack[] = []
    const foreign = trades.filter((trade) => {
      const track = market.byExchangeId(symbol, trade.orderId)
      if (!track) return true
      if (market.awaitedBy(track)) {
        missed.push(track)
        run(this.resolve(track, true))
        return false
      }
      if (track.lateOf([trade]).length > 0) late.push({ track, trade })
      const events = track.takeTrade(trade)
      if (events.length > 0) missed.push(track)
      emit(events)
      return false
    })
    return { last: trades.at(-1)?.tradeId, foreign, late, missed }
  }

  /** The exchange's list of a symbol's open orders; undefined when it did not say. */
  async openOrders(symbol: string, canWait = false): Promise<readonly Facts[] | undefined> {
    const answer = await this.#parts.line.send({
      ...{ method: 'GET', path: '/api/v3/openOrders', params: { symbol }, weight: 6, canWait },
    })
    return answer.kind === 'DONE' && Array.isArray(answer.json) ? ordersFacts(answer.json) : undefined
  }

  /** Asks for the order, and for its fills where some are missing. */
  async #query(track: OrderTrack): Promise<'KNOWN' | 'ABSENT' | 'FAILED'> {
    const params = { symbol: track.symbol, origClientOrderId: track.id }
    const answer = await this.#parts.line.send({ method: 'GET', path: '/api/v3/order', params, weight: 4 })
    if (answer.kind === 'REFUSED' && answer.code === -2013) return 'ABSENT'
    const facts = answer.kind === 'DONE' ? orderFacts(answer.json) : undefined
    if (!facts) return 'FAILED'
    if (facts.order.executed > 0n && !(await this.#settleAwaited(track))) return 'FAILED'
    this.hear(track, facts)
    if (track.lacksFills) await this.#fetchFills(track, facts.order.orderId)
    return track.lacksFills || track.phase === 'UNKNOWN' ? 'FAILED' : 'KNOWN'
  }

  async #fetchFills(track: OrderTrack, orderId: string): Promise<void> {
    const { line, emit } = this.#parts
    const params = { symbol: track.symbol, orderId, limit: 1000 }
    const answer = await line.send({ method: 'GET', path: '/api/v3/myTrades', params, weight: 5 })
    const trades = answer.kind === 'DONE' ? tradeFacts(answer.json) : undefined
    for (const trade of trades ?? []) emit(track.takeTrade(trade))
  }

  /** Often enough, and later than any request of it could still be let in. */
  #isAbsent(track: OrderTrack, absences: number, since: number): boolean {
    const { patience, clockErrorMs } = this.#parts
    const { recvWindowMs, apiLimitMs, marginMs } = patience
    const until = since + recvWindowMs + clockErrorMs() + apiLimitMs + marginMs
    return absences >= LEAST_ABSENCES && performance.now() > until && track.exchangeOrderId === undefined
  }

  /** The last look before an order counts as never there. */
  async #settleAbsent(track: OrderTrack): Promise<boolean> {
    const open = await this.openOrders(track.symbol)
    if (!open) return false
    const found = open.find(({ order }) => order.clientOrderId === track.id)
    if (found) this.hear(track, found)
    else {
      this.refuse(track, 'REJECTED', ABSENT)
      this.#tellResolved(track)
    }
    return true
  }

  #tellResolved(track: OrderTrack): void {
    const how = track.phase === 'OVER' ? 'is over' : 'is open'
    this.#parts.tell('resolved', 'note', `${track.id} ${how}: what became of it is known now`, {
      about: track.id,
      isOver: true,
    })
  }
}
