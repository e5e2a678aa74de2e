/**
 * Orders of a live session, from the ledger to the exchange and back: connects, settles what was open, listens, looks
 * again every half minute, and lets nothing out before all of that agrees. Floor 3.
 */
import { ExchangeError, GateError } from '../../model/errors.js'
import type { BrokerEvent } from '../../model/event.js'
import type { SymbolRules } from '../../model/symbol-rules.js'
import type { EpochMs } from '../../model/time.js'
import type { SignedRest } from '../../venue/signed-rest.js'
import { PATIENCE } from '../feed/stream-link.js'
import type { Adoption } from '../files/adoption.js'
import { closedGate } from '../gate/closed-gate.js'
import type { Gate } from '../gate/gate.js'
import type { Genesis } from '../ledger/genesis.js'
import type { LiveSession } from '../session/live-session.js'
import { AccountEvents } from './account-events.js'
import { AccountWatch } from './account-watch.js'
import { beginningFaults } from './beginning-faults.js'
import { ExchangeLine } from './exchange-line.js'
import type { ExchangeMarket } from './exchange-market.js'
import { type FilterFault, filterFault } from './filter-fault.js'
import { openOrder } from './open-order.js'
import { OrderGateway } from './order-gateway.js'
import { GATEWAY_PATIENCE, type GatewayPatience, OrderInquiry } from './order-inquiry.js'
import type { OrderNews, TellOrders } from './order-news.js'
import type { OrderTrack } from './order-track.js'
import { RulesWatch } from './rules-watch.js'
import { StaleAsks } from './stale-asks.js'
import { type StreamSigner, UserStream } from './user-stream.js'
import type { VenueClock } from './venue-clock.js'
import { VENUE_PATIENCE, type VenuePatience, VenueWatch } from './venue-watch.js'
import type { OrdersGlance, WireNews } from './wire-news.js'

/** What orders need of the world. */
export interface LiveOrdersParts {
  readonly genesis: Genesis
  readonly market: ExchangeMarket
  readonly rest: SignedRest
  readonly signer: StreamSigner
  readonly userUrl: string
  readonly clock: VenueClock
  /** An exchangeInfo answer of one symbol, for who asks again anyway. Throws an ExchangeError when there is none. */
  readonly ask: (symbol: string) => Promise<unknown>
  /** Whether it goes by the exchange's rules as they change; those of a file stay. */
  readonly followsRules?: boolean
  readonly gate: Pick<Gate, 'missing' | 'forbids' | 'collarUsed'>
  readonly tell: (news: OrderNews | WireNews) => void
  readonly patience?: Partial<GatewayPatience>
  readonly venue?: Partial<VenuePatience>
  /** How often the account is looked at. */
  readonly reconcileMs?: number
  readonly stream?: { readonly silenceMs?: number; readonly firstBackoffMs?: number }
}

/** What orders need of the session's one queue. */
export interface OrderHost {
  readonly session: () => LiveSession
  readonly emit: (event: BrokerEvent) => void
  readonly halt: (reason: string) => void
  /** The exchange demands something else of a symbol's orders from now on. */
  readonly changeRules: (symbolIndex: number, rules: SymbolRules) => void
  /** The market's time. */
  readonly now: () => EpochMs
  /** The market's time when the session was last at work; undefined for one that begins. */
  readonly lastRanAt: () => number | undefined
  /** Inputs that wait. */
  readonly backlog: () => number
}

const RECONCILE_MS = 30_000
/** A connection to the WebSocket API, its logon and its subscription. */
const CONNECT_WEIGHT = 6
const SUBSCRIBE_MS = 15_000
const CLOCK_MS = 120_000
const DRAIN_MS = 30_000
/** Of a symbol's open orders, to people. */
const MOST_SHOWN = 50

/** Orders of one session. `attach`, then `start`. */
export class LiveOrders {
  readonly #parts: LiveOrdersParts
  readonly #line: ExchangeLine
  readonly #inquiry: OrderInquiry
  readonly #gateway: OrderGateway
  readonly #watch: AccountWatch
  readonly #stream: UserStream
  readonly #rules: RulesWatch
  readonly #venue: VenueWatch
  readonly #timers: NodeJS.Timeout[] = []
  readonly #prices = new Map<string, number>()
  #host: OrderHost | undefined
  readonly #stale: StaleAsks
  #isStarted = false

  constructor(parts: LiveOrdersParts) {
    this.#parts = parts
    const { market, rest, clock } = parts
    const patience = { ...GATEWAY_PATIENCE, ...parts.patience }
    const halt = (reason: string) => this.#host?.halt(reason)
    // Whatever is thrown on the way is a fault of this program: it halts.
    const run = (work: Promise<unknown>) =>
      void work.catch((error: unknown) => halt(error instanceof Error ? error.message : String(error)))
    this.#stale = new StaleAsks(PATIENCE.pausedMs, (ms) => this.#resumeAfter(ms))
    this.#line = new ExchangeLine({
      send: (request) => rest.send(request),
      onSilence: (reason) => {
        const open = market.open.length
        halt(open > 0 ? `${reason}; ${open} orders stay open on the exchange` : reason)
      },
      onDoubt: () => this.#venue.nudge(),
      measureClock: () => this.measureClock(),
    })
    const common = { market, line: this.#line, tell: this.#tell, run, patience }
    this.#inquiry = new OrderInquiry({
      ...common,
      emit: (events) => {
        for (const event of events) {
          this.#noteStatus(event)
          this.#host?.emit(event)
        }
      },
      now: () => this.#hostNow(),
      clockErrorMs: () => Math.min(1_000, clock.errorMs),
    })
    const inquiry = this.#inquiry
    this.#gateway = new OrderGateway({
      ...common,
      ...{ inquiry, halt, forbids: (group) => this.#forbids(group), note: parts.tell },
      isOpen: () => this.isOpen,
      isStale: (group, askedAt) => this.#stale.isStale(group, askedAt),
      missedTrades: (symbol) => this.#watch.missedTrades(symbol),
      filterFault: (track) => this.#filterFault(track),
      hasNewRules: async (symbol, since) => {
        await this.#venue.ask()
        return this.#rules.hasChangedSince(symbol, since)
      },
      heldBy: (symbol) => this.#venue.heldBy(symbol),
      isShut: (symbol, message) => this.#venue.hearRefusal(symbol, message),
      onAccepted: () => this.#venue.hearAccepted(),
    })
    const { genesis, followsRules = true } = parts
    this.#rules = new RulesWatch({
      ...{ symbols: genesis.symbols, follows: followsRules, isPromoted: genesis.mode === 'live' },
      ...{ tell: this.#tell, halt },
      rulesOf: (k) => this.#hostOf().session().rulesOf(k),
      change: (k, rules) => this.#hostOf().changeRules(k, rules),
    })
    this.#venue = new VenueWatch({
      ...{ ask: parts.ask, tell: this.#tell, run, settle: () => this.#settle() },
      symbols: genesis.symbols.map(({ symbol }) => symbol),
      onAnswer: (symbol, json) => this.#rules.take(symbol, json),
      isSilent: () => this.#line.isSilent,
      patience: { ...VENUE_PATIENCE, ...parts.venue },
    })
    this.#watch = new AccountWatch({
      ...{ market, line: this.#line, inquiry, tell: this.#tell, halt, note: parts.tell },
      symbols: parts.genesis.symbols.map(({ symbol }) => symbol),
      baseOf: (symbol) => parts.genesis.symbols.find((one) => one.symbol === symbol)?.rules.baseAsset ?? '',
      books: () => (this.#host?.backlog() === 0 ? this.#host.session().balances : undefined),
    })
    const events = new AccountEvents({
      ...{ market, inquiry, watch: this.#watch, tell: this.#tell },
      look: () => this.#look(),
    })
    this.#stream = new UserStream(
      {
        ...{ url: parts.userUrl, signer: parts.signer, now: () => clock.now() },
        ...{ recvWindowMs: patience.recvWindowMs, ...parts.stream },
        mayConnect: () => !this.#line.isSilent && rest.mayAsk(CONNECT_WEIGHT),
      },
      {
        onOpen: () => {
          this.#tell('stream', 'note', 'the account is heard', { about: 'user stream', isOver: true })
          if (this.#isStarted) void this.#look()
        },
        onEvent: (event) => events.hear(event),
        onDown: (reason) =>
          this.#tell('stream', 'ticket', `the account is not heard: ${reason}`, { about: 'user stream' }),
        onRefused: halt,
        onUntimely: () => void this.measureClock(),
      },
    )
  }

  /** Whether nothing stands between an order and the exchange but the order itself. */
  get isOpen(): boolean {
    const isClean = this.#isStarted && this.#watch.isClean()
    const isLetIn = !this.#line.isSilent && this.heldReason === undefined
    return isClean && isLetIn && this.#parts.gate.missing().length === 0
  }

  /** Why the exchange lets no new order in, of no symbol; undefined where it does. */
  get heldReason(): string | undefined {
    return this.#venue.reason
  }

  /** Orders that are not over. */
  get open(): number {
    return this.#parts.market.open.length
  }

  /** How its orders and the account stand. */
  glance(): OrdersGlance {
    const { genesis, market, gate } = this.#parts
    return {
      isHeard: this.#stream.isOpen,
      silentMs: this.#stream.silentMs,
      isClean: this.#watch.isClean(),
      lookedMs: this.#watch.lookedMs,
      collarUsed: gate.collarUsed,
      symbols: genesis.symbols.map(({ symbol }) => {
        const open = market.openOf(symbol)
        const unknown = open.filter(({ phase }) => phase === 'UNKNOWN')
        const ages = unknown.map((track) => this.#inquiry.doubtedMs(track))
        const orders = open.slice(0, MOST_SHOWN).map((track) => openOrder(track, this.#host?.now() ?? 0))
        return {
          symbol,
          open: open.length,
          unknown: unknown.length,
          unknownMs: Math.max(0, ...ages),
          orders,
          held: this.#venue.heldBy(symbol) ?? null,
        }
      }),
    }
  }

  /** Orders of which nobody knows whether they are there. */
  get unknown(): number {
    return this.#gateway.unknown.length
  }

  /** Says to whom it tells what happens. What a replay has asked for is dropped: it was asked for long ago. */
  attach(host: OrderHost): void {
    this.#host = host
    this.#parts.market.takeOutbox()
  }

  /**
   * Before a ledger is begun: the account must hold what is taken over, and nothing that an earlier session of Nextbar
   * has left and nobody has decided upon. Throws a GateError with all that is missing, a HaltedError when another
   * session's orders are on the account, an ExchangeError when the exchange does not show it.
   */
  async checkBeginning(adoption: Adoption | undefined): Promise<void> {
    const { clock, genesis } = this.#parts
    await clock.measure()
    const account = await this.#watch.account()
    await this.#watch.refuseForeign()
    const missing: string[] = []
    for (const symbol of genesis.symbols) {
      missing.push(...(await beginningFaults(symbol, { line: this.#line, account, adoption })))
    }
    if (missing.length > 0) throw closedGate(missing)
  }

  /**
   * Connects, and settles everything that the ledger holds open. Throws a GateError with all that is missing, a
   * HaltedError when another session's orders are on the account, an ExchangeError when it stays out of reach.
   */
  async start(): Promise<void> {
    const { gate, clock } = this.#parts
    const missing = gate.missing()
    if (missing.length > 0) throw closedGate(missing)
    await clock.measure()
    const account = await this.#watch.account()
    if (!account.canTrade) throw new ExchangeError('the account must be allowed to trade, is not')
    this.#stream.open()
    if (!(await this.#line.until(SUBSCRIBE_MS, () => this.#stream.isOpen))) {
      throw new ExchangeError(`the account's events must be heard within ${SUBSCRIBE_MS / 1000} s, were not`)
    }
    await this.#venue.ask()
    await this.#watch.refuseForeign()
    await this.#gateway.adopt()
    await this.#watch.takeHistory(this.#host?.lastRanAt())
    if (!(await this.#line.until(SUBSCRIBE_MS, () => this.#host?.backlog() === 0))) {
      throw new ExchangeError('the account must be settled before anything is sent, could not be')
    }
    const faults = await this.#watch.firstLook()
    if (faults.length > 0) throw closedGate(faults)
    this.#isStarted = true
    this.#stale.start()
    this.#venue.start()
    this.take()
    this.#timers.push(
      setInterval(() => void this.#look(), this.#parts.reconcileMs ?? RECONCILE_MS),
      setInterval(() => void this.measureClock(), CLOCK_MS),
    )
  }

  /**
   * An input is in the ledger: what it has asked for may go. Before the start is done it waits. `askedAt` is when the
   * input came, on the process's own clock.
   */
  take(askedAt = performance.now()): void {
    if (!this.#isStarted) return
    const outbox = this.#parts.market.takeOutbox()
    for (const { order } of outbox.submits) this.#stale.noteDecision(order.decisionTime)
    this.#gateway.take(outbox, askedAt)
  }

  /** This machine's clock says that it slept, whatever the process has counted. */
  noteSleep(ms: number): void {
    this.#stale.noteSleep(ms)
  }

  /** The price of a symbol's last trade. */
  seePrice(symbol: string, price: number): void {
    this.#prices.set(symbol, price)
  }

  /** A person has cleared a halt: the exchange is asked again, first of all how every open order stands. */
  clear(): void {
    this.#rules.forget()
    if (!this.#line.isSilent) return
    this.#line.clear()
    if (!this.#isStarted) return
    void this.#gateway.adopt().catch((error: unknown) => this.#host?.halt(String(error)))
    void this.#look()
  }

  /** Nothing more is to be bought: purchases that wait are taken back, each with the list that it is of. */
  takeBackPurchases(): void {
    const open = this.#parts.market.open.filter(
      ({ order, isCancelWanted }) => order.side === 'BUY' && !isCancelWanted,
    )
    for (const track of open) track.isCancelWanted = true
    this.#gateway.take({ submits: [], cancels: open }, performance.now())
  }

  /** The session has ended in a fault: all that is open is taken back, or half a minute is over. */
  async takeBackAll(): Promise<void> {
    const { market } = this.#parts
    // What the ledger does not hold was never sent.
    const { submits } = market.takeOutbox()
    const open = market.open.filter((track) => !submits.includes(track))
    for (const track of open) track.isCancelWanted = true
    this.#gateway.take({ submits: [], cancels: open }, performance.now())
    if (await this.#line.until(DRAIN_MS, () => open.every(({ phase }) => phase === 'OVER'))) return
    this.#tellLeft()
  }

  /** Waits until all orders are over, or those that are to be taken back; or half a minute. */
  async drain(isAll: boolean): Promise<void> {
    const { market } = this.#parts
    const isLeft = ({ isCancelWanted }: OrderTrack) => isAll || isCancelWanted
    const isDone = () => !market.open.some(isLeft) && this.#host?.backlog() === 0
    if (await this.#line.until(DRAIN_MS, isDone)) return
    this.#tellLeft()
  }

  /** Measures the exchange's clock again, and gives whether it did; one that cannot be believed halts. */
  async measureClock(): Promise<boolean> {
    try {
      await this.#parts.clock.measure()
      return true
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      if (error instanceof ExchangeError) this.#tell('reconcile', 'ticket', message, { about: 'clock' })
      else this.#host?.halt(message)
      return false
    }
  }

  /** Nobody waits for the start any more. */
  giveUp(): void {
    this.#line.close()
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    this.#stale.stop()
    this.#venue.close()
    this.#stream.close()
    this.#line.close()
    await this.#parts.rest.close()
  }

  #forbids(group: readonly [OrderTrack, ...OrderTrack[]]): string | undefined {
    const freshMs = 3 * (this.#parts.reconcileMs ?? RECONCILE_MS)
    const [{ order, symbol }] = group
    const orders = group.map((track) => track.order)
    return this.#parts.gate.forbids(orders, {
      isReconciled: this.#watch.isClean(freshMs),
      isHeard: this.#stream.isOpen,
      closes: this.#parts.market.closesOf(order.symbolIndex),
      lastPrice: this.#prices.get(symbol),
    })
  }

  /** The process has stood still: what it had not sent is of another time, and the account may be another one. */
  #resumeAfter(ms: number): void {
    if (!this.#isStarted) return
    this.#watch.distrust()
    const what = `the process stood still for ${(ms / 1000).toFixed(1)} s`
    this.#tell(
      'reconcile',
      'note',
      `${what}: what was not sent yet is dropped, and the account is looked at first`,
    )
    void this.measureClock().then(() => this.#look())
  }

  #filterFault({ isCancelWanted, symbol, order }: OrderTrack): FilterFault | undefined {
    const { market } = this.#parts
    if (isCancelWanted) return undefined
    const rules = this.#hostOf().session().rulesOf(order.symbolIndex)
    const price = this.#prices.get(symbol) ?? market.closesOf(order.symbolIndex)[0] ?? 0
    const open = market.openOf(symbol).filter(({ phase }) => phase === 'OPEN')
    const lastPrice = BigInt(Math.round(price * 1e8))
    return filterFault(rules, order, { lastPrice, open: open.map((one) => one.order) })
  }

  async #look(): Promise<void> {
    try {
      await this.#watch.look()
    } catch (error) {
      this.#host?.halt(error instanceof Error ? error.message : String(error))
    }
  }

  /** Behind a pause: whether the account was looked at since, and all of its orders are known. */
  async #settle(): Promise<boolean> {
    if (this.unknown > 0) return false
    const since = performance.now()
    await this.#look()
    const { lookedMs } = this.#watch
    return lookedMs !== undefined && performance.now() - lookedMs >= since && this.unknown === 0
  }

  #tellLeft(): void {
    const left = this.#parts.market.open.map(({ id }) => id)
    if (left.length > 0)
      this.#tell('unknown', 'page', `stopped, and these may still be open: ${left.join(', ')}`)
  }

  #noteStatus(event: BrokerEvent): void {
    const number = event.kind === 'FILL' ? event.execution.orderNumber : event.orderNumber
    const track = this.#parts.market.byNumber(number)
    if (!track || (event.kind === 'FILL' && !event.isFinal)) return
    const status = event.kind === 'FILL' ? 'FILLED' : event.status
    const { side, type } = track.order
    this.#parts.tell({ kind: 'ORDER_STATUS', symbol: track.symbol, side, type, status })
  }

  #hostNow(): EpochMs {
    return this.#hostOf().now()
  }

  #hostOf(): OrderHost {
    if (!this.#host) throw new GateError('orders must be attached to a session before they go out')
    return this.#host
  }

  readonly #tell: TellOrders = (topic, urgency, message, { about = message, isOver = false } = {}) =>
    this.#parts.tell({ kind: 'ORDERS', topic, urgency, message, about, isOver })
}
