/**
 * What a strategy asks of one symbol becomes orders here. Its context calls the desk at a bar's close; the sender
 * follows what becomes of them. Floor 2.
 */
import type { Amount } from '../model/amount.js'
import { BAR_FLAG, byteAt } from '../model/bars.js'
import type { Execution, OrderEvent } from '../model/event.js'
import type { OrderNumber } from '../model/order.js'
import type { EpochMs } from '../model/time.js'
import type { Aim } from './aim.js'
import { askedQuantity, askedSize } from './asked-size.js'
import type {
  BracketExits,
  BuySize,
  OcoSale,
  OrderTerms,
  OtocoList,
  OtoList,
  ReplacingOrder,
  SellSize,
  Tagged,
} from './context.js'
import { closeAmountOf, type DeskParts, wordsOf } from './desk-parts.js'
import { ExitDesk } from './exit-desk.js'
import type { HeldBack } from './held-back.js'
import { ListDesk } from './list-desk.js'
import type { OpenOrderState, OpenOrders } from './open-orders.js'
import { OrderPlacer } from './order-placer.js'
import { OrderSender } from './order-sender.js'
import { type ExitTerms, exitsOf, pricesOf, trailingDeltaOf } from './order-terms.js'
import type { PoolMember } from './pool.js'
import { ReplaceDesk } from './replace-desk.js'
import { Sizer } from './sizer.js'
import { sizeBuy, sizeResting, sizeSell, sizeTarget } from './sizing.js'

const NOTHING: readonly OrderNumber[] = []

const CLOSE = Object.freeze({ kind: 'CLOSE' })
const CANCEL = Object.freeze({ kind: 'CANCEL' })

/** What the desk remembers; plain data. `aim` is undefined when it is forgotten. */
export interface DeskState {
  readonly aim: number | undefined
  readonly aimOrder: OrderNumber
  readonly open: readonly OpenOrderState[]
  readonly heldBack: readonly HeldBack[]
}

/** Asks in, orders out. */
export class OrderDesk implements PoolMember {
  readonly #parts: DeskParts
  readonly #sender: OrderSender
  readonly #open: OpenOrders
  readonly #aim: Aim
  readonly #sizer: Sizer
  readonly #exits: ExitDesk
  readonly #lists: ListDesk
  readonly #placer: OrderPlacer
  readonly #replacements: ReplaceDesk
  /** Asks that were not followed. */
  discarded = 0

  constructor(parts: DeskParts) {
    this.#parts = parts
    this.#sender = new OrderSender(parts)
    this.#open = this.#sender.open
    this.#aim = this.#sender.aim
    this.#sizer = new Sizer(parts, this.#open)
    this.#exits = new ExitDesk(parts, this.#sender)
    this.#lists = new ListDesk(parts, this.#sender)
    const rooms = { sender: this.#sender, sizer: this.#sizer, exits: this.#exits }
    this.#placer = new OrderPlacer(parts, rooms)
    this.#replacements = new ReplaceDesk(parts, rooms)
    parts.pool.add(this)
  }

  /** Whether something was asked of the broker since this was last made false. */
  get hasAsked(): boolean {
    return this.#sender.hasAsked
  }

  set hasAsked(hasAsked: boolean) {
    this.#sender.hasAsked = hasAsked
  }

  /** When a posted order's time is up: no event may pass this moment without `wake`. */
  get wakeAt(): number {
    return this.#sender.wakeAt
  }

  /** Whether an order waits that is no exit. */
  get hasPending(): boolean {
    return this.#open.hasPending || this.hasHeldBack
  }

  /** Quote that orders on the book hold. */
  get lockedQuote(): Amount {
    return this.#open.hasPending ? this.#open.lockedQuote : 0
  }

  get heldQuote(): Amount {
    return this.#open.hasPending ? this.#open.heldQuote(closeAmountOf(this.#parts)) : 0
  }

  get isSelling(): boolean {
    return this.#open.isSelling
  }

  get hasHeldBack(): boolean {
    return this.#placer.heldBack.length > 0
  }

  get worth(): number {
    return this.#sizer.worth
  }

  worthBefore(time: EpochMs): number {
    return this.#sizer.worthBefore(time)
  }

  /** Whether an event's order is one of this symbol's. */
  owns(number: OrderNumber): boolean {
    return this.#open.has(number)
  }

  release(): void {
    if (!this.#parts.permission.isClosed) this.#placer.release()
  }

  /** Brings the position to a weight of equity. To the weight already aimed at it does nothing. */
  target(weight: number, tag: string): void {
    if (weight === this.#aim.weight) return
    // A strategy in JavaScript may hand over anything; text would compare as the number that it looks like.
    if (typeof weight !== 'number' || !(weight >= 0 && weight <= 1)) {
      throw new RangeError(
        `the weight of target must be a number between 0 and 1, was ${typeof weight === 'number' ? weight : `${typeof weight} ${String(weight)}`}`,
      )
    }
    if (this.#discards()) return
    if (this.#parts.permission.isPaused && sizeTarget(weight, this.#sizer.inputs())?.side === 'BUY') {
      this.discarded++
      return
    }
    const cancels = this.#cancelAim()
    this.#aim.weight = weight
    const sized = sizeTarget(weight, this.#sizer.inputs(this.#parts.pool.isShared))
    this.#aim.order = this.#placer.place(sized, { kind: 'TARGET', weight }, tag, cancels, true)
  }

  /** What is held comes of no aim: any weight may be asked for. */
  forgetAim(): void {
    this.#aim.weight = undefined
  }

  /** Sells all that is held, whatever was aimed at. */
  close(tag: string): void {
    if (this.#discards()) return
    const cancels = this.#cancelAim()
    this.#aim.weight = 0
    this.#aim.order = this.#placer.place(sizeTarget(0, this.#sizer.inputs()), CLOSE, tag, cancels)
  }

  /** Sells all that is held, on behalf of the run: an order like any other, but no decision. */
  sellAll(tag: string): void {
    const wish = sizeTarget(0, this.#sizer.inputs())
    if (!wish) return
    this.#sender.submitPlain(wish, wordsOf(this.#parts, tag))
  }

  /** Buys; the exits are placed when the order is done. */
  buy(wish: BuySize & OrderTerms, exits?: ExitTerms): void {
    if (this.#discards() || this.#pauses()) return
    const { pool, rules } = this.#parts
    const prices = pricesOf('BUY', wish, rules)
    const inputs = this.#sizer.inputs(pool.isShared && !prices)
    const amount = askedSize(wish, rules)
    const { quantity, quoteQuantity } = amount
    const ask = { kind: 'ORDER', side: 'BUY', quantity, quoteQuantity, prices, exits } as const
    const order = prices ? sizeResting('BUY', amount, prices, inputs) : sizeBuy(amount, inputs)
    const number = this.#placer.place(order, ask, wish.tag ?? '', NOTHING, false, exits)
    if (exits && number > 0) this.#open.find(number).exits = exits
  }

  /** Sells at most what is owned. */
  sell(wish: SellSize & OrderTerms): void {
    if (this.#discards()) return
    const inputs = this.#sizer.inputs()
    const { rules } = this.#parts
    const prices = pricesOf('SELL', wish, rules)
    const quantity = askedQuantity(wish.quantity, rules)
    const size = { quantity, quoteQuantity: undefined }
    const order = prices ? sizeResting('SELL', size, prices, inputs) : sizeSell(quantity, inputs)
    const ask = { kind: 'ORDER', side: 'SELL', ...size, prices, exits: undefined } as const
    this.#placer.place(order, ask, wish.tag ?? '', NOTHING)
  }

  /** Buys with exits, or gives exits to what was bought. */
  bracket(wish: BracketExits | (BuySize & OrderTerms & BracketExits)): void {
    const exits = exitsOf(wish, this.#parts.rules)
    if ('quote' in wish || 'quantity' in wish) this.buy(wish, exits)
    else this.#attach(exits, wish.tag ?? '')
  }

  /** Sells what is held by two orders of which one ends the other, in place of earlier exits. */
  oco(sale: OcoSale): void {
    if (this.#discards()) return
    this.#exits.oco(sale)
  }

  /** Sends an order that brings in another, or a pair. */
  bringIn(list: OtoList | OtocoList): void {
    if (this.#discards() || (list.working.side === 'BUY' && this.#pauses())) return
    this.#lists.send(list)
  }

  /** Gives a trailing stop to what was bought. */
  trail(fraction: number, tag: string): void {
    const trailingDelta = trailingDeltaOf(fraction)
    this.#attach({ stop: undefined, takeProfit: undefined, trailingDelta }, tag)
  }

  /** Takes back every order that waits, exits apart. */
  cancel(options?: Tagged): void {
    const cancels = this.#open.numbers(false)
    for (const number of cancels) this.#sender.cancel(number)
    this.#placer.hold([])
    this.#placer.place(undefined, CANCEL, options?.tag ?? '', cancels)
  }

  /** Sends an order in the place of another that waits. */
  replace(tag: string, order: ReplacingOrder): void {
    if (this.#discards() || (order.side === 'BUY' && this.#pauses())) return
    this.#replacements.replace(tag, order)
  }

  /** Takes back everything that waits, exits too, on behalf of whoever stepped in. */
  cancelAll(): void {
    this.#placer.hold([])
    for (const number of [...this.#open.numbers(false), ...this.#open.numbers(true)]) {
      if (!this.#open.find(number).isLeaving) this.#sender.cancel(number)
    }
  }

  /** Follows an order's status. */
  onOrder(event: OrderEvent): void {
    this.#sender.onOrder(event)
  }

  /** Follows an order's fill, and gives its tag. */
  onFill(execution: Execution, isFinal: boolean): string {
    return this.#sender.onFill(execution, isFinal)
  }

  /** Time has passed: posted orders that have rested long enough are taken back. */
  wake(time: EpochMs): void {
    this.#sender.wake(time)
  }

  /** After an event is booked: places the exits of purchases that are done, takes back those of nothing. */
  settle(): void {
    this.#exits.settle()
  }

  /** What the desk remembers, as plain data. */
  snapshot(): DeskState {
    return {
      aim: this.#aim.weight,
      aimOrder: this.#aim.order,
      open: this.#open.snapshot(),
      heldBack: this.#placer.heldBack,
    }
  }

  /** Takes up what `snapshot` gave; open orders get new rows in this journal. */
  restore(state: DeskState): void {
    this.#placer.hold(state.heldBack)
    this.#aim.weight = state.aim
    this.#aim.order = state.aimOrder
    this.#sender.restore(state.open)
  }

  /** Whether an ask is not followed: its bar came too late, or someone has stepped in. */
  #discards(): boolean {
    const { bars, cursor, permission } = this.#parts
    const isLate = (byteAt(bars.flags, cursor.index) & BAR_FLAG.late) !== 0
    if (!isLate && !permission.isClosed) return false
    this.discarded++
    return true
  }

  #pauses(): boolean {
    if (!this.#parts.permission.isPaused) return false
    this.discarded++
    return true
  }

  #attach(exits: ExitTerms, tag: string): void {
    if (this.#discards()) return
    this.#exits.attach(this.#placer.heldBack.at(-1) ?? this.#open.entry, exits, tag)
  }

  #cancelAim(): readonly OrderNumber[] {
    this.#placer.dropAim()
    if (this.#aim.order === 0) return NOTHING
    const number = this.#aim.order
    this.#sender.cancel(number)
    return [number]
  }
}
