/**
 * Turns what a strategy asks for into orders, and follows what becomes of them. Floor 2.
 */

import type { Cursor } from '../math/series.js'
import {
  type Amount,
  add,
  floorTo,
  multiplyDown,
  numberOf,
  roundToAmount,
  smaller,
  subtract,
  toAmount,
  unitsOf,
} from '../model/amount.js'
import { BAR_FLAG, type Bars, closeTimeAt, countBefore, openTimeAt, valueAt } from '../model/bars.js'
import type { Ask, Exits, OrderPrices } from '../model/decision.js'
import type { Execution, OrderEvent } from '../model/event.js'
import { isOpen, type Order, type OrderNumber, type OrderSize, type RestingOrder } from '../model/order.js'
import type { Broker } from '../model/ports.js'
import type { RunSettings } from '../model/settings.js'
import { type MarketRules, marketRules, type SymbolRules } from '../model/symbol-rules.js'
import type { EpochMs } from '../model/time.js'
import type { Account } from './account.js'
import type { BracketExits, BuySize, OcoSale, OrderTerms, SellSize, Tagged } from './context.js'
import { exitsWith, legsOfExits, legsOfOco } from './exit-legs.js'
import type { Journal } from './journal/journal.js'
import type { Numbers } from './numbers.js'
import { newOpenOrder, type OpenOrder, type OpenOrderState, OpenOrders } from './open-orders.js'
import { exitsOf, pricesOf, trailingDeltaOf } from './order-terms.js'
import type { Permission } from './permission.js'
import { type MakerFirstEvent, stepMakerFirst } from './policy/maker-first.js'
import {
  filledBy,
  type MakerFirst,
  type MakerFirstAction,
  newMakerFirst,
} from './policy/maker-first-state.js'
import { leastOf, postedOrder, takingOrder } from './policy/wish-orders.js'
import { fillReportOf, reportOf } from './policy/wish-report.js'
import type { Pool, PoolMember } from './pool.js'
import type { RiskGuard } from './risk-guard.js'
import { volumeCap } from './risk-limits.js'
import {
  type Size,
  type SizedOrder,
  type SizingInputs,
  sizeBuy,
  sizeBuyQuote,
  sizeResting,
  sizeSell,
  sizeTarget,
} from './sizing.js'

const NOTHING: readonly OrderNumber[] = []

const NO_MORE = Object.freeze({})

/** More quote than there is. */
const WITHOUT_BOUND = 2n ** 160n

/** A purchase at market that waits until sales have brought the quote it needs; plain data. */
interface HeldBack {
  readonly size: Size
  readonly tag: string
  readonly time: EpochMs
  readonly openTime: EpochMs
  exits: Exits | undefined
  /** Whether the aim of `target` waits with it. */
  readonly isAim: boolean
}

/** What the desk remembers; plain data. `aim` is undefined when it is forgotten. */
export interface DeskState {
  readonly aim: number | undefined
  readonly aimOrder: OrderNumber
  readonly open: readonly OpenOrderState[]
  readonly heldBack: readonly HeldBack[]
}

/** What an order says of the decision it comes from. */
type OrderWords = Pick<Order, 'tag' | 'decisionTime' | 'decisionOpenTime'>

/** Asks in, orders out. The strategy's context calls it at a bar's close. */
export class OrderDesk implements PoolMember {
  readonly #symbolIndex: number
  readonly #bars: Bars
  readonly #cursor: Cursor
  readonly #rules: MarketRules
  readonly #settings: RunSettings
  readonly #account: Readonly<Account>
  readonly #broker: Broker
  readonly #journal: Journal
  readonly #numbers: Numbers
  readonly #pool: Pool
  readonly #permission: Readonly<Permission>
  readonly #risk: RiskGuard | undefined
  /** When a posted order's time is up: no event may pass this moment without `wake`. */
  wakeAt = Number.POSITIVE_INFINITY
  /** Asks that were not followed. */
  discarded = 0
  /** Whether something was asked of the broker since this was last made false. */
  hasAsked = false
  /** Weight that the last target aims at; undefined when it is forgotten. */
  #aim: number | undefined = 0
  /** The order that carries the aim; 0 when none does. */
  #aimOrder: OrderNumber = 0
  readonly #open = new OpenOrders()
  /** Purchases that are done and whose exits are to be placed once they are booked. */
  #entered: OpenOrder[] = []
  /** Purchases that wait for another symbol's sale, oldest first. */
  #heldBack: HeldBack[] = []

  constructor(parts: {
    readonly symbolIndex: number
    readonly bars: Bars
    readonly cursor: Cursor
    readonly rules: SymbolRules
    readonly settings: RunSettings
    readonly account: Readonly<Account>
    readonly broker: Broker
    readonly journal: Journal
    readonly numbers: Numbers
    readonly pool: Pool
    readonly permission: Readonly<Permission>
    readonly risk: RiskGuard | undefined
  }) {
    this.#symbolIndex = parts.symbolIndex
    this.#bars = parts.bars
    this.#cursor = parts.cursor
    this.#rules = marketRules(parts.rules)
    this.#settings = parts.settings
    this.#account = parts.account
    this.#broker = parts.broker
    this.#journal = parts.journal
    this.#numbers = parts.numbers
    this.#pool = parts.pool
    this.#permission = parts.permission
    this.#risk = parts.risk
    this.#pool.add(this)
  }

  /** Whether an order waits that is no exit. */
  get hasPending(): boolean {
    return this.#open.hasPending || this.#heldBack.length > 0
  }

  /** Quote that orders on the book hold. */
  get lockedQuote(): Amount {
    return this.#open.hasPending ? this.#open.lockedQuote : 0
  }

  get heldQuote(): Amount {
    return this.#open.hasPending ? this.#open.heldQuote(this.#closeAmount) : 0
  }

  get isSelling(): boolean {
    return this.#open.isSelling
  }

  get hasHeldBack(): boolean {
    return this.#heldBack.length > 0
  }

  get worth(): number {
    // A symbol whose bars have not begun has no close.
    if (!(this.#account.quantity > 0)) return 0
    return numberOf(this.#account.quantity, this.#rules.quantityScale) * this.#close
  }

  worthBefore(time: EpochMs): number {
    const last = Math.min(countBefore(this.#bars, time) - 1, this.#cursor.index)
    if (!(this.#account.quantity > 0) || last < 0) return 0
    return numberOf(this.#account.quantity, this.#rules.quantityScale) * valueAt(this.#bars.close, last)
  }

  /** Whether an event's order is one of this symbol's. */
  owns(number: OrderNumber): boolean {
    return this.#open.has(number)
  }

  release(): void {
    if (this.#permission.isClosed) return
    const heldBack = this.#heldBack
    this.#heldBack = []
    for (const { size, tag, time, openTime, exits, isAim } of heldBack) {
      const sized = sizeBuy(size, this.#sizing())
      if (!sized) continue
      const number = this.#submit(sized, tag, time, openTime)
      if (exits) this.#open.find(number).exits = exits
      if (isAim) this.#aimOrder = number
    }
  }

  /** Brings the position to a weight of equity. To the weight already aimed at it does nothing. */
  target(weight: number, tag: string): void {
    if (weight === this.#aim) return
    if (!(weight >= 0 && weight <= 1)) {
      throw new RangeError(`the weight of target must be between 0 and 1, was ${weight}`)
    }
    if (this.#discards()) return
    if (this.#permission.isPaused && sizeTarget(weight, this.#sizing())?.side === 'BUY') {
      this.discarded++
      return
    }
    const cancels = this.#cancelAim()
    this.#aim = weight
    const sized = sizeTarget(weight, this.#sizing(this.#pool.isShared))
    this.#aimOrder = this.#place(sized, { kind: 'TARGET', weight }, tag, cancels, { isAim: true })
  }

  /** Sells all that is held, whatever was aimed at. */
  close(tag: string): void {
    if (this.#discards()) return
    const cancels = this.#cancelAim()
    this.#aim = 0
    this.#aimOrder = this.#place(sizeTarget(0, this.#sizing()), { kind: 'CLOSE' }, tag, cancels)
  }

  /** Sells all that is held, on behalf of the run: an order like any other, but no decision. */
  sellAll(tag: string): void {
    const wish = sizeTarget(0, this.#sizing())
    if (!wish) return
    const i = this.#cursor.index
    const words = {
      tag,
      decisionTime: closeTimeAt(this.#bars, i),
      decisionOpenTime: openTimeAt(this.#bars, i),
    }
    this.#send(this.#orderOf(wish, words), false)
  }

  /** Buys; the exits are placed when the order is done. */
  buy(wish: BuySize & OrderTerms, exits?: Exits): void {
    if (this.#discards() || this.#pauses()) return
    const prices = pricesOf('BUY', wish, this.#rules)
    const inputs = this.#sizing(this.#pool.isShared && !prices)
    const amount =
      'quote' in wish
        ? { quoteQuantity: roundToAmount(checkAmount('quote', wish.quote), 'down', this.#quoteScale) }
        : {
            quantity: roundToAmount(
              checkAmount('quantity', wish.quantity),
              'down',
              this.#rules.quantityScale,
            ),
          }
    const ask: Ask = { kind: 'ORDER', side: 'BUY', ...inUnits(amount), ...prices, ...(exits && { exits }) }
    const order = prices ? sizeResting('BUY', amount, prices, inputs) : sizeBuy(amount, inputs)
    const number = this.#place(order, ask, wish.tag ?? '', NOTHING, { exits })
    if (exits && number > 0) this.#open.find(number).exits = exits
  }

  /** Sells at most what is owned. */
  sell(wish: SellSize & OrderTerms): void {
    if (this.#discards()) return
    const inputs = this.#sizing()
    const prices = pricesOf('SELL', wish, this.#rules)
    const quantity = roundToAmount(checkAmount('quantity', wish.quantity), 'down', this.#rules.quantityScale)
    const order = prices ? sizeResting('SELL', { quantity }, prices, inputs) : sizeSell(quantity, inputs)
    const ask: Ask = { kind: 'ORDER', side: 'SELL', quantity: unitsOf(quantity), ...prices }
    this.#place(order, ask, wish.tag ?? '', NOTHING)
  }

  /** Buys with exits, or gives exits to what was bought. */
  bracket(wish: BracketExits | (BuySize & OrderTerms & BracketExits)): void {
    const exits = exitsOf(wish, this.#rules)
    if ('quote' in wish || 'quantity' in wish) this.buy(wish, exits)
    else this.#attach(exits, wish.tag ?? '')
  }

  /** Sells what is held by two orders of which one ends the other, in place of earlier exits. */
  oco({ quantity, tag = '', ...wish }: OcoSale): void {
    if (this.#discards()) return
    const legs = legsOfOco(wish, this.#rules)
    const owned = this.#account.quantity
    const { quantityScale, stepSize } = this.#rules
    const held =
      quantity === undefined
        ? owned
        : smaller(roundToAmount(checkAmount('quantity', quantity), 'down', quantityScale), owned)
    if (held < stepSize) return
    const time = closeTimeAt(this.#bars, this.#cursor.index)
    const decisionOpenTime = openTimeAt(this.#bars, this.#cursor.index)
    const cancels = this.#cancelExits()
    const orderNumber = this.#placeExits(legs, held, { decisionTime: time, decisionOpenTime, tag })
    const [below, above] = legs
    const ask: Ask = { kind: 'OCO', quantity: unitsOf(floorTo(held, stepSize)), below, above }
    this.#journal.decisions.add({ time, symbolIndex: this.#symbolIndex, ask, tag, cancels, orderNumber })
  }

  /** Gives a trailing stop to what was bought. */
  trail(fraction: number, tag: string): void {
    this.#attach({ trailingDelta: trailingDeltaOf(fraction) }, tag)
  }

  /** Takes back every order that waits, exits apart. */
  cancel(options?: Tagged): void {
    const cancels = this.#open.numbers(false)
    for (const number of cancels) this.#cancel(number)
    this.#heldBack = []
    this.#place(undefined, { kind: 'CANCEL' }, options?.tag ?? '', cancels)
  }

  /** Takes back everything that waits, exits too, on behalf of whoever stepped in. */
  cancelAll(): void {
    this.#heldBack = []
    for (const number of [...this.#open.numbers(false), ...this.#open.numbers(true)]) {
      if (!this.#open.find(number).isLeaving) this.#cancel(number)
    }
  }

  /** Follows an order's status. An aim whose order ended without a fill is forgotten. */
  onOrder(event: OrderEvent): void {
    const open = this.#open.find(event.orderNumber)
    const { status, reason, time } = event
    this.#journal.orders.update(open.row, { status, executedQuantity: open.executed, reason, time })
    if (open.wish) {
      this.#tell(open, open.wish, reportOf(event, open, open.wish))
      return
    }
    if (isOpen(status)) return
    this.#end(open)
    if (event.orderNumber !== this.#aimOrder) return
    if (!(open.executed > 0)) this.#aim = undefined
    this.#aimOrder = 0
  }

  /** Time has passed: posted orders that have rested long enough are taken back. */
  wake(time: EpochMs): void {
    for (const open of this.#open.dueAt(time)) {
      if (open.wish) this.#tell(open, open.wish, { kind: 'TIMER', time })
    }
  }

  /** Follows an order's fill, and gives its tag. Any fill but the aim's own makes the aim forgotten. */
  onFill(execution: Execution, isFinal: boolean): string {
    const open = this.#open.find(execution.orderNumber)
    open.executed = add(open.executed, execution.quantity)
    if (open.exits) {
      const isInBase =
        execution.commissionQuote === undefined && execution.commissionAsset === this.#rules.baseAsset
      const received = isInBase ? subtract(execution.quantity, execution.commission) : execution.quantity
      open.received = add(open.received, received)
    }
    this.#journal.orders.update(open.row, {
      status: isFinal ? 'FILLED' : 'PARTIALLY_FILLED',
      executedQuantity: open.executed,
      reason: '',
      time: execution.time,
    })
    if (execution.orderNumber !== this.#aimOrder) this.#aim = undefined
    if (open.wish) {
      open.spent = add(open.spent, execution.quote)
      this.#tell(open, open.wish, fillReportOf(execution, isFinal, open, open.wish))
      return open.order.tag
    }
    if (isFinal) this.#end(open)
    if (isFinal && execution.orderNumber === this.#aimOrder) this.#aimOrder = 0
    return open.order.tag
  }

  /** After an event is booked: places the exits of purchases that are done, takes back those of nothing. */
  settle(): void {
    if (this.#entered.length > 0) {
      const entered = this.#entered
      this.#entered = []
      for (const { order, received, exits } of entered) {
        if (exits && !this.#permission.isClosed) {
          this.#placeExits(legsOfExits(exits), this.#withDust(received), order)
        }
      }
    }
    if (this.#open.hasExits && this.#account.quantity < this.#rules.stepSize) this.#cancelExits()
  }

  /** What the desk remembers, as plain data. */
  snapshot(): DeskState {
    return {
      aim: this.#aim,
      aimOrder: this.#aimOrder,
      open: this.#open.snapshot(),
      heldBack: this.#heldBack,
    }
  }

  /** Takes up what `snapshot` gave; open orders get new rows in this journal. */
  restore(state: DeskState): void {
    this.#heldBack = [...state.heldBack]
    this.#aim = state.aim
    this.#aimOrder = state.aimOrder
    this.#open.restore(state.open, ({ order, executed }) => {
      const row = this.#journal.orders.add(order)
      this.#journal.orders.update(row, {
        status: executed > 0 ? 'PARTIALLY_FILLED' : 'NEW',
        executedQuantity: executed,
        reason: '',
        time: order.decisionTime,
      })
      return row
    })
    this.wakeAt = this.#open.deadline
  }

  /** Whether an ask is not followed: its bar came too late, or someone has stepped in. */
  #discards(): boolean {
    const isLate = (valueAt(this.#bars.flags, this.#cursor.index) & BAR_FLAG.late) !== 0
    if (!isLate && !this.#permission.isClosed) return false
    this.discarded++
    return true
  }

  #pauses(): boolean {
    if (!this.#permission.isPaused) return false
    this.discarded++
    return true
  }

  get #quoteScale(): number {
    return this.#rules.priceScale * this.#rules.quantityScale
  }

  get #close(): number {
    return valueAt(this.#bars.close, this.#cursor.index)
  }

  get #closeAmount(): Amount {
    return roundToAmount(this.#close, 'nearest', this.#rules.priceScale)
  }

  /** `isUnbound` sizes a purchase by what is wished for, whatever is free now. */
  #sizing(isUnbound = false): SizingInputs {
    const close = this.#close
    const account = this.#account
    const pool = this.#pool
    let { cash: free } = account
    if (isUnbound) free = WITHOUT_BOUND
    else if (pool.isShared) free = subtract(free, pool.heldQuote)
    else if (this.#open.hasPending) free = subtract(free, this.#open.lockedQuote)
    const beside = pool.isShared ? pool.worthBeside(this) : 0
    const common = { account, free, close, beside, rules: this.#rules, settings: this.#settings }
    return this.#settings.limits?.maxVolume ? { ...common, most: this.#mostByVolume() } : common
  }

  /** Most that one purchase may be, by what the last bars traded. */
  #mostByVolume(): Amount | undefined {
    const { limits } = this.#settings
    const { index } = this.#cursor
    const volumes = this.#bars.volume.subarray(
      Math.max(0, index + 1 - (limits?.maxVolume?.bars ?? 0)),
      index + 1,
    )
    const most = limits && volumeCap(limits, volumes)
    return most === undefined ? undefined : roundToAmount(most, 'down', this.#rules.quantityScale)
  }

  #cancelAim(): readonly OrderNumber[] {
    if (this.#heldBack.length > 0) this.#heldBack = this.#heldBack.filter(({ isAim }) => !isAim)
    if (this.#aimOrder === 0) return NOTHING
    const number = this.#aimOrder
    this.#cancel(number)
    return [number]
  }

  /** Sends a sized order and writes the decision down; gives the order's number, 0 without one. */
  #place(
    sized: SizedOrder | undefined,
    ask: Ask,
    tag: string,
    cancels: readonly OrderNumber[],
    held: { readonly isAim?: boolean; readonly exits?: Exits | undefined } = NO_MORE,
  ): OrderNumber {
    if (!sized && cancels.length === 0) return 0
    const time = closeTimeAt(this.#bars, this.#cursor.index)
    const openTime = openTimeAt(this.#bars, this.#cursor.index)
    const taken = sized?.side === 'SELL' ? [...cancels, ...this.#freeBase(sized.size.quantity ?? 0)] : cancels
    let orderNumber: OrderNumber | undefined
    if (sized && this.#isBeyondFree(sized)) {
      const { isAim = false, exits } = held
      this.#heldBack.push({ size: sized.size, tag, time, openTime, exits, isAim })
    } else if (sized) orderNumber = this.#submit(sized, tag, time, openTime)
    this.#journal.decisions.add({
      time,
      symbolIndex: this.#symbolIndex,
      ask,
      tag,
      cancels: taken,
      orderNumber,
    })
    if (this.#risk && orderNumber !== undefined && !this.#open.has(orderNumber)) {
      // A limit has stopped it.
      this.#aim = undefined
      return 0
    }
    return orderNumber ?? 0
  }

  /** Whether a purchase at market needs more than is free, and another symbol's sale may bring it. */
  #isBeyondFree({ side, size, prices }: SizedOrder): boolean {
    if (!this.#pool.isShared || side === 'SELL' || prices) return false
    const inputs = this.#sizing()
    if (size.quantity !== undefined) return multiplyDown(this.#closeAmount, size.quantity) > inputs.free
    const bought = sizeBuyQuote(size.quoteQuantity, inputs)?.size.quoteQuantity
    return bought === undefined || bought < size.quoteQuantity
  }

  /** A sale that needs what exits hold takes them back first, as the exchange would refuse it otherwise. */
  #freeBase(quantity: Amount): readonly OrderNumber[] {
    if (!this.#open.hasExits) return NOTHING
    if (subtract(this.#account.quantity, this.#open.lockedByExits) >= quantity) return NOTHING
    return this.#cancelExits()
  }

  #cancelExits(): readonly OrderNumber[] {
    const exits = this.#open.numbers(true)
    for (const number of exits) this.#cancel(number)
    return exits
  }

  #attach(exits: Exits, tag: string): void {
    if (this.#discards()) return
    const entry = this.#heldBack.at(-1) ?? this.#open.entry
    const held = this.#account.quantity
    if (entry) entry.exits = exitsWith(entry.exits, exits)
    else if (held < this.#rules.stepSize) return
    const time = closeTimeAt(this.#bars, this.#cursor.index)
    const decisionOpenTime = openTimeAt(this.#bars, this.#cursor.index)
    const cancels = entry ? NOTHING : this.#cancelExits()
    const orderNumber =
      entry === undefined
        ? this.#placeExits(legsOfExits(exits), held, { decisionTime: time, decisionOpenTime, tag })
        : 'order' in entry
          ? entry.order.number
          : undefined
    this.#journal.decisions.add({
      time,
      symbolIndex: this.#symbolIndex,
      ask: { kind: 'EXITS', exits },
      tag,
      cancels,
      orderNumber,
    })
  }

  /** What a purchase brought, and the dust that lay there before: left alone it would add up to a position. */
  #withDust(received: Amount): Amount {
    const free = subtract(this.#account.quantity, this.#open.lockedBase)
    const rest = subtract(free, received)
    const isDust =
      rest > 0 &&
      (rest < this.#rules.stepSize || multiplyDown(this.#closeAmount, rest) < this.#rules.minNotional)
    return isDust ? free : received
  }

  /** Sends exits for a quantity, as one list where there are two; gives the number of the first. */
  #placeExits(legs: readonly OrderPrices[], held: Amount, words: OrderWords): OrderNumber | undefined {
    const quantity = floorTo(held, this.#rules.stepSize)
    if (!(quantity > 0)) return undefined
    const first = this.#numbers.orders + 1
    const { decisionOpenTime, decisionTime, tag } = words
    for (const prices of legs) {
      // `pricesOf` and `legsOfExits` give each type the prices that it has.
      const order = {
        symbolIndex: this.#symbolIndex,
        side: 'SELL',
        quantity: unitsOf(quantity),
        decisionTime,
        decisionOpenTime,
        tag,
        ...(legs.length > 1 && { list: first }),
        number: ++this.#numbers.orders,
        ...prices,
      } as RestingOrder
      this.#send(order, true)
    }
    return first
  }

  /** Sends what a wish becomes at first; gives that order's number. */
  #submit(sized: SizedOrder, tag: string, time: EpochMs, openTime: EpochMs): OrderNumber {
    const { policy } = this.#settings
    const words = { tag, decisionTime: time, decisionOpenTime: openTime }
    if (policy === undefined || sized.prices) {
      const order = this.#orderOf(sized, words)
      const open = this.#keep(order, false)
      this.#sendIfAllowed(open, time)
      return order.number
    }
    const { side, size } = sized
    const least = leastOf(size, this.#closeAmount, this.#rules)
    const { state, actions } = stepMakerFirst(
      newMakerFirst({ side, size: inUnits(size), ...policy, least }),
      {
        kind: 'START',
        time,
      },
    )
    const number = this.#numbers.orders + 1
    for (const action of actions) if (action.kind === 'POST') this.#sendNext(action, state, words, time)
    this.wakeAt = this.#open.deadline
    return number
  }

  /** What a wish does about what happened to its order. */
  #tell(open: OpenOrder, wish: MakerFirst, event: MakerFirstEvent): void {
    const { state, actions } = stepMakerFirst(wish, event)
    open.wish = state
    for (const action of actions) {
      if (action.kind === 'CANCEL') this.#broker.cancel(open.order.number)
      else if (action.kind === 'POST' || action.kind === 'ESCALATE') {
        this.#open.remove(open)
        this.#sendNext(action, state, open.order, event.time, open)
      } else if (action.kind === 'DONE') this.#endWish(open, state)
    }
    this.wakeAt = this.#open.deadline
  }

  /** Sends the next order of a wish; it takes the place of the one before. */
  #sendNext(
    action: Extract<MakerFirstAction, { readonly kind: 'POST' | 'ESCALATE' }>,
    wish: MakerFirst,
    words: OrderWords,
    time: EpochMs,
    before?: OpenOrder,
  ): void {
    const price = this.#close
    const sized =
      action.kind === 'POST'
        ? postedOrder(wish.terms, action.rest, price, this.#rules)
        : takingOrder(wish.terms, action, price, this.#rules)
    const open = this.#keep(this.#orderOf(sized, words), false)
    open.wish = wish
    if (before) {
      open.exits = before.exits
      open.received = before.received
      open.isLeaving = before.isLeaving
      if (this.#aimOrder === before.order.number) this.#aimOrder = open.order.number
    }
    this.#sendIfAllowed(open, time)
  }

  #endWish(open: OpenOrder, wish: MakerFirst): void {
    this.#end(open)
    if (open.order.number !== this.#aimOrder) return
    if (filledBy(wish) === 0n) this.#aim = undefined
    this.#aimOrder = 0
  }

  /** Sends an order, or writes it down as rejected by the limit that stops it. */
  #sendIfAllowed(open: OpenOrder, time: EpochMs): void {
    const { order } = open
    const fault = this.#risk?.check({
      time,
      side: order.side,
      quote: unitsOf(worthOf(order, this.#closeAmount)),
      exposure: unitsOf(this.#exposureBeside(open)),
    })
    if (fault === undefined) {
      this.#broker.submit(order)
      return
    }
    this.#journal.orders.update(open.row, { status: 'REJECTED', executedQuantity: 0, reason: fault, time })
    if (open.wish) {
      this.#tell(open, open.wish, { kind: 'STOPPED', attempt: open.wish.orders.length, time })
    } else this.#end(open)
  }

  /** What is held, and what all other purchases may still buy, in quote. */
  #exposureBeside({ order }: OpenOrder): Amount {
    const price = this.#closeAmount
    const own = order.side === 'BUY' ? worthOf(order, price) : 0
    const held = add(multiplyDown(price, this.#account.quantity), this.#open.heldQuote(price))
    return subtract(held, own)
  }

  #orderOf({ side, size, prices }: SizedOrder, words: OrderWords): Order {
    const { tag, decisionTime: time, decisionOpenTime } = words
    const number = ++this.#numbers.orders
    if (prices) {
      // `sizeResting` sizes in base, and `pricesOf` gives each type the prices that it has.
      const common = {
        number,
        symbolIndex: this.#symbolIndex,
        side,
        decisionTime: time,
        decisionOpenTime,
        tag,
      }
      return { ...common, ...prices, quantity: unitsOf(size.quantity ?? 0) } as RestingOrder
    }
    // Written out: with an order at every second bar, spreading shows.
    return size.quantity === undefined
      ? {
          number,
          symbolIndex: this.#symbolIndex,
          side,
          type: 'MARKET',
          decisionTime: time,
          decisionOpenTime,
          tag,
          quoteQuantity: unitsOf(size.quoteQuantity),
        }
      : {
          number,
          symbolIndex: this.#symbolIndex,
          side,
          type: 'MARKET',
          decisionTime: time,
          decisionOpenTime,
          tag,
          quantity: unitsOf(size.quantity),
        }
  }

  #send(order: Order, isExit: boolean): void {
    this.#keep(order, isExit)
    this.#broker.submit(order)
  }

  /** Writes an order down as one that can trade. */
  #keep(order: Order, isExit: boolean): OpenOrder {
    const row = this.#journal.orders.add(order)
    const open = newOpenOrder(order, row, isExit)
    this.#open.add(open)
    this.hasAsked = true
    return open
  }

  #cancel(number: OrderNumber): void {
    this.hasAsked = true
    const open = this.#open.find(number)
    open.isLeaving = true
    if (open.wish) {
      const time = closeTimeAt(this.#bars, this.#cursor.index)
      this.#tell(open, open.wish, { kind: 'WITHDRAW', time })
    } else this.#broker.cancel(number)
  }

  #end(open: OpenOrder): void {
    this.#open.remove(open)
    if (open.exits && open.received > 0) this.#entered.push(open)
  }
}

/** What an order is worth in quote: at its limit or stop, or at the last price. */
function worthOf(order: Order, price: Amount): Amount {
  if (order.quantity === undefined) return toAmount(order.quoteQuantity)
  const own = 'price' in order ? order.price : 'stopPrice' in order ? order.stopPrice : undefined
  return multiplyDown(own === undefined ? price : toAmount(own), toAmount(order.quantity))
}

/** A size as a decision and an order have it. */
function inUnits(size: Size): OrderSize {
  return size.quantity === undefined
    ? { quoteQuantity: unitsOf(size.quoteQuantity) }
    : { quantity: unitsOf(size.quantity) }
}

function checkAmount(name: string, amount: number): number {
  if (Number.isFinite(amount) && amount >= 0) return amount
  throw new RangeError(`${name} must be a number of at least 0, was ${amount}`)
}
