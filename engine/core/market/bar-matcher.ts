/** Lets a stretch of the market pass over the orders: what comes in at its open, and what it reaches. Floor 2. */
import { type Bars, valueAt } from '../../model/bars.js'
import { isStop } from '../../model/order.js'
import type { MarketSettings } from '../../model/settings.js'
import type { MarketRules } from '../../model/symbol-rules.js'
import type { Stretch } from './execution.js'
import {
  beginsToTrail,
  fallsToStopPrice,
  fallsToTrigger,
  matchFirstOpen,
  matchInside,
  matchOpen,
  waitsToTrail,
  worstFirst,
} from './matching.js'
import type { OrderFiller } from './order-filler.js'
import { isFalling, isTrailing, trail, type WorkingOrder } from './working-order.js'
import type { WorkingOrders } from './working-orders.js'

const NOTHING: readonly WorkingOrder[] = []

/** Whether the far end of a bar comes after what begins an order's trail: the same way sets it off. */
function isSure({ order }: WorkingOrder): boolean {
  return isStop(order) && fallsToStopPrice(order) === fallsToTrigger(order)
}

/** Which order comes first, and what else it changes. */
export class BarMatcher {
  readonly #bars: Bars
  readonly #rules: MarketRules
  readonly #settings: MarketSettings
  readonly #orders: WorkingOrders
  readonly #filler: OrderFiller

  constructor({
    bars,
    rules,
    settings,
    orders,
    filler,
  }: {
    readonly bars: Bars
    readonly rules: MarketRules
    readonly settings: MarketSettings
    readonly orders: WorkingOrders
    readonly filler: OrderFiller
  }) {
    this.#bars = bars
    this.#rules = rules
    this.#settings = settings
    this.#orders = orders
    this.#filler = filler
  }

  /** A stretch opens: first on what rests, then on what is new. */
  open(stretch: Stretch): void {
    if (this.#orders.hasResting) this.#openOnResting(stretch)
    this.openOnNew(stretch)
  }

  /** What the market has not seen, and then what a fill among them brings in: an entry's exits. */
  openOnNew(stretch: Stretch): void {
    const { barIndex, open } = stretch
    let last = barIndex > 0 ? valueAt(this.#bars.close, barIndex - 1) : Number.NaN
    while (this.#orders.hasWaiting) {
      for (const working of this.#orders.arrive()) {
        if (working.isDone) continue
        if (working.order.type === 'MARKET') {
          // What `matchFirstOpen` says of it, without an object to say it.
          this.#filler.fill(working, open, stretch, false)
          continue
        }
        const fault = this.#filler.admissionFault(working) ?? this.#filler.pendingFault(working)
        if (fault !== undefined) this.#filler.refuse(working, fault, stretch.time)
        else {
          const match = matchFirstOpen(working, open, last)
          if (match === undefined) {
            this.#orders.rest(working)
            this.#beginToTrail(working, open)
          } else this.#filler.apply(working, match, stretch, false)
        }
      }
      // What comes in now is an exit of an entry that has just filled: it takes the open as it is.
      last = Number.NaN
    }
    this.#orders.settle()
  }

  /**
   * What a stretch reaches between its open and its close. Which of several comes first is not known: the
   * settings say whether the worst or the best is taken.
   */
  passInside(stretch: Stretch): void {
    const { limitFill } = this.#settings
    const orders = this.#orders
    const begun = this.#beginTrails(stretch)
    const reached = this.#reachedInside(stretch)
    for (const working of reached) {
      const match = working.isDone ? undefined : matchInside(working, stretch, limitFill)
      if (!match) continue
      const { list } = working.order
      const hasRival = list !== undefined && reached.some((one) => one !== working && one.order.list === list)
      this.#filler.apply(working, match, stretch, hasRival)
      if (orders.hasWaiting) this.#exitsInside(working, stretch)
    }
    for (const working of orders.resting) {
      // What a bar had reached before the price from which an order trails is nothing to it.
      if (!isTrailing(working) || begun.includes(working)) continue
      if (waitsToTrail(working) && !this.#beginsInside(working, stretch)) continue
      trail(working, isFalling(working) ? stretch.high : stretch.low, this.#rules)
    }
  }

  /** Lets orders begin to trail of which it is sure that the stretch reaches their stop price first. */
  #beginTrails(stretch: Stretch): readonly WorkingOrder[] {
    let begun = NOTHING
    for (const working of this.#orders.resting) {
      if (isTrailing(working) && isSure(working) && this.#beginsInside(working, stretch)) {
        begun = [...begun, working]
      }
    }
    for (const working of begun) trail(working, working.stop, this.#rules)
    return begun
  }

  /** The orders that a stretch reaches, in the order in which the settings say that it does. */
  #reachedInside(stretch: Stretch): readonly WorkingOrder[] {
    const { limitFill, insideBar } = this.#settings
    const reached: WorkingOrder[] = []
    for (const one of this.#orders.resting) if (matchInside(one, stretch, limitFill)) reached.push(one)
    if (reached.length < 2) return reached
    const sign = insideBar === 'worst' ? 1 : -1
    return reached.sort((a, b) => sign * (worstFirst(a) - worstFirst(b)) || a.order.number - b.order.number)
  }

  #openOnResting(stretch: Stretch): void {
    for (const working of [...this.#orders.resting]) {
      const match = working.isDone ? undefined : matchOpen(working, stretch.open, this.#settings.limitFill)
      if (match) this.#filler.apply(working, match, stretch, false)
      else this.#beginToTrail(working, stretch.open)
    }
  }

  #beginsInside(working: WorkingOrder, { low, high }: Stretch): boolean {
    return beginsToTrail(working, low) || beginsToTrail(working, high)
  }

  /** A price at which an order with a stop price and a distance begins to trail. */
  #beginToTrail(working: WorkingOrder, price: number): void {
    if (beginsToTrail(working, price)) trail(working, price, this.#rules)
  }

  /**
   * What an entry that filled inside the stretch has brought in. Of a list, what trades at the entry's own price does
   * so; a purchase that rests acts behind the stretch, for nothing says what followed. Gives the exits that are left.
   */
  #takeIn(entry: WorkingOrder, stretch: Stretch): readonly WorkingOrder[] {
    const waiting = this.#orders.takeWaiting()
    for (const one of waiting) {
      if (one.isDone || one.order.listRole !== 'PENDING') continue
      const fault = this.#filler.admissionFault(one)
      const match = matchFirstOpen(one, entry.limit, Number.NaN)
      if (fault !== undefined) this.#filler.refuse(one, fault, stretch.time)
      else if (match) this.#filler.apply(one, match, stretch, false)
      else this.#orders.rest(one)
    }
    return waiting.filter(
      ({ isDone, isTriggered, order }) => !isDone && !isTriggered && order.side === 'SELL',
    )
  }

  /** Exits of an entry that filled inside the stretch: whether it reached them before or after is not known. */
  #exitsInside(entry: WorkingOrder, stretch: Stretch): void {
    const exits = this.#takeIn(entry, stretch)
    const { limitFill, insideBar } = this.#settings
    const reached = exits.filter((one) => matchInside(one, stretch, limitFill))
    // A price that fell to the entry's limit reached what is below it afterwards.
    const isCertain = (one: WorkingOrder) => isFalling(one) && entry.order.type.startsWith('LIMIT')
    const taken = reached.find((one) =>
      insideBar === 'worst' ? isFalling(one) : !isFalling(one) || (isCertain(one) && reached.length === 1),
    )
    for (const one of exits) if (!this.#orders.resting.includes(one)) this.#orders.rest(one)
    if (taken) {
      const match = matchInside(taken, stretch, limitFill)
      const isAmbiguous = reached.length > 1 || !isCertain(taken)
      if (match) this.#filler.apply(taken, match, stretch, isAmbiguous)
    } else if (reached.length > 0) {
      for (const one of exits) one.isAmbiguous = true
    }
  }
}
