/**
 * Orders of a live session, from the ledger to the exchange and back: connects, settles what was open, listens, looks
 * again every half minute, and lets nothing out before all of that agrees. Floor 3.
 */
import { ExchangeError, GateError, HaltedError } from '../../model/errors.js'
import type { BrokerEvent } from '../../model/event.js'
import { formatUnits } from '../../model/money.js'
import type { EpochMs } from '../../model/time.js'
import type { SignedRest, Signer } from '../../venue/signed-rest.js'
import type { Gate } from '../gate/gate.js'
import type { Genesis } from '../ledger/genesis.js'
import type { LiveSession } from '../session/live-session.js'
import { type AccountState, accountState } from './account-state.js'
import type { ExchangeMarket } from './exchange-market.js'
import { type Facts, reportFacts } from './order-facts.js'
import { GATEWAY_PATIENCE, type GatewayPatience, OrderGateway } from './order-gateway.js'
import type { OrderNews, TellOrders } from './order-news.js'
import type { OrderTrack } from './order-track.js'
import { UserStream } from './user-stream.js'
import type { VenueClock } from './venue-clock.js'

/** What orders need of the world. */
export interface LiveOrdersParts {
  readonly genesis: Genesis
  readonly market: ExchangeMarket
  readonly rest: SignedRest
  readonly signer: Signer
  readonly userUrl: string
  readonly clock: VenueClock
  readonly gate: Gate
  readonly tell: (news: OrderNews) => void
  readonly patience?: Partial<GatewayPatience>
  /** How often the account is looked at. */
  readonly reconcileMs?: number
  readonly stream?: { readonly silenceMs?: number; readonly firstBackoffMs?: number }
}

/** What orders need of the session's one queue. */
export interface OrderHost {
  readonly session: () => LiveSession
  readonly emit: (event: BrokerEvent) => void
  readonly halt: (reason: string) => void
  /** The market's time. */
  readonly now: () => EpochMs
  /** Inputs that wait. */
  readonly backlog: () => number
}

const RECONCILE_MS = 30_000
const SUBSCRIBE_MS = 15_000
const CLOCK_MS = 120_000
const DRAIN_MS = 30_000
/** Orders of any session of Nextbar. */
const OURS = /^nb(\d+)-/

/** Orders of one session. `attach`, then `start`. */
export class LiveOrders {
  readonly #parts: LiveOrdersParts
  readonly #gateway: OrderGateway
  readonly #stream: UserStream
  readonly #timers: NodeJS.Timeout[] = []
  readonly #prices = new Map<string, number>()
  readonly #lastTrades = new Map<string, string>()
  readonly #mismatches = new Map<string, number>()
  #host: OrderHost | undefined
  #isStarted = false
  #isClean = false
  #isReconciling = false
  #lastClean = 0

  constructor(parts: LiveOrdersParts) {
    this.#parts = parts
    const patience = { ...GATEWAY_PATIENCE, ...parts.patience }
    this.#gateway = new OrderGateway({
      market: parts.market,
      send: (request) => parts.rest.send(request),
      forbids: (track) => this.#forbids(track),
      emit: (event) => this.#host?.emit(event),
      tell: this.#tell,
      halt: (reason, isSilent) => {
        const open = parts.market.open.length
        const silence = isSilent && open > 0 ? `; ${open} orders stay open on the exchange` : ''
        this.#host?.halt(`${reason}${silence}`)
      },
      now: () => this.#hostNow(),
      measureClock: () => parts.clock.measure(),
      clockErrorMs: () => Math.min(1_000, parts.clock.errorMs),
      patience,
    })
    this.#stream = new UserStream(
      {
        ...{ url: parts.userUrl, signer: parts.signer, now: () => parts.clock.now() },
        ...{ recvWindowMs: patience.recvWindowMs, ...parts.stream },
      },
      {
        onOpen: () => {
          this.#tell('stream', 'note', 'the account is heard', { about: 'user stream', isOver: true })
          if (this.#isStarted) void this.#reconcile()
        },
        onEvent: (event) => this.#hear(event),
        onDown: (reason) =>
          this.#tell('stream', 'ticket', `the account is not heard: ${reason}`, { about: 'user stream' }),
        onRefused: (reason) => this.#host?.halt(reason),
      },
    )
  }

  /** Whether nothing stands between an order and the exchange but the order itself. */
  get isOpen(): boolean {
    return (
      this.#isStarted && this.#isClean && !this.#gateway.isSilent && this.#parts.gate.missing().length === 0
    )
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
   * Connects, and settles everything that the ledger holds open. Throws a GateError with all that is missing, a
   * HaltedError when another session's orders are on the account, an ExchangeError when it stays out of reach.
   */
  async start(): Promise<void> {
    const { gate, clock, genesis } = this.#parts
    const missing = gate.missing()
    if (missing.length > 0) throw closedGate(missing)
    await clock.measure()
    const account = await this.account()
    if (!account.canTrade) throw new ExchangeError('the account must be allowed to trade, is not')
    this.#stream.open()
    if (!(await this.#gateway.drain(SUBSCRIBE_MS, () => this.#stream.isOpen))) {
      throw new ExchangeError(`the account's events must be heard within ${SUBSCRIBE_MS / 1000} s, were not`)
    }
    for (const { symbol } of genesis.symbols) await this.#refuseForeign(symbol)
    await this.#gateway.adopt()
    for (const { symbol } of genesis.symbols) {
      const found = await this.#gateway.takeTrades(symbol, undefined)
      if (found?.last !== undefined) this.#lastTrades.set(symbol, found.last)
    }
    if (!(await this.#gateway.drain(SUBSCRIBE_MS, () => this.#host?.backlog() === 0))) {
      throw new ExchangeError('the account must be settled before anything is sent, could not be')
    }
    const faults = this.#bookFaults(await this.account())
    if (faults.length > 0) throw closedGate(faults)
    this.#isClean = true
    this.#lastClean = performance.now()
    this.#isStarted = true
    this.take()
    this.#timers.push(
      setInterval(() => void this.#reconcile(), this.#parts.reconcileMs ?? RECONCILE_MS),
      setInterval(() => void this.#measure(), CLOCK_MS),
    )
  }

  /** An input is in the ledger: what it has asked for may go. Before the start is done it waits. */
  take(): void {
    if (this.#isStarted) this.#gateway.take(this.#parts.market.takeOutbox())
  }

  /** The price of a symbol's last trade. */
  seePrice(symbol: string, price: number): void {
    this.#prices.set(symbol, price)
  }

  /** Waits until orders that are to be taken back are over, or half a minute. */
  async drain(): Promise<void> {
    const { market } = this.#parts
    const isDone = () =>
      market.open.every(({ isCancelWanted }) => !isCancelWanted) && this.#host?.backlog() === 0
    if (await this.#gateway.drain(DRAIN_MS, isDone)) return
    const left = market.open.map(({ id }) => id)
    if (left.length > 0)
      this.#tell('unknown', 'page', `stopped, and these may still be open: ${left.join(', ')}`)
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    this.#stream.close()
    this.#gateway.close()
    await this.#parts.rest.close()
  }

  /** The account now. Throws an ExchangeError when the exchange does not say. */
  async account(): Promise<AccountState> {
    const answer = await this.#gateway.ask({
      ...{ method: 'GET', path: '/api/v3/account', weight: 20 },
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

  #forbids(track: OrderTrack): string | undefined {
    const freshMs = 3 * (this.#parts.reconcileMs ?? RECONCILE_MS)
    return this.#parts.gate.forbids(track.order, {
      isReconciled: this.#isClean && performance.now() - this.#lastClean < freshMs,
      isHeard: this.#stream.isOpen,
      closes: this.#parts.market.closesOf(track.order.symbolIndex),
      lastPrice: this.#prices.get(track.symbol),
    })
  }

  #hear(event: Readonly<Record<string, unknown>>): void {
    switch (event.e) {
      case 'executionReport': {
        const facts = reportFacts(event)
        if (!facts)
          this.#tell(
            'status',
            'page',
            'an execution report came that cannot be read: the account is asked instead',
          )
        if (facts && this.#hearOrder(facts)) return
        if (!facts) void this.#reconcile()
        break
      }
      case 'balanceUpdate':
        this.#tell(
          'external',
          'ticket',
          `${String(event.d)} ${String(event.a)} came to the account or left it: the session's books stay as they are`,
          { about: `balance ${String(event.a)} ${String(event.T)}` },
        )
        break
      default:
    }
  }

  /** Whether an order is ours; one that is not is told, and never taken for ours. */
  #hearOrder(facts: Facts): boolean {
    const track = this.#parts.market.byId(facts.order.clientOrderId)
    if (track) {
      this.#gateway.hear(track, facts)
      return true
    }
    this.#judgeForeign(facts)
    return false
  }

  #judgeForeign({ order }: Facts): void {
    const { clientOrderId, symbol, status } = order
    const [, epoch] = OURS.exec(clientOrderId) ?? []
    if (epoch === undefined) {
      this.#tell(
        'external',
        'ticket',
        `an order of another hand on this account: ${symbol} ${clientOrderId} ${status}; it is not adopted`,
        {
          about: `external ${clientOrderId}`,
        },
      )
      return
    }
    this.#isClean = false
    this.#host?.halt(foreignText(clientOrderId, Number(epoch) === this.#parts.market.epoch))
  }

  async #refuseForeign(symbol: string): Promise<void> {
    const open = await this.#gateway.openOrders(symbol)
    if (!open) throw new ExchangeError(`the exchange must show the open orders of ${symbol}, did not`)
    for (const { order } of open) {
      const { clientOrderId } = order
      if (this.#parts.market.byId(clientOrderId)) continue
      const [, epoch] = OURS.exec(clientOrderId) ?? []
      if (epoch === undefined) {
        this.#tell(
          'external',
          'ticket',
          `${symbol} has an open order of another hand: ${clientOrderId}; it is not adopted`,
        )
        continue
      }
      const reason = foreignText(clientOrderId, Number(epoch) === this.#parts.market.epoch)
      this.#host?.halt(reason)
      throw new HaltedError(reason)
    }
  }

  /** Holds the account against what is known, and asks for whatever differs. One at a time. */
  async #reconcile(): Promise<void> {
    if (this.#isReconciling || this.#gateway.isSilent) return
    this.#isReconciling = true
    try {
      for (const { symbol } of this.#parts.genesis.symbols) await this.#reconcileSymbol(symbol)
      const account = await this.account()
      const faults = this.#host?.backlog() === 0 ? this.#bookFaults(account) : []
      this.#noteFaults(faults)
      this.#lastClean = performance.now()
      this.#tell('reconcile', 'note', 'the account was looked at', { about: 'reconcile', isOver: true })
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error
      this.#tell('reconcile', 'ticket', error.message, { about: 'reconcile' })
    } finally {
      this.#isReconciling = false
    }
  }

  async #reconcileSymbol(symbol: string): Promise<void> {
    const believed = this.#parts.market.openOf(symbol).filter(({ phase }) => phase === 'OPEN')
    const open = await this.#gateway.openOrders(symbol)
    if (!open) throw new ExchangeError(`the exchange must show the open orders of ${symbol}, did not`)
    for (const facts of open) this.#hearOrder(facts)
    const there = new Set(open.map(({ order }) => order.clientOrderId))
    for (const track of believed) {
      if (!there.has(track.id) && track.phase === 'OPEN') await this.#gateway.resolve(track, true)
    }
    const last = this.#lastTrades.get(symbol)
    const found = await this.#gateway.takeTrades(
      symbol,
      last === undefined ? undefined : String(BigInt(last) + 1n),
    )
    if (!found) throw new ExchangeError(`the exchange must show the trades of ${symbol}, did not`)
    for (const { tradeId, orderId } of found.foreign) {
      this.#tell(
        'external',
        'ticket',
        `trade ${tradeId} of ${symbol} is of order ${orderId}, which is not this session's; it is not booked`,
        {
          about: `trade ${symbol} ${tradeId}`,
        },
      )
    }
    if (found.last !== undefined) this.#lastTrades.set(symbol, found.last)
  }

  /** What the account must hold for the books to be true, and does not. */
  #bookFaults({ total }: AccountState): readonly string[] {
    const balances = this.#host?.session().balances ?? {}
    return Object.entries(balances).flatMap(([asset, units]) => {
      const held = total.get(asset) ?? 0n
      return held >= units
        ? []
        : [
            `the account must hold the ${formatUnits(units)} ${asset} of the session's books, holds ${formatUnits(held)}`,
          ]
    })
  }

  /** Once may be a fill that is on its way; twice is a difference. */
  #noteFaults(faults: readonly string[]): void {
    if (faults.length === 0) {
      this.#mismatches.clear()
      this.#isClean = true
      this.#tell('reconcile', 'note', 'the account holds what the books say', {
        about: 'books',
        isOver: true,
      })
      return
    }
    for (const fault of faults) {
      const count = (this.#mismatches.get(fault) ?? 0) + 1
      this.#mismatches.set(fault, count)
      if (count < 2) continue
      this.#isClean = false
      this.#tell('reconcile', 'page', fault, { about: 'books' })
    }
  }

  async #measure(): Promise<void> {
    try {
      await this.#parts.clock.measure()
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      if (error instanceof ExchangeError) this.#tell('reconcile', 'ticket', message, { about: 'clock' })
      else this.#host?.halt(message)
    }
  }

  #hostNow(): EpochMs {
    if (!this.#host) throw new GateError('orders must be attached to a session before they go out')
    return this.#host.now()
  }

  readonly #tell: TellOrders = (topic, urgency, message, { about = message, isOver = false } = {}) =>
    this.#parts.tell({ kind: 'ORDERS', topic, urgency, message, about, isOver })
}

function closedGate(missing: readonly string[]): GateError {
  return new GateError(
    `the gate must be open, is not; missing: ${missing.map((one, k) => `(${k + 1}) ${one}`).join('; ')}; nothing was sent`,
  )
}

function foreignText(id: string, isOwnEpoch: boolean): string {
  return isOwnEpoch
    ? `the order ${id} on this account is of this session, but its ledger does not know it: the ledger is not whole`
    : `the order ${id} on this account is of another session: one account is for one session; stop the other, or take its orders back`
}
