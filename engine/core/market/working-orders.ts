/** The orders of one simulated market: those that it has not seen yet, and those on its book. Floor 2. */
import { type Amount, add, subtract, unitsOf } from '../../model/amount.js'
import { type Bars, valueAt } from '../../model/bars.js'
import { isStop, type Order, type OrderNumber } from '../../model/order.js'
import type { MarketRules } from '../../model/symbol-rules.js'
import type { FilterView } from './further-filters.js'
import { isFalling, isTrailing, lockOf, revived, type WorkingOrder } from './working-order.js'

const NOTHING: readonly WorkingOrder[] = []

/** What a simulated market remembers; plain data. */
export interface WorkingOrdersState {
  readonly waiting: readonly WorkingOrder[]
  readonly resting: readonly WorkingOrder[]
  readonly canceled: readonly OrderNumber[]
}

/** Who waits, who rests, and what they hold. */
export class WorkingOrders {
  readonly #rules: MarketRules
  /** Asked for since the last bar that filled: the market has not seen them. */
  #waiting: WorkingOrder[] = []
  /** On the book, oldest first. */
  #resting: WorkingOrder[] = []
  /** Taken back at the last close; the session is told before the next bar, as it would be live. */
  #canceled: OrderNumber[] = []
  /** Of the orders that come in at this open, those not yet seen may still be ended by one that was. */
  #arriving: readonly WorkingOrder[] = NOTHING

  constructor(rules: MarketRules) {
    this.#rules = rules
  }

  /** On the book, oldest first. */
  get resting(): readonly WorkingOrder[] {
    return this.#resting
  }

  get hasWaiting(): boolean {
    return this.#waiting.length > 0
  }

  get hasResting(): boolean {
    return this.#resting.length > 0
  }

  /** Whether orders were taken back of which the session has not been told. */
  get hasCanceled(): boolean {
    return this.#canceled.length > 0
  }

  /** Takes in an order that has just been asked for. */
  add(working: WorkingOrder): void {
    // As with open orders: one at a time is the usual case.
    if (this.#waiting.length === 0) this.#waiting = [working]
    else this.#waiting.push(working)
  }

  /** The orders that wait; none waits from then on. */
  takeWaiting(): readonly WorkingOrder[] {
    const waiting = this.#waiting
    this.#waiting = []
    return waiting
  }

  /** The orders that wait, which may from now on be ended by one another until `settle`. */
  arrive(): readonly WorkingOrder[] {
    this.#arriving = this.takeWaiting()
    return this.#arriving
  }

  /** All that came in has been seen. */
  settle(): void {
    this.#arriving = NOTHING
  }

  /** All orders, the ones on the book first; none is left. */
  takeAll(): readonly WorkingOrder[] {
    const all = [...this.#resting, ...this.#waiting]
    this.#waiting = []
    this.#resting = []
    return all
  }

  /** The numbers of orders that were taken back, once. */
  takeCanceled(): readonly OrderNumber[] {
    const canceled = this.#canceled
    this.#canceled = []
    return canceled
  }

  /** Takes an order back, if it is still there. */
  cancel(number: OrderNumber): void {
    const isTaken = take(this.#waiting, number) || take(this.#resting, number)
    if (isTaken || this.#takeArriving(number)) this.#canceled.push(number)
  }

  /** Puts an order on the book. */
  rest(working: WorkingOrder): void {
    this.#resting.push(working)
  }

  /** Takes an order that is over from the book. */
  remove(working: WorkingOrder): void {
    working.isDone = true
    const k = this.#resting.indexOf(working)
    if (k >= 0) this.#resting.splice(k, 1)
  }

  /** Other orders of its list that can still trade. */
  rivalsOf({ order: { list, number } }: WorkingOrder): readonly WorkingOrder[] {
    return [...this.#resting, ...this.#arriving].filter(
      ({ isDone, order }) => !isDone && order.list === list && order.number !== number,
    )
  }

  /** Quote that purchases hold on the book. */
  get lockedQuote(): Amount {
    let locked: Amount = 0
    const lists = new Set<OrderNumber>()
    for (const working of this.#resting) {
      const { list, side } = working.order
      if (side === 'SELL' || (list !== undefined && lists.has(list))) continue
      if (list !== undefined) lists.add(list)
      locked = add(locked, lockOf(working, this.#rules))
    }
    return locked
  }

  /** What is left of `owned` for an order, after what others on the book hold. */
  freeFor(order: Order, owned: Amount): Amount {
    if (this.#resting.length === 0) return owned
    let free = owned
    const lists = new Set<OrderNumber | undefined>([order.list])
    lists.delete(undefined)
    for (const other of this.#resting) {
      const { list, number, side } = other.order
      if (side !== order.side || number === order.number || lists.has(list)) continue
      // Orders of one list hold the same asset once.
      if (list !== undefined) lists.add(list)
      free = subtract(free, lockOf(other, this.#rules))
    }
    return free > 0 ? free : 0
  }

  /** What filters see that look beyond one order. */
  view(): Omit<FilterView, 'reference' | 'position'> & { readonly buying: bigint } {
    const isAlgo = ({ order, isTriggered }: WorkingOrder) => isStop(order) && !isTriggered
    const buying = this.#resting.reduce(
      (sum, { order, executed }) =>
        order.side === 'BUY' && order.quantity !== undefined ? sum + order.quantity - unitsOf(executed) : sum,
      0n,
    )
    return {
      openOrders: this.#resting.length,
      openStops: this.#resting.filter(isAlgo).length,
      buying,
    }
  }

  /**
   * The first bar from `i` on at which an order on the book may act; `to` when there is none before. Only a price
   * ends the quiet; a trailing trigger moves with every bar.
   */
  firstReached({ low, high }: Pick<Bars, 'low' | 'high'>, i: number, to: number): number {
    let down = Number.NEGATIVE_INFINITY
    let up = Number.POSITIVE_INFINITY
    for (const working of this.#resting) {
      if (isTrailing(working) && !working.isTriggered) return i
      const price = isStop(working.order) && !working.isTriggered ? working.stop : working.limit
      if (isFalling(working)) down = Math.max(down, price)
      else up = Math.min(up, price)
    }
    for (let k = i; k < to; k++) if (valueAt(low, k) <= down || valueAt(high, k) >= up) return k
    return to
  }

  /** What it remembers, as plain data. */
  snapshot(): WorkingOrdersState {
    return structuredClone({ waiting: this.#waiting, resting: this.#resting, canceled: this.#canceled })
  }

  /** Takes up what `snapshot` gave. */
  restore(state: WorkingOrdersState): void {
    const { waiting, resting, canceled } = structuredClone(state)
    this.#waiting = waiting.map(revived)
    this.#resting = resting.map(revived)
    this.#canceled = [...canceled]
  }

  #takeArriving(number: OrderNumber): boolean {
    const taken = this.#arriving.find(({ order, isDone }) => order.number === number && !isDone)
    if (taken) taken.isDone = true
    return taken !== undefined
  }
}

function take(orders: WorkingOrder[], number: OrderNumber): boolean {
  const k = orders.findIndex(({ order }) => order.number === number)
  const [taken] = k < 0 ? [] : orders.splice(k, 1)
  if (taken) taken.isDone = true
  return taken !== undefined
}
