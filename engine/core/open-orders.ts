/** Orders of a session that can still trade, and what they hold. Floor 2. */
import { type Amount, add, multiplyDown, subtract, toAmount } from '../model/amount.js'
import type { Exits } from '../model/decision.js'
import { InvariantError } from '../model/errors.js'
import { isSecondOfPair, type Order, type OrderNumber } from '../model/order.js'
import type { EpochMs } from '../model/time.js'
import type { MakerFirst } from './policy/maker-first-state.js'

/** An order that can still trade, and its row in the journal. */
export interface OpenOrder {
  readonly order: Order
  readonly row: number
  /** Whether it is a position's exit: it stands until the position is gone. */
  isExit: boolean
  /** Whether it waits for the first order of its list, and holds nothing yet. */
  isPending: boolean
  /** What to place when this purchase is done. */
  exits: Exits | undefined
  executed: Amount
  /** Quote traded, where it serves a wish. */
  spent: Amount
  /** Base that came in, commission taken off. */
  received: Amount
  /** Whether it was asked to be taken back. */
  isLeaving: boolean
  /** Whether another is on its way to take its place: what it holds is the other's. */
  isReplaced: boolean
  /** The maker-first wish that it serves. */
  wish: MakerFirst | undefined
}

/** An order that has just been asked for. */
export function newOpenOrder(order: Order, row: number, isExit: boolean): OpenOrder {
  return {
    order,
    row,
    isExit,
    isPending: order.listRole === 'PENDING',
    exits: undefined,
    executed: 0,
    spent: 0,
    received: 0,
    isLeaving: false,
    isReplaced: false,
    wish: undefined,
  }
}

/** What is remembered of an open order; plain data. */
export type OpenOrderState = Omit<OpenOrder, 'row'>

/** The open orders of one symbol, oldest first. */
export class OpenOrders {
  #orders: OpenOrder[] = []
  #exitCount = 0

  /** Whether an order waits that is no exit. */
  get hasPending(): boolean {
    return this.#orders.length > this.#exitCount
  }

  /** Whether a position has an exit on the book. */
  get hasExits(): boolean {
    return this.#exitCount > 0
  }

  /** Numbers of the exits, or of all others. */
  numbers(isExit: boolean): readonly OrderNumber[] {
    return this.#orders.filter((one) => one.isExit === isExit).map(({ order }) => order.number)
  }

  /** The youngest purchase that waits and is no exit. */
  get entry(): OpenOrder | undefined {
    return this.#orders.findLast(
      ({ order, isExit, isPending }) => order.side === 'BUY' && !isExit && !isPending,
    )
  }

  /** The youngest order of a tag that is no exit and stays. */
  named(tag: string): OpenOrder | undefined {
    return this.#orders.findLast(
      ({ order, isExit, isLeaving, isReplaced }) => order.tag === tag && !isExit && !isLeaving && !isReplaced,
    )
  }

  /** What was to take an order's place has ended: where the order is still there, it stays. */
  keep(number: OrderNumber): void {
    for (const open of this.#orders) if (open.order.number === number) open.isReplaced = false
  }

  /** Quote that resting purchases hold. */
  get lockedQuote(): Amount {
    let locked: Amount = 0
    for (const { order, executed, isPending, isReplaced } of this.#orders) {
      if (order.side === 'SELL' || order.type === 'MARKET' || isPending || isReplaced) continue
      const price = 'price' in order ? order.price : (order.stopPrice ?? 0n)
      const left = subtract(toAmount(order.quantity), executed)
      locked = add(locked, multiplyDown(toAmount(price), left))
    }
    return locked
  }

  /** Quote that all purchases hold which stay; one at market that is sized in base is valued at `price`. */
  heldQuote(price: Amount): Amount {
    let held = this.lockedQuote
    for (const { order, executed, isLeaving, isPending, isReplaced } of this.#orders) {
      if (isLeaving || isPending || isReplaced || order.side === 'SELL' || order.type !== 'MARKET') continue
      held = add(
        held,
        order.quantity === undefined
          ? toAmount(order.quoteQuantity)
          : multiplyDown(price, subtract(toAmount(order.quantity), executed)),
      )
    }
    return held
  }

  /** Whether a sale at market waits that stays. */
  get isSelling(): boolean {
    return this.#orders.some(
      ({ order, isLeaving, isPending, isReplaced, wish }) =>
        !isLeaving && !isPending && !isReplaced && order.side === 'SELL' && (wish || order.type === 'MARKET'),
    )
  }

  /** Base that exits hold; two of one list hold it once. */
  get lockedByExits(): Amount {
    let locked: Amount = 0
    for (const { order, executed, isExit } of this.#orders) {
      if (isExit && !isSecondOfPair(order) && order.quantity !== undefined) {
        locked = add(locked, subtract(toAmount(order.quantity), executed))
      }
    }
    return locked
  }

  /** Base that sales hold; two of one list hold it once. */
  get lockedBase(): Amount {
    let locked = this.lockedByExits
    for (const { order, executed, isExit, isPending } of this.#orders) {
      if (isExit || isPending || order.side === 'BUY' || order.quantity === undefined) continue
      locked = add(locked, subtract(toAmount(order.quantity), executed))
    }
    return locked
  }

  /** When the first of the posted orders has rested long enough. */
  get deadline(): number {
    let first = Number.POSITIVE_INFINITY
    for (const { wish } of this.#orders) {
      if (wish?.deadline !== undefined && !wish.isTimedOut && wish.deadline < first) first = wish.deadline
    }
    return first
  }

  /** Orders whose time is up. */
  dueAt(time: EpochMs): readonly OpenOrder[] {
    return this.#orders.filter(
      ({ wish }) => wish?.deadline !== undefined && !wish.isTimedOut && wish.deadline <= time,
    )
  }

  add(open: OpenOrder): void {
    // Pushing makes room for seventeen, and emptying gives it back: most often one order waits.
    if (this.#orders.length === 0) this.#orders = [open]
    else this.#orders.push(open)
    if (open.isExit) this.#exitCount++
  }

  has(number: OrderNumber): boolean {
    return this.#orders.some(({ order }) => order.number === number)
  }

  /** The order of a number. Throws an InvariantError when it is not open. */
  find(number: OrderNumber): OpenOrder {
    for (const open of this.#orders) if (open.order.number === number) return open
    throw new InvariantError(`an event must name an open order, ${number} is none`)
  }

  /** What waited for another order of its list works now; a sale is an exit of what that one bought. */
  bringIn(open: OpenOrder): void {
    open.isPending = false
    if (open.order.side === 'BUY' || open.isExit) return
    open.isExit = true
    this.#exitCount++
  }

  remove(open: OpenOrder): void {
    if (open.isExit) this.#exitCount--
    if (this.#orders.length === 1) this.#orders = []
    else this.#orders.splice(this.#orders.indexOf(open), 1)
  }

  snapshot(): readonly OpenOrderState[] {
    return this.#orders.map(({ row: _, ...state }) => state)
  }

  /** Takes up what `snapshot` gave; `rowOf` says where in the journal an order stands. */
  restore(states: readonly OpenOrderState[], rowOf: (state: OpenOrderState) => number): void {
    this.#orders = states.map((state) => ({ ...state, row: rowOf(state) }))
    this.#exitCount = states.filter(({ isExit }) => isExit).length
  }
}
