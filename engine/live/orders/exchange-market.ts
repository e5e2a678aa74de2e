/**
 * The market of a session that trades on an exchange: it takes orders in and keeps them until the ledger holds them.
 * Nothing leaves from here. In a replay what was asked for is not sent again; what became of it is noted. Floor 3.
 */
import { roundToAmount, unitsOf } from '../../model/amount.js'
import { valueAt } from '../../model/bars.js'
import { InvariantError } from '../../model/errors.js'
import { clientOrderId, type OrderNumber, type SessionIdentity } from '../../model/order.js'
import { toOrder } from '../../model/sent-order.js'
import type { LiveMarket, MarketSeat, MarketWiring } from '../session/live-market.js'
import { type FillContext, OrderTrack } from './order-track.js'

/** What the session has asked for since it was last looked at, in order. */
export interface Outbox {
  readonly submits: readonly OrderTrack[]
  readonly cancels: readonly OrderTrack[]
}

/** The orders of one session, as far as they are known. */
export class ExchangeMarket {
  readonly #symbols: readonly string[]
  readonly #hash6: string
  #identity: SessionIdentity | undefined
  readonly #tracks = new Map<OrderNumber, OrderTrack>()
  readonly #byId = new Map<string, OrderTrack>()
  #submits: OrderTrack[] = []
  #cancels: OrderTrack[] = []
  #seats: readonly MarketSeat[] = []

  /** `hash6` is six hex digits of the strategy: part of every order's id. */
  constructor(symbols: readonly string[], hash6: string) {
    this.#symbols = symbols
    this.#hash6 = hash6
  }

  /** The ledger's epoch, which it was begun with: known before its session is made. */
  begin(epoch: number): void {
    this.#identity = { epoch, hash6: this.#hash6 }
  }

  get epoch(): number | undefined {
    return this.#identity?.epoch
  }

  /** The market as a session sees it: the session's `createMarket`. */
  readonly create = ({ seats }: MarketWiring): LiveMarket => {
    this.#seats = seats
    return {
      isSimulated: false,
      broker: {
        submit: (sent) => {
          const order = toOrder(sent)
          const symbol = this.#symbols[order.symbolIndex]
          if (symbol === undefined)
            throw new InvariantError(`an order must be of a symbol, ${order.symbolIndex} is none`)
          if (!this.#identity) throw new InvariantError('a market must know its epoch before it takes orders')
          const id = clientOrderId(this.#identity, order)
          const replaced = order.replaces && this.#tracks.get(order.replaces.order)
          if (replaced && !order.replaces?.isAtOnce) this.#takeBack(replaced)
          const track = new OrderTrack(order, {
            symbol,
            id,
            context: () => this.contextOf(order.symbolIndex),
            leaving: this.#leavingOf(symbol),
            replaced,
          })
          this.#tracks.set(order.number, track)
          this.#byId.set(id, track)
          this.#submits.push(track)
        },
        cancel: (number) => {
          const track = this.#tracks.get(number)
          if (track) this.#takeBack(track)
        },
      },
      pass: () => undefined,
      answer: () => undefined,
      note: (event) => {
        const number = event.kind === 'FILL' ? event.execution.orderNumber : event.orderNumber
        this.#tracks.get(number)?.note(event)
      },
    }
  }

  /** Orders that are not over, oldest first. */
  get open(): readonly OrderTrack[] {
    return [...this.#tracks.values()].filter(({ phase }) => phase !== 'OVER')
  }

  /** Orders of a symbol that are not over, oldest first. */
  openOf(symbol: string): readonly OrderTrack[] {
    return this.open.filter((track) => track.symbol === symbol)
  }

  /** Orders of a symbol that count as never there, oldest first. */
  absentOf(symbol: string): readonly OrderTrack[] {
    return [...this.#tracks.values()].filter((track) => track.symbol === symbol && track.isAbsent)
  }

  /** The order of a number; over or not. */
  byNumber(number: OrderNumber): OrderTrack | undefined {
    return this.#tracks.get(number)
  }

  /** The order that another of its list waits for, while it is not known to be over. */
  awaitedBy({ order: { list, listRole } }: OrderTrack): OrderTrack | undefined {
    // A list has the number of its first order, which is the one that works.
    const first = listRole === 'PENDING' && list !== undefined ? this.#tracks.get(list) : undefined
    return first?.phase === 'OVER' ? undefined : first
  }

  /** The order of a client order id; over or not. */
  byId(id: string): OrderTrack | undefined {
    return this.#byId.get(id)
  }

  /** The order that the exchange has under a number. */
  byExchangeId(symbol: string, orderId: string): OrderTrack | undefined {
    return [...this.#tracks.values()].find(
      (track) => track.symbol === symbol && track.exchangeOrderId === orderId,
    )
  }

  #takeBack(track: OrderTrack): void {
    track.isCancelWanted = true
    if (track.phase !== 'OVER') this.#cancels.push(track)
  }

  /** Orders of a symbol that were taken back and of which the session does not know the end. */
  #leavingOf(symbol: string): readonly OrderTrack[] {
    return [...this.#tracks.values()].filter((track) => track.symbol === symbol && track.isLeaving)
  }

  /** Hands over what has been asked for, once. */
  takeOutbox(): Outbox {
    const outbox = { submits: this.#submits, cancels: this.#cancels }
    this.#submits = []
    this.#cancels = []
    return outbox
  }

  /** What a fill now is measured against. */
  contextOf(symbolIndex: number): FillContext {
    const seat = this.#seats[symbolIndex]
    const bar = seat?.bar() ?? -1
    if (!seat || bar < 0) return { barIndex: 0, reference: 0n, atr: 0 }
    const range = seat.range.values[bar]
    return {
      barIndex: bar,
      reference: unitsOf(roundToAmount(valueAt(seat.bars.close, bar), 'nearest', seat.rules.priceScale)),
      atr: range === undefined || Number.isNaN(range) ? 0 : range,
    }
  }

  /** The closes of a symbol's last two bars, newest first. */
  closesOf(symbolIndex: number): readonly number[] {
    const seat = this.#seats[symbolIndex]
    const bar = seat?.bar() ?? -1
    if (!seat) return []
    return [bar, bar - 1].filter((i) => i >= 0).map((i) => valueAt(seat.bars.close, i))
  }
}
