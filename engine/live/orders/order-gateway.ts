/**
 * Takes orders to the exchange. An order comes here when the ledger holds it, and is sent once; whatever is not
 * certain afterwards is found out by asking, never by sending again. Floor 3.
 */
import type { BrokerEvent } from '../../model/event.js'
import { type EpochMs, toEpochMs } from '../../model/time.js'
import { orderParams } from '../../venue/order-request.js'
import type { SignedAnswer, SignedRequest } from '../../venue/signed-rest.js'
import type { SignedParams } from '../../venue/signing.js'
import { failpoint } from '../failpoint.js'
import type { ExchangeMarket, Outbox } from './exchange-market.js'
import { type Facts, orderFacts, ordersFacts, tradeFacts } from './order-facts.js'
import type { TellOrders } from './order-news.js'
import type { OrderTrack } from './order-track.js'

/** How long the gateway waits for what, in milliseconds of real time. */
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

/** What the gateway works with. */
export interface GatewayParts {
  readonly market: ExchangeMarket
  readonly send: (request: SignedRequest) => Promise<SignedAnswer>
  /** What keeps an order back now; undefined lets it go. Asked at the last moment before each is sent. */
  readonly forbids: (track: OrderTrack) => string | undefined
  readonly emit: (event: BrokerEvent) => void
  readonly tell: TellOrders
  /** Nothing may be sent any more, or no order: a person must look. */
  readonly halt: (reason: string, isSilent: boolean) => void
  /** The market's time, for events that the exchange has not stamped. */
  readonly now: () => EpochMs
  /** Measures the exchange's clock again. */
  readonly measureClock: () => Promise<void>
  readonly clockErrorMs: () => number
  readonly patience: GatewayPatience
}

/** So many refusals in a row of one symbol are no accident. */
const MOST_REFUSALS = 3
const LEAST_ABSENCES = 3
const POLL_MS = 15
const MUST_REST = /immediately match and take/i
const DUPLICATE = /duplicate order/i

/** The way of one session's orders. */
export class OrderGateway {
  readonly #parts: GatewayParts
  readonly #lanes = new Map<string, Promise<void>>()
  readonly #resolving = new Set<OrderTrack>()
  readonly #canceling = new Set<OrderTrack>()
  readonly #refusals = new Map<string, number>()
  #isSilent = false
  #isOver = false

  constructor(parts: GatewayParts) {
    this.#parts = parts
  }

  /** Whether nothing is sent any more. */
  get isSilent(): boolean {
    return this.#isSilent
  }

  /** Orders of which nobody knows whether they are there. */
  get unknown(): readonly OrderTrack[] {
    return this.#parts.market.open.filter(({ phase }) => phase === 'UNKNOWN')
  }

  /** Takes what the session has asked for; the ledger holds it. */
  take({ submits, cancels }: Outbox): void {
    for (const track of submits) {
      const before = this.#lanes.get(track.symbol) ?? Promise.resolve()
      const turn = before.then(() => this.#submit(track))
      this.#lanes.set(
        track.symbol,
        turn.catch((error: unknown) => this.#parts.halt(describe(error), false)),
      )
    }
    for (const track of cancels) this.#run(this.#cancel(track))
  }

  /** Orders that the ledger holds from before: each is found out, and those that are wanted back are taken back. */
  async adopt(): Promise<void> {
    const now = this.#parts.now()
    const tracks = this.#parts.market.open
    for (const track of tracks) this.#emit(track.doubt('a start found it open', now))
    await Promise.all(tracks.map((track) => this.resolve(track, true)))
    for (const track of tracks) if (track.isCancelWanted) this.#run(this.#cancel(track))
  }

  /** Someone has said something of one of the orders. */
  hear(track: OrderTrack, facts: Facts): void {
    const wasUnknown = track.phase === 'UNKNOWN'
    this.#emit(
      track.take(facts, (status) =>
        this.#parts.tell(
          'status',
          'page',
          `${track.id} has the status ${status}, which is not known; it is looked at as open`,
        ),
      ),
    )
    if (wasUnknown && track.phase !== 'UNKNOWN') this.#tellResolved(track)
    // Fills of the same moment may still be on their way.
    if (track.lacksFills) setTimeout(() => track.lacksFills && this.#run(this.resolve(track)), 500).unref()
  }

  /**
   * Asks until it is known how an order stands: open, over, or never there. `isFresh` asks once even where it is known
   * already.
   */
  async resolve(track: OrderTrack, isFresh = false): Promise<void> {
    if (this.#resolving.has(track)) return
    this.#resolving.add(track)
    const { firstQueryMs, longestQueryMs } = this.#parts.patience
    const since = performance.now()
    let [absences, wait, isDue] = [0, firstQueryMs, isFresh]
    try {
      while (!this.#isOver && !this.#isSilent && (isDue || track.phase === 'UNKNOWN' || track.lacksFills)) {
        isDue = false
        const answer = await this.#query(track)
        if (answer === 'KNOWN') continue
        if (answer === 'ABSENT') absences++
        if (answer === 'ABSENT' && track.phase === 'UNKNOWN' && this.#isAbsent(track, absences, since)) {
          if (await this.#settleAbsent(track)) return
        }
        await sleep(wait)
        wait = Math.min(longestQueryMs, 2 * wait)
      }
    } finally {
      this.#resolving.delete(track)
    }
  }

  /** Takes every trade of a symbol from an id on, and gives the newest id and those of orders that are not ours. */
  async takeTrades(symbol: string, fromId: string | undefined) {
    const answer = await this.#send({
      method: 'GET',
      path: '/api/v3/myTrades',
      params: { symbol, limit: 1000, ...(fromId !== undefined && { fromId }) },
      weight: 20,
    })
    const trades = answer.kind === 'DONE' ? tradeFacts(answer.json) : undefined
    if (!trades) return undefined
    const foreign = trades.filter((trade) => {
      const track = this.#parts.market.byExchangeId(symbol, trade.orderId)
      if (track) this.#emit(track.takeTrade(trade))
      return !track
    })
    return { last: trades.at(-1)?.tradeId, foreign }
  }

  /** The exchange's list of a symbol's open orders; undefined when it did not say. */
  async openOrders(symbol: string): Promise<readonly Facts[] | undefined> {
    const answer = await this.#send({
      method: 'GET',
      path: '/api/v3/openOrders',
      params: { symbol },
      weight: 6,
    })
    return answer.kind === 'DONE' && Array.isArray(answer.json) ? ordersFacts(answer.json) : undefined
  }

  /** Waits until no order is open or in doubt, or so long. Gives whether none is. */
  async drain(ms: number, isDone: () => boolean): Promise<boolean> {
    const end = performance.now() + ms
    while (!isDone()) {
      if (performance.now() > end || this.#isSilent || this.#isOver) return false
      await sleep(POLL_MS)
    }
    return true
  }

  /** A read that is signed; what halts is acted upon here. */
  ask(request: SignedRequest): Promise<SignedAnswer> {
    return this.#send(request)
  }

  close(): void {
    this.#isOver = true
  }

  async #submit(track: OrderTrack): Promise<void> {
    const { market, tell } = this.#parts
    const leaving = market.openOf(track.symbol).filter((one) => one !== track && one.isCancelWanted)
    const before = leaving.map(({ executed }) => executed)
    while (leaving.some(({ phase }) => phase !== 'OVER') && !this.#isSilent && !this.#isOver)
      await sleep(POLL_MS)
    if (this.#isOver) return
    if (leaving.some(({ executed }, k) => executed !== before[k])) {
      tell('kept back', 'note', `${track.id} is not sent: the order before it traded while it was taken back`)
      this.#refuse(track, 'REJECTED', 'GATE_STALE')
      return
    }
    failpoint('before-send')
    const answer = await this.#place(track)
    failpoint('after-answer')
    this.#take(track, answer)
  }

  #place(track: OrderTrack): Promise<SignedAnswer> {
    const { order, symbol, id } = track
    const params: SignedParams = Object.fromEntries(orderParams(order, { symbol, clientOrderId: id }))
    const forbids = (): string | undefined => {
      if (track.isCancelWanted) return 'NOT_SENT'
      if (order.list !== undefined && order.list !== order.number) {
        return 'GATE_LIST: two exits of which one cancels the other are not sent as a list yet: the stop went, the target did not'
      }
      const doubted = this.#parts.market
        .openOf(symbol)
        .find((one) => one !== track && one.phase === 'UNKNOWN')
      if (doubted) return `GATE_FROZEN: nobody knows yet what became of ${doubted.id}`
      const forbidden = this.#parts.forbids(track)
      if (forbidden !== undefined) return `GATE: ${forbidden}`
      track.send()
      return undefined
    }
    return this.#send({ method: 'POST', path: '/api/v3/order', params, weight: 1, orders: 1, forbids })
  }

  #take(track: OrderTrack, answer: SignedAnswer): void {
    const { tell } = this.#parts
    switch (answer.kind) {
      case 'DONE': {
        const facts = orderFacts(answer.json)
        this.#refusals.delete(track.symbol)
        if (facts) this.hear(track, facts)
        else this.#doubt(track, 'the answer is no order')
        break
      }
      case 'FORBIDDEN':
        if (answer.reason === 'NOT_SENT') this.#refuse(track, 'CANCELED', 'NOT_SENT')
        else {
          tell('kept back', 'page', `${track.id} is not sent: ${answer.reason}`, { about: answer.reason })
          this.#refuse(track, 'REJECTED', answer.reason.slice(0, 300))
        }
        break
      case 'HALT':
        this.#refuse(track, 'REJECTED', 'GATE: the exchange has ended all requests')
        break
      case 'REFUSED':
        this.#takeRefusal(track, answer)
        break
      case 'UNKNOWN':
        this.#doubt(track, answer.reason)
        break
    }
  }

  #takeRefusal(
    track: OrderTrack,
    { code, message }: { readonly code: number; readonly message: string },
  ): void {
    const { tell, halt, measureClock } = this.#parts
    if (DUPLICATE.test(message)) {
      // An open order has this id: it is ours, however it came there.
      this.#doubt(track, message)
      return
    }
    if (code === -1021) this.#run(measureClock())
    tell('refused', 'note', `${track.id} was refused: ${code} ${message}`)
    this.#refuse(
      track,
      'REJECTED',
      MUST_REST.test(message) ? 'WOULD_MATCH' : `${code}: ${message}`.slice(0, 200),
    )
    if (MUST_REST.test(message)) return
    const count = (this.#refusals.get(track.symbol) ?? 0) + 1
    this.#refusals.set(track.symbol, count)
    if (count >= MOST_REFUSALS) {
      halt(`${track.symbol}: ${count} orders in a row were refused, the last with ${code} ${message}`, false)
    }
  }

  #refuse(track: OrderTrack, status: 'REJECTED' | 'CANCELED', reason: string): void {
    const events = track.refuse(status, reason, this.#parts.now())
    if (events) this.#emit(events)
    else this.#run(this.resolve(track, true))
  }

  #doubt(track: OrderTrack, reason: string): void {
    const events = track.doubt(reason.slice(0, 200), this.#parts.now())
    this.#emit(events)
    if (events.length > 0) {
      this.#parts.tell('unknown', 'ticket', `${track.id}: ${reason}; asking what became of it`, {
        about: track.id,
      })
    }
    this.#run(this.resolve(track))
  }

  async #cancel(track: OrderTrack): Promise<void> {
    if (this.#canceling.has(track)) return
    this.#canceling.add(track)
    let [wait, tries] = [this.#parts.patience.firstQueryMs, 0]
    try {
      while (track.phase !== 'OVER' && !this.#isSilent && !this.#isOver) {
        if (track.phase !== 'OPEN' || track.lacksFills) {
          // Not there yet, or in doubt: whoever sent it finds out first.
          await sleep(POLL_MS)
          continue
        }
        tries++
        const answer = await this.#send({
          method: 'DELETE',
          path: '/api/v3/order',
          params: { symbol: track.symbol, origClientOrderId: track.id },
          weight: 1,
        })
        const facts = answer.kind === 'DONE' ? orderFacts(answer.json) : undefined
        if (facts) this.hear(track, facts)
        // Refused is no word on how it ended, and no answer none at all: ask.
        if (!facts || track.lacksFills) await this.resolve(track, true)
        if (tries === MOST_REFUSALS && track.phase === 'OPEN') {
          this.#parts.tell('unknown', 'page', `${track.id} could not be taken back ${tries} times`, {
            about: track.id,
          })
        }
        if (track.phase === 'OPEN') await sleep(wait)
        wait = Math.min(this.#parts.patience.longestQueryMs, 2 * wait)
      }
    } finally {
      this.#canceling.delete(track)
    }
  }

  /** Asks for the order, and for its fills where some are missing. */
  async #query(track: OrderTrack): Promise<'KNOWN' | 'ABSENT' | 'FAILED'> {
    const { symbol, id } = track
    const answer = await this.#send({
      method: 'GET',
      path: '/api/v3/order',
      params: { symbol, origClientOrderId: id },
      weight: 4,
    })
    if (answer.kind === 'REFUSED' && answer.code === -2013) return 'ABSENT'
    const facts = answer.kind === 'DONE' ? orderFacts(answer.json) : undefined
    if (!facts) {
      if (answer.kind === 'REFUSED' && answer.code === -1021)
        await this.#parts.measureClock().catch(() => undefined)
      return 'FAILED'
    }
    this.hear(track, facts)
    if (track.lacksFills) await this.#fetchFills(track, facts.order.orderId)
    return track.lacksFills || track.phase === 'UNKNOWN' ? 'FAILED' : 'KNOWN'
  }

  async #fetchFills(track: OrderTrack, orderId: string): Promise<void> {
    const answer = await this.#send({
      method: 'GET',
      path: '/api/v3/myTrades',
      params: { symbol: track.symbol, orderId, limit: 1000 },
      weight: 5,
    })
    const trades = answer.kind === 'DONE' ? tradeFacts(answer.json) : undefined
    for (const trade of trades ?? []) this.#emit(track.takeTrade(trade))
  }

  /** Often enough, and later than any request of it could still be let in. */
  #isAbsent(track: OrderTrack, absences: number, since: number): boolean {
    const { recvWindowMs, apiLimitMs, marginMs } = this.#parts.patience
    const until = since + recvWindowMs + this.#parts.clockErrorMs() + apiLimitMs + marginMs
    return absences >= LEAST_ABSENCES && performance.now() > until && track.exchangeOrderId === undefined
  }

  /** The last look before an order counts as never there. */
  async #settleAbsent(track: OrderTrack): Promise<boolean> {
    const open = await this.openOrders(track.symbol)
    if (!open) return false
    const found = open.find(({ order }) => order.clientOrderId === track.id)
    if (found) {
      this.hear(track, found)
      return true
    }
    this.#refuse(track, 'REJECTED', 'ABSENT')
    this.#tellResolved(track)
    return true
  }

  #tellResolved(track: OrderTrack): void {
    const how = track.phase === 'OVER' ? 'is over' : 'is open'
    this.#parts.tell('resolved', 'note', `${track.id} ${how}: what became of it is known now`, {
      about: track.id,
      isOver: true,
    })
  }

  async #send(request: SignedRequest): Promise<SignedAnswer> {
    if (this.#isSilent) return { kind: 'HALT', reason: 'nothing is sent any more' }
    const answer = await this.#parts.send(request)
    if (answer.kind === 'HALT' && !this.#isSilent && !this.#isOver) {
      this.#isSilent = true
      this.#parts.halt(answer.reason, true)
    }
    return answer
  }

  #emit(events: readonly BrokerEvent[]): void {
    for (const event of events) this.#parts.emit(event)
  }

  /** Whatever is thrown on the way is a fault of this program: it halts. */
  #run(work: Promise<void>): void {
    work.catch((error: unknown) => this.#parts.halt(describe(error), false))
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** For events without a stamp of the exchange's. */
export function stamp(ms: number): EpochMs {
  return toEpochMs(Math.trunc(ms))
}
