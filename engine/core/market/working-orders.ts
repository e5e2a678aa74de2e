/** The orders of one simulated market: those that it has not seen yet, and those on its book. Floor 2. */
import { type Amount, add, subtract, unitsOf } from '../../model/amount.js'
import { type Bars, valueAt } from '../../model/bars.js'
import { isStop, type OrderNumber, type Side } from '../../model/order.js'
import type { SentOrder } from '../../model/sent-order.js'
import type { MarketRules } from '../../model/symbol-rules.js'
import { putIn, takeOut } from '../short-list.js'
import type { FilterView } from './further-filters.js'
import { isFalling, isTrailing, lockOf, remembered, revived, type WorkingOrder } from './working-order.js'

const NOTHING: readonly WorkingOrder[] = []

/** What a simulated market remembers; plain data. */
export interface WorkingOrdersState {
  readonly waiting: readonly WorkingOrder[]
  readonly resting: readonly WorkingOrder[]
  readonly canceled: readonly OrderNumber[]
  /** Of lists, until the order that they wait for is filled. */
  readonly pending: readonly WorkingOrder[]
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
  #arriving: WorkingOrder[] = []
  /** A market order that is over, for the next one. */
  #spare: WorkingOrder | undefined

  /** Of lists: they wait until the first order of theirs is filled. */
  #pending: WorkingOrder[] = []

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

  /** Whether an order waits or rests. */
  get hasLive(): boolean {
    return this.#waiting.length > 0 || this.#resting.length > 0
  }

  /** Whether orders were taken back of which the session has not been told. */
  get hasCanceled(): boolean {
    return this.#canceled.length > 0
  }

  /** Takes in an order that has just been asked for. */
  add(working: WorkingOrder): void {
    if (working.isPending) {
      putIn(this.#pending, working)
      return
    }
    putIn(this.#waiting, working)
  }

  /** The orders that wait; none waits from then on. */
  takeWaiting(): readonly WorkingOrder[] {
    const waiting = this.#waiting
    this.#waiting = []
    return waiting
  }

  /** The orders that wait, which may from now on be ended by one another until `settle`. */
  arrive(): readonly WorkingOrder[] {
    const seen = this.#arriving
    while (seen.length > 0) seen.pop()
    this.#arriving = this.#waiting
    this.#waiting = seen
    return this.#arriving
  }

  /** All that came in has been seen: what of it is over may be another order from now on. */
  settle(): void {
    const seen = this.#arriving
    while (seen.length > 0) {
      const working = seen.pop()
      if (working?.isDone === true && working.order.type === 'MARKET') this.#spare = working
    }
  }

  /** A market order that is over and that nobody holds any more, to be written over; undefined where there is none. */
  takeSpare(): WorkingOrder | undefined {
    const spare = this.#spare
    this.#spare = undefined
    return spare
  }

  /** All orders, the ones on the book first; none is left. */
  takeAll(): readonly WorkingOrder[] {
    const all = [...this.#resting, ...this.#waiting, ...this.#pending]
    this.#waiting = []
    this.#resting = []
    this.#pending = []
    return all
  }

  /** The numbers of orders that were taken back, once. */
  takeCanceled(): readonly OrderNumber[] {
    const canceled = this.#canceled
    this.#canceled = []
    return canceled
  }

  /** Takes an order back, if it is still there, and with it all that is open of its list. */
  cancel(number: OrderNumber): void {
    const taken =
      named(this.#waiting, number) ??
      named(this.#resting, number) ??
      named(this.#arriving, number) ??
      named(this.#pending, number)
    if (!taken) return
    for (const one of [taken, ...this.othersOf(taken)]) {
      this.remove(one)
      this.#canceled.push(one.order.number)
    }
  }

  /** Puts an order on the book. */
  rest(working: WorkingOrder): void {
    putIn(this.#resting, working)
  }

  /**
   * Takes an order that is over from wherever it is. One that was taken back by whoever heard of a fill or of another
   * order of its list, and ends at this very moment, has this end: the answer to the cancel is left out.
   */
  remove(working: WorkingOrder): void {
    working.isDone = true
    if (this.#canceled.length > 0) takeOut(this.#canceled, working.order.number)
    if (takeOut(this.#resting, working) || takeOut(this.#waiting, working)) return
    takeOut(this.#pending, working)
  }

  /** Other orders of its list that can still trade. */
  othersOf({ order: { list, number } }: WorkingOrder): readonly WorkingOrder[] {
    let others = NOTHING
    if (list === undefined) return others
    for (const orders of [this.#resting, this.#waiting, this.#arriving, this.#pending]) {
      for (const other of orders) {
        const { isDone, order } = other
        // What comes in at an open is in two places, once it rests.
        if (!isDone && order.list === list && order.number !== number && !others.includes(other))
          others = [...others, other]
      }
    }
    return others
  }

  /** What waited for another order of its list is asked for now. */
  bringIn(working: WorkingOrder): void {
    takeOut(this.#pending, working)
    putIn(this.#waiting, working)
  }

  /** Quote that purchases hold on the book. */
  get lockedQuote(): Amount {
    return this.#lockedBy('BUY', undefined)
  }

  /** What is left of `owned` for an order, after what others on the book hold. */
  freeFor(order: SentOrder, owned: Amount): Amount {
    if (this.#resting.length === 0) return owned
    const free = subtract(owned, this.#lockedBy(order.side, order))
    return free > 0 ? free : 0
  }

  /** What filters see that look beyond one order. */
  view(): Omit<FilterView, 'reference' | 'position'> & { readonly buying: bigint } {
    const isAlgo = ({ order, isTriggered }: WorkingOrder) => isStop(order) && !isTriggered
    const buying = this.#resting.reduce(
      (sum, { order, executed }) =>
        order.side === 'BUY' && order.quantity !== undefined
          ? sum + unitsOf(order.quantity) - unitsOf(executed)
          : sum,
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
    return {
      waiting: this.#waiting.map(remembered),
      resting: this.#resting.map(remembered),
      canceled: [...this.#canceled],
      pending: this.#pending.map(remembered),
    }
  }

  /** Takes up what `snapshot` gave. */
  restore(state: WorkingOrdersState): void {
    const { waiting, resting, canceled, pending } = structuredClone(state)
    this.#waiting = waiting.map(revived)
    this.#resting = resting.map(revived)
    this.#canceled = [...canceled]
    this.#pending = pending.map(revived)
  }

  /** What the orders of a side hold on the book; those of one list hold the same asset once, `own` its list's not. */
  #lockedBy(side: Side, own: SentOrder | undefined): Amount {
    let locked: Amount = 0
    for (let k = 0; k < this.#resting.length; k++) {
      const other = this.#resting[k]
      if (!other || other.order.side !== side || other.order.number === own?.number) continue
      const { list } = other.order
      if (list !== undefined && (list === own?.list || this.#isListedBefore(k, other.order))) continue
      locked = add(locked, lockOf(other, this.#rules))
    }
    return locked
  }

  /** Whether an order of the same list and side stands on the book before place `k`. */
  #isListedBefore(k: number, { list, side }: SentOrder): boolean {
    for (let j = 0; j < k; j++) {
      const before = this.#resting[j]?.order
      if (before?.list === list && before?.side === side) return true
    }
    return false
  }
}

function named(orders: readonly WorkingOrder[], number: OrderNumber): WorkingOrder | undefined {
  return orders.find(({ isDone, order }) => !isDone && order.number === number)
}
