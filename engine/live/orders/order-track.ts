/**
 * One order on its way: what is known of it only grows. A fact that comes twice, late or out of order changes nothing;
 * an order that is over stays over; its end is told when every fill of it has been. It does no I/O and knows no clock.
 * Floor 3.
 */
import { toAmount, unitsOf } from '../../model/amount.js'
import type { BrokerEvent } from '../../model/event.js'
import type { Units } from '../../model/money.js'
import type { Order, OrderStatus } from '../../model/order.js'
import { type EpochMs, toEpochMs } from '../../model/time.js'
import type { Facts, OrderFact, TradeFact } from './order-facts.js'

/** How far an order is: `INTENT` is in the ledger and not on the wire; `UNKNOWN` may or may not be there. */
export type OrderPhase = 'INTENT' | 'SENT' | 'OPEN' | 'UNKNOWN' | 'OVER'

/** What the session measures a fill against. */
export interface FillContext {
  /** The last bar that has closed. */
  readonly barIndex: number
  /** Its close. */
  readonly reference: Units
  readonly atr: number
}

/** An order that another takes the place of. */
interface Replaced {
  readonly track: OrderTrack
  readonly known: Units
  /** Whether what it traded on its way out does not matter. */
  readonly isAnyEndFine: boolean
}

const ENDS: ReadonlySet<string> = new Set(['FILLED', 'CANCELED', 'REJECTED', 'EXPIRED', 'EXPIRED_IN_MATCH'])
const OPEN: ReadonlySet<string> = new Set(['NEW', 'PENDING_NEW', 'PARTIALLY_FILLED'])

/** The reason of an order's end when the exchange, asked often and late enough, did not know it. */
export const ABSENT = 'ABSENT'

/** Whether an order of such a status may still trade. */
export function isOpenStatus(status: string): boolean {
  return OPEN.has(status)
}

/** An order, from its row in the ledger to its end. */
export class OrderTrack {
  readonly order: Order
  readonly symbol: string
  /** Client order id. */
  readonly id: string
  /** Whether the session wants it back. */
  isCancelWanted = false
  /** The order that the exchange is to take back in the same step. */
  readonly inPlaceOf: OrderTrack | undefined
  /** Orders that it takes the place of, and what the session knew of each when it asked. */
  readonly #replaces: readonly Replaced[]
  readonly #context: () => FillContext
  readonly #trades = new Set<string>()
  #phase: OrderPhase = 'INTENT'
  #exchangeOrderId: string | undefined
  #executed: Units = 0n
  /** Base traded by the exchange's own count. */
  #said: Units = 0n
  #end: OrderFact | undefined
  /** Base of the fills that the session knows of, and whether it knows that the order is over. */
  #known: Units = 0n
  #isKnownOver = false
  /** Whether it waits for the first order of its list. */
  #isPending = false
  #isAbsent = false

  constructor(
    order: Order,
    words: {
      readonly symbol: string
      readonly id: string
      readonly context: () => FillContext
      /** Orders of the symbol that the session has taken back just now, or before. */
      readonly leaving?: readonly OrderTrack[]
      /** The order in whose place it was asked for. */
      readonly replaced?: OrderTrack | undefined
    },
  ) {
    this.order = order
    this.symbol = words.symbol
    this.id = words.id
    this.#context = words.context
    const { leaving = [], replaced } = words
    const { isAtOnce, mode } = order.replaces ?? {}
    this.inPlaceOf = isAtOnce ? replaced : undefined
    const before = this.inPlaceOf ? [...leaving, this.inPlaceOf] : leaving
    this.#replaces = before.map((track) => ({
      ...{ track, known: track.#known },
      isAnyEndFine: track === replaced && mode === 'ALLOW_FAILURE',
    }))
  }

  /** Whether the session wants it back and has not heard yet how it ended. */
  get isLeaving(): boolean {
    return this.isCancelWanted && !this.#isKnownOver
  }

  /** Whether all that it takes the place of is over; or, of the one that goes in the same step, whether it is known. */
  get isItsTurn(): boolean {
    return this.#replaces.every(
      ({ track }) => track.phase === 'OVER' || (track === this.inPlaceOf && track.isKnownOpen),
    )
  }

  /** Whether it is open on the exchange, and all its fills have come. */
  get isKnownOpen(): boolean {
    return this.#phase === 'OPEN' && !this.lacksFills
  }

  /**
   * Whether one of those has traded behind the session's back: then it was sized for what is no more. A sale that meets
   * purchases is not: there is more to sell than it asks for, and without it what is held has no exit.
   */
  get isStale(): boolean {
    const isMore = (track: OrderTrack) => this.order.side === 'SELL' && track.order.side === 'BUY'
    return this.#replaces.some(
      ({ track, known, isAnyEndFine }) => !isAnyEndFine && !isMore(track) && track.executed !== known,
    )
  }

  get phase(): OrderPhase {
    return this.#phase
  }

  /** The exchange's number of it, once it is known. */
  get exchangeOrderId(): string | undefined {
    return this.#exchangeOrderId
  }

  /** Base of the fills that were told. */
  get executed(): Units {
    return this.#executed
  }

  /** Whether the exchange has counted more than the fills that came: they must be asked for. */
  get lacksFills(): boolean {
    return this.#phase !== 'OVER' && this.#said > this.#executed
  }

  /** Whether it is over because the exchange, asked often enough, did not know it. */
  get isAbsent(): boolean {
    return this.#isAbsent
  }

  /** Those of some trades that came behind its end: it was not over. */
  lateOf(trades: readonly TradeFact[]): readonly TradeFact[] {
    return this.#phase === 'OVER' ? trades.filter(({ tradeId }) => !this.#trades.has(tradeId)) : []
  }

  /** It goes on the wire now. */
  send(): void {
    if (this.#phase === 'INTENT') this.#phase = 'SENT'
  }

  /** Nobody knows whether it is there. Says so once. */
  doubt(reason: string, time: EpochMs): readonly BrokerEvent[] {
    if (this.#phase !== 'INTENT' && this.#phase !== 'SENT') return []
    this.#phase = 'UNKNOWN'
    return [this.#status('UNKNOWN', reason, time)]
  }

  /**
   * It is certain that the exchange does not have it and never will. False where the exchange was heard to have it:
   * then it has not ended.
   */
  refuse(status: 'REJECTED' | 'CANCELED', reason: string, time: EpochMs): readonly BrokerEvent[] | false {
    if (this.#phase === 'OVER') return []
    if (this.#exchangeOrderId !== undefined || this.#executed > 0n) return false
    this.#phase = 'OVER'
    this.#isAbsent = reason === ABSENT
    return [this.#status(status, reason, time)]
  }

  /** Takes what was said of it, and gives what is new. A word that is not known is given to `onOddStatus`. */
  take({ order, trades }: Facts, onOddStatus: (status: string) => void): readonly BrokerEvent[] {
    if (this.#phase === 'OVER') return []
    const events = [...this.#takeOrder(order, onOddStatus)]
    for (const trade of trades) events.push(...this.takeTrade(trade))
    return events
  }

  /** Takes an execution; one that is known gives nothing. */
  takeTrade(trade: TradeFact): readonly BrokerEvent[] {
    if (this.#phase === 'OVER' || this.#trades.has(trade.tradeId)) return []
    this.#trades.add(trade.tradeId)
    this.#exchangeOrderId ??= trade.orderId
    this.#executed += trade.quantity
    if (this.#said < this.#executed) this.#said = this.#executed
    if (this.#phase !== 'OPEN') this.#phase = 'OPEN'
    const end = this.#isWhole ? this.#end : undefined
    const isFinal = end?.status === 'FILLED'
    const fills = [...this.#broughtIn(toEpochMs(trade.time)), this.#fill(trade, isFinal)]
    if (!end) return fills
    this.#phase = 'OVER'
    return isFinal ? fills : [...fills, this.#ended(end)]
  }

  /** An event of it that the ledger holds: told before, or just now. */
  note(event: BrokerEvent): void {
    if (event.kind === 'FILL') {
      const { tradeId, isFinal, execution } = event
      this.#exchangeOrderId ??= event.exchangeOrderId
      this.#known += unitsOf(execution.quantity)
      this.#isKnownOver ||= isFinal
      if (tradeId !== undefined && !this.#trades.has(tradeId)) {
        this.#trades.add(tradeId)
        this.#executed += unitsOf(execution.quantity)
        if (this.#said < this.#executed) this.#said = this.#executed
        this.#phase = 'OPEN'
      }
      if (isFinal) this.#phase = 'OVER'
      return
    }
    this.#isKnownOver ||= ENDS.has(event.status)
    this.#isAbsent ||= event.reason === ABSENT
    if (this.#phase === 'OVER') return
    this.#exchangeOrderId ??= event.exchangeOrderId
    if (ENDS.has(event.status)) this.#phase = 'OVER'
    else if (OPEN.has(event.status)) {
      this.#phase = 'OPEN'
      this.#isPending = event.status === 'PENDING_NEW'
    } else if (this.#phase === 'INTENT') this.#phase = 'UNKNOWN'
  }

  *#takeOrder(fact: OrderFact, onOddStatus: (status: string) => void): Iterable<BrokerEvent> {
    const { status, executed, orderId } = fact
    const isEnd = ENDS.has(status)
    if (!isEnd && !OPEN.has(status)) {
      onOddStatus(status)
      return
    }
    if (isEnd ? executed > 0n : status !== 'PENDING_NEW') yield* this.#broughtIn(timeOf(fact))
    const isNew = this.#exchangeOrderId === undefined || this.#phase === 'UNKNOWN' || this.#phase === 'SENT'
    this.#exchangeOrderId ??= orderId
    if (executed > this.#said) this.#said = executed
    // An older word than the end that is known already: an order that is over does not open again.
    if (this.#end) return
    if (isEnd) {
      this.#end = fact
      if (!this.#isWhole) {
        if (isNew) yield* this.#opened(fact)
        return
      }
      this.#phase = 'OVER'
      yield this.#ended(fact)
      return
    }
    if (isNew) yield* this.#opened(fact)
  }

  *#opened(fact: OrderFact): Iterable<BrokerEvent> {
    const wasOpen = this.#phase === 'OPEN'
    this.#phase = 'OPEN'
    if (wasOpen) return
    this.#isPending = fact.status === 'PENDING_NEW'
    yield this.#status(this.#isPending ? 'PENDING_NEW' : 'NEW', '', timeOf(fact))
  }

  /** What it waited for has been filled: it is on the book. */
  *#broughtIn(time: EpochMs): Iterable<BrokerEvent> {
    if (!this.#isPending) return
    this.#isPending = false
    yield this.#status('NEW', '', time)
  }

  /** Whether all that it has traded by its end is there. */
  get #isWhole(): boolean {
    return this.#end !== undefined && this.#executed >= this.#end.executed
  }

  #ended(end: OrderFact): BrokerEvent {
    // One of the words in `ENDS`.
    return this.#status(end.status as OrderStatus, end.reason, timeOf(end))
  }

  #status(status: OrderStatus, reason: string, time: EpochMs): BrokerEvent {
    return {
      kind: 'ORDER',
      orderNumber: this.order.number,
      status,
      time,
      reason,
      ...(this.#exchangeOrderId !== undefined && { exchangeOrderId: this.#exchangeOrderId }),
    }
  }

  #fill(trade: TradeFact, isFinal: boolean): BrokerEvent {
    const { order } = this
    const { barIndex, reference, atr } = this.#context()
    return {
      kind: 'FILL',
      isFinal,
      tradeId: trade.tradeId,
      exchangeOrderId: trade.orderId,
      execution: {
        orderNumber: order.number,
        symbolIndex: order.symbolIndex,
        side: order.side,
        type: order.type,
        liquidity: trade.isMaker ? 'MAKER' : 'TAKER',
        time: toEpochMs(trade.time),
        barIndex,
        decisionTime: order.decisionTime,
        price: toAmount(trade.price),
        quantity: toAmount(trade.quantity),
        quote: toAmount(trade.quote),
        commission: toAmount(trade.commission),
        commissionAsset: trade.commissionAsset,
        referencePrice: toAmount(reference),
        atr,
        isOutsideBar: false,
        isAmbiguous: false,
      },
    }
  }
}

function timeOf({ time }: OrderFact): EpochMs {
  return toEpochMs(time)
}
