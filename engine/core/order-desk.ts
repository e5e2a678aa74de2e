/**
 * Turns what a strategy asks for into orders, and follows what becomes of them. Floor 2.
 */

import type { Cursor } from '../math/series.js'
import { BAR_FLAG, type Bars, closeTimeAt, openTimeAt, valueAt } from '../model/bars.js'
import type { Ask, Exits } from '../model/decision.js'
import type { Execution, OrderEvent } from '../model/event.js'
import { floorTo, multiplyDown, toNumber, toUnits, type Units } from '../model/money.js'
import { isOpen, type Order, type OrderNumber, type OrderSize, type RestingOrder } from '../model/order.js'
import type { Broker } from '../model/ports.js'
import type { MarketSettings } from '../model/settings.js'
import type { SymbolRules } from '../model/symbol-rules.js'
import type { EpochMs } from '../model/time.js'
import type { Account } from './account.js'
import type { BracketExits, BuySize, OrderTerms, SellSize, Tagged } from './context.js'
import type { Journal } from './journal/journal.js'
import type { Numbers } from './numbers.js'
import { type OpenOrder, type OpenOrderState, OpenOrders } from './open-orders.js'
import { exitsOf, pricesOf, trailingDeltaOf } from './order-terms.js'
import type { Permission } from './permission.js'
import type { Pool, PoolMember } from './pool.js'
import {
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
  readonly size: OrderSize
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

/** Asks in, orders out. The strategy's context calls it at a bar's close. */
export class OrderDesk implements PoolMember {
  readonly #symbolIndex: number
  readonly #bars: Bars
  readonly #cursor: Cursor
  readonly #rules: SymbolRules
  readonly #settings: MarketSettings
  readonly #account: Readonly<Account>
  readonly #broker: Broker
  readonly #journal: Journal
  readonly #numbers: Numbers
  readonly #pool: Pool
  readonly #permission: Readonly<Permission>
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
    readonly settings: MarketSettings
    readonly account: Readonly<Account>
    readonly broker: Broker
    readonly journal: Journal
    readonly numbers: Numbers
    readonly pool: Pool
    readonly permission: Readonly<Permission>
  }) {
    this.#symbolIndex = parts.symbolIndex
    this.#bars = parts.bars
    this.#cursor = parts.cursor
    this.#rules = parts.rules
    this.#settings = parts.settings
    this.#account = parts.account
    this.#broker = parts.broker
    this.#journal = parts.journal
    this.#numbers = parts.numbers
    this.#pool = parts.pool
    this.#permission = parts.permission
    this.#pool.add(this)
  }

  /** Whether an order waits that is no exit. */
  get hasPending(): boolean {
    return this.#open.hasPending || this.#heldBack.length > 0
  }

  /** Quote that orders on the book hold. */
  get lockedQuote(): Units {
    return this.#open.hasPending ? this.#open.lockedQuote : 0n
  }

  get heldQuote(): Units {
    return this.#open.hasPending ? this.#open.heldQuote(this.#closeUnits) : 0n
  }

  get isSelling(): boolean {
    return this.#open.isSelling
  }

  get hasHeldBack(): boolean {
    return this.#heldBack.length > 0
  }

  get worth(): number {
    if (this.#account.quantity === 0n) return 0
    return toNumber(this.#account.quantity, this.#rules.quantityScale) * this.#close
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
    this.#submit(wish, tag, closeTimeAt(this.#bars, i), openTimeAt(this.#bars, i))
  }

  /** Buys; the exits are placed when the order is done. */
  buy(wish: BuySize & OrderTerms, exits?: Exits): void {
    if (this.#discards() || this.#pauses()) return
    const prices = pricesOf('BUY', wish, this.#rules)
    const inputs = this.#sizing(this.#pool.isShared && !prices)
    const amount =
      'quote' in wish
        ? { quoteQuantity: toUnits(checkAmount('quote', wish.quote), 'down', this.#quoteScale) }
        : { quantity: toUnits(checkAmount('quantity', wish.quantity), 'down', this.#rules.quantityScale) }
    const ask: Ask = { kind: 'ORDER', side: 'BUY', ...amount, ...prices, ...(exits && { exits }) }
    const order = prices ? sizeResting('BUY', amount, prices, inputs) : sizeBuy(amount, inputs)
    const number = this.#place(order, ask, wish.tag ?? '', NOTHING, { exits })
    if (exits && number > 0) this.#open.find(number).exits = exits
  }

  /** Sells at most what is owned. */
  sell(wish: SellSize & OrderTerms): void {
    if (this.#discards()) return
    const inputs = this.#sizing()
    const prices = pricesOf('SELL', wish, this.#rules)
    const quantity = toUnits(checkAmount('quantity', wish.quantity), 'down', this.#rules.quantityScale)
    const order = prices ? sizeResting('SELL', { quantity }, prices, inputs) : sizeSell(quantity, inputs)
    this.#place(order, { kind: 'ORDER', side: 'SELL', quantity, ...prices }, wish.tag ?? '', NOTHING)
  }

  /** Buys with exits, or gives exits to what was bought. */
  bracket(wish: BracketExits | (BuySize & OrderTerms & BracketExits)): void {
    const exits = exitsOf(wish, this.#rules)
    if ('quote' in wish || 'quantity' in wish) this.buy(wish, exits)
    else this.#attach(exits, wish.tag ?? '')
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
    if (isOpen(status)) return
    this.#end(open)
    if (event.orderNumber !== this.#aimOrder) return
    if (open.executed === 0n) this.#aim = undefined
    this.#aimOrder = 0
  }

  /** Follows an order's fill, and gives its tag. Any fill but the aim's own makes the aim forgotten. */
  onFill(execution: Execution, isFinal: boolean): string {
    const open = this.#open.find(execution.orderNumber)
    open.executed += execution.quantity
    if (open.exits) {
      const isInBase = execution.commissionAsset === this.#rules.baseAsset
      open.received += execution.quantity - (isInBase ? execution.commission : 0n)
    }
    this.#journal.orders.update(open.row, {
      status: isFinal ? 'FILLED' : 'PARTIALLY_FILLED',
      executedQuantity: open.executed,
      reason: '',
      time: execution.time,
    })
    if (isFinal) this.#end(open)
    if (execution.orderNumber !== this.#aimOrder) this.#aim = undefined
    else if (isFinal) this.#aimOrder = 0
    return open.order.tag
  }

  /** After an event is booked: places the exits of purchases that are done, takes back those of nothing. */
  settle(): void {
    if (this.#entered.length > 0) {
      const entered = this.#entered
      this.#entered = []
      for (const { order, received, exits } of entered) {
        if (exits && !this.#permission.isClosed) this.#placeExits(exits, received, order)
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
        status: executed > 0n ? 'PARTIALLY_FILLED' : 'NEW',
        executedQuantity: executed,
        reason: '',
        time: order.decisionTime,
      })
      return row
    })
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

  get #closeUnits(): Units {
    return toUnits(this.#close, 'nearest', this.#rules.priceScale)
  }

  /** `isUnbound` sizes a purchase by what is wished for, whatever is free now. */
  #sizing(isUnbound = false): SizingInputs {
    const close = this.#close
    const account = this.#account
    const pool = this.#pool
    let { cash: free } = account
    if (isUnbound) free = WITHOUT_BOUND
    else if (pool.isShared) free -= pool.heldQuote
    else if (this.#open.hasPending) free -= this.#open.lockedQuote
    const beside = pool.isShared ? pool.worthBeside(this) : 0
    return { account, free, close, beside, rules: this.#rules, settings: this.#settings }
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
    const taken =
      sized?.side === 'SELL' ? [...cancels, ...this.#freeBase(sized.size.quantity ?? 0n)] : cancels
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
    return orderNumber ?? 0
  }

  /** Whether a purchase at market needs more than is free, and another symbol's sale may bring it. */
  #isBeyondFree({ side, size, prices }: SizedOrder): boolean {
    if (!this.#pool.isShared || side === 'SELL' || prices) return false
    const inputs = this.#sizing()
    if (size.quantity !== undefined) return multiplyDown(this.#closeUnits, size.quantity) > inputs.free
    return sizeBuyQuote(size.quoteQuantity, inputs)?.size.quoteQuantity !== size.quoteQuantity
  }

  /** A sale that needs what exits hold takes them back first, as the exchange would refuse it otherwise. */
  #freeBase(quantity: Units): readonly OrderNumber[] {
    if (!this.#open.hasExits) return NOTHING
    if (this.#account.quantity - this.#open.lockedByExits >= quantity) return NOTHING
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
    if (entry) entry.exits = { ...entry.exits, ...exits }
    else if (held < this.#rules.stepSize) return
    const time = closeTimeAt(this.#bars, this.#cursor.index)
    const decisionOpenTime = openTimeAt(this.#bars, this.#cursor.index)
    const cancels = entry ? NOTHING : this.#cancelExits()
    const orderNumber =
      entry === undefined
        ? this.#placeExits(exits, held, { decisionTime: time, decisionOpenTime, tag })
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

  /** Sends exits for a quantity, as one list where there are two; gives the number of the first. */
  #placeExits(
    { stop, takeProfit, trailingDelta }: Exits,
    held: Units,
    { decisionTime, decisionOpenTime, tag }: Pick<Order, 'decisionTime' | 'decisionOpenTime' | 'tag'>,
  ): OrderNumber | undefined {
    const quantity = floorTo(held, this.#rules.stepSize)
    if (quantity === 0n) return undefined
    const falls = stop !== undefined || trailingDelta !== undefined
    const first = this.#numbers.orders + 1
    const common = {
      symbolIndex: this.#symbolIndex,
      side: 'SELL',
      quantity,
      decisionTime,
      decisionOpenTime,
      tag,
      ...(falls && takeProfit !== undefined && { list: first }),
    } as const
    if (falls) {
      const trigger = {
        ...(stop !== undefined && { stopPrice: stop }),
        ...(trailingDelta !== undefined && { trailingDelta }),
      }
      this.#send({ ...common, number: ++this.#numbers.orders, type: 'STOP_LOSS', ...trigger }, true)
    }
    if (takeProfit !== undefined) {
      this.#send({ ...common, number: ++this.#numbers.orders, type: 'LIMIT_MAKER', price: takeProfit }, true)
    }
    return first
  }

  #submit(
    { side, size, prices }: SizedOrder,
    tag: string,
    time: EpochMs,
    decisionOpenTime: EpochMs,
  ): OrderNumber {
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
      this.#send({ ...common, ...prices, quantity: size.quantity } as RestingOrder, false)
    } else {
      // Written out: with an order at every second bar, spreading shows.
      this.#send(
        size.quantity === undefined
          ? {
              number,
              symbolIndex: this.#symbolIndex,
              side,
              type: 'MARKET',
              decisionTime: time,
              decisionOpenTime,
              tag,
              quoteQuantity: size.quoteQuantity,
            }
          : {
              number,
              symbolIndex: this.#symbolIndex,
              side,
              type: 'MARKET',
              decisionTime: time,
              decisionOpenTime,
              tag,
              quantity: size.quantity,
            },
        false,
      )
    }
    return number
  }

  #send(order: Order, isExit: boolean): void {
    const row = this.#journal.orders.add(order)
    this.#open.add({ order, row, isExit, exits: undefined, executed: 0n, received: 0n, isLeaving: false })
    this.hasAsked = true
    this.#broker.submit(order)
  }

  #cancel(number: OrderNumber): void {
    this.hasAsked = true
    this.#open.find(number).isLeaving = true
    this.#broker.cancel(number)
  }

  #end(open: OpenOrder): void {
    this.#open.remove(open)
    if (open.exits && open.received > 0n) this.#entered.push(open)
  }
}

function checkAmount(name: string, amount: number): number {
  if (Number.isFinite(amount) && amount >= 0) return amount
  throw new RangeError(`${name} must be a number of at least 0, was ${amount}`)
}
