/** Makes of what reaches an order its fill or its end, and tells the session. Floor 2. */
import { type Amount, add, numberOf, subtract, unitsOf } from '../../model/amount.js'
import { type Bars, valueAt } from '../../model/bars.js'
import type { Execution } from '../../model/event.js'
import { toUnits } from '../../model/money.js'
import type { OrderNumber, OrderStatus } from '../../model/order.js'
import type { BrokerListener } from '../../model/ports.js'
import type { EpochMs } from '../../model/time.js'
import type { Account } from '../account.js'
import { restingOrderFault } from './admission.js'
import {
  type Draft,
  type FillRequest,
  type FillTerms,
  fillOrder,
  newDraft,
  rests,
  type Stretch,
} from './execution.js'
import { type FilterView, furtherFault } from './further-filters.js'
import type { Match } from './matching.js'
import { type ListEvent, type ListMember, listAct } from './order-list.js'
import { bringIn, lockOf, type WorkingOrder } from './working-order.js'
import type { WorkingOrders } from './working-orders.js'

/** What fills are made from. */
export interface FillerParts {
  readonly bars: Bars
  readonly terms: FillTerms
  readonly account: Readonly<Account>
  readonly orders: WorkingOrders
  /** The bar at whose close orders come in. */
  readonly bar: () => number
  /** Quote that purchases of other symbols hold on the book. */
  readonly lockedBeside: (() => Amount) | undefined
  readonly listen: BrokerListener
}

/** It reads the session's account and never changes it. */
export class OrderFiller {
  /** The bar of which a piece is being filled. */
  bounds: Stretch | undefined
  readonly #parts: FillerParts
  readonly #orders: WorkingOrders
  /** Whether the range of the bar that fills prices a market order, and not that of the bar that decided. */
  readonly #takesNextRange: boolean
  /**
   * The last fill and the request for it, written over by the next: with an order at every second bar, new ones for
   * each were a third of what a run allocates.
   */
  readonly #event: { readonly kind: 'FILL'; readonly execution: Draft; isFinal: boolean } = {
    kind: 'FILL',
    execution: newDraft(),
    isFinal: true,
  }
  #request: { -readonly [Key in keyof FillRequest]: FillRequest[Key] } | undefined

  constructor(parts: FillerParts) {
    this.#parts = parts
    this.#orders = parts.orders
    this.#takesNextRange = parts.terms.settings.atrSource === 'next'
  }

  /** Does what a stretch of the market does to an order. */
  apply(working: WorkingOrder, match: Match, stretch: Stretch, isAmbiguous: boolean): void {
    switch (match.kind) {
      case 'TAKE':
        this.fill(working, match.from, stretch, isAmbiguous)
        break
      case 'MAKE':
        this.fill(working, undefined, stretch, isAmbiguous)
        break
      case 'TRIGGER':
        this.#rest(working)
        this.#tellList(working, 'WORKS', stretch.time)
        break
      case 'REJECT':
        this.refuse(working, match.reason, stretch.time)
        break
      case 'EXPIRE':
        this.end(working, 'EXPIRED', match.reason, stretch.time)
        break
    }
  }

  /** Fills an order from a price, or at its own limit where there is none. */
  fill(working: WorkingOrder, from: number | undefined, stretch: Stretch, isAmbiguous: boolean): void {
    const { order } = working
    const { account, listen, terms } = this.#parts
    const atr = this.#takesNextRange ? stretch.atr : working.signalAtr
    const free = this.#freeFor(working)
    const { bnb } = account.purse
    const isViewed = terms.rules.further !== undefined && order.type === 'MARKET'
    const view = isViewed ? this.#filterView() : undefined
    const { executed } = working
    this.#request ??= { executed, from, atr, free, bnb, view }
    const request = this.#request
    request.executed = executed
    request.from = from
    request.atr = atr
    request.free = free
    request.bnb = bnb
    request.view = view
    // A price is inside its bar when it is inside the whole of it.
    const { bounds } = this
    const shown = bounds !== undefined ? { ...stretch, low: bounds.low, high: bounds.high } : stretch
    const { execution } = this.#event
    execution.isAmbiguous = isAmbiguous || working.isAmbiguous
    const answer = fillOrder(order, request, shown, terms, execution)
    if (answer.kind === 'NOTHING') this.#rest(working)
    else if (answer.kind !== 'FILL') this.end(working, answer.kind, answer.reason, stretch.time)
    else {
      const { isCut } = answer
      working.executed = add(working.executed, execution.quantity)
      this.#tellList(working, 'WORKS', stretch.time)
      if (!isCut) this.#orders.remove(working)
      else if (rests(order)) this.#rest(working)
      this.#event.isFinal = !isCut
      listen(this.#event)
      if (order.list !== undefined && !isCut && order.listRole === 'WORKING')
        this.#bringIn(working, execution)
      if (isCut && !rests(order)) this.end(working, 'EXPIRED', 'INSUFFICIENT_LIQUIDITY', stretch.time)
    }
  }

  /** Ends an order without a fill, and the rest of its list with it. */
  end(working: WorkingOrder, status: OrderStatus, reason: string, time: EpochMs): void {
    this.#orders.remove(working)
    this.#tellList(working, 'WORKS', time)
    this.#tellList(working, 'EXPIRED', time)
    this.#reportEnd(working, status, reason, time)
  }

  /** Refuses an order as it comes in. The exchange refuses a list as a whole. */
  refuse(working: WorkingOrder, reason: string, time: EpochMs): void {
    const others = working.order.list === undefined ? [] : this.#orders.othersOf(working)
    for (const one of [working, ...others]) {
      this.#orders.remove(one)
      this.#reportEnd(one, 'REJECTED', reason, time)
    }
  }

  /** The filter that something which waits for this order fails already. */
  pendingFault(working: WorkingOrder): string | undefined {
    if (working.order.listRole !== 'WORKING') return undefined
    for (const one of this.#orders.othersOf(working)) {
      const fault = restingOrderFault(this.#parts.terms.rules, one)
      if (fault !== undefined) return fault
    }
    return undefined
  }

  /** Tells what became of an order. */
  report(orderNumber: OrderNumber, status: OrderStatus, time: EpochMs, reason: string): void {
    this.#parts.listen({ kind: 'ORDER', orderNumber, status, time, reason })
  }

  /** Why the exchange would not take an order that is to rest; undefined when it would. */
  admissionFault(working: WorkingOrder): string | undefined {
    const { rules } = this.#parts.terms
    const fault = restingOrderFault(rules, working)
    if (fault !== undefined) return fault
    const { further } = rules
    const beyond = further && furtherFault(further, working.order, this.#filterView())
    if (beyond !== undefined) return beyond
    return lockOf(working, rules) > this.#freeFor(working) ? 'INSUFFICIENT_BALANCE' : undefined
  }

  /** An order that goes on, behind a trigger or a fill of part of it. */
  #rest(working: WorkingOrder): void {
    working.isTriggered = true
    if (!this.#orders.resting.includes(working)) this.#orders.rest(working)
  }

  /** Something has happened to an order: what it does to the others of its list. */
  #tellList(working: WorkingOrder, event: ListEvent, time: EpochMs): void {
    if (working.order.list === undefined) return
    for (const other of this.#orders.othersOf(working)) {
      // Hearing of the one before may have ended it.
      const act = listAct(memberOf(working), event, memberOf(other))
      if (act?.kind !== 'EXPIRE') continue
      this.#orders.remove(other)
      this.report(other.order.number, 'EXPIRED', time, act.reason)
    }
  }

  /** An order is filled whole: what waited for it comes in. */
  #bringIn(working: WorkingOrder, { price, time }: Pick<Execution, 'price' | 'time'>): void {
    const { rules } = this.#parts.terms
    for (const other of this.#orders.othersOf(working)) {
      if (listAct(memberOf(working), 'FILLED', memberOf(other))?.kind !== 'BRING_IN') continue
      bringIn(other, numberOf(price, rules.priceScale), rules)
      this.#orders.bringIn(other)
      this.report(other.order.number, 'NEW', time, '')
    }
  }

  /** One that was brought in and cannot enter has expired, for its list was taken. */
  #reportEnd({ order, isPending }: WorkingOrder, status: OrderStatus, reason: string, time: EpochMs): void {
    const isLate = status === 'REJECTED' && order.listRole === 'PENDING' && !isPending
    this.report(order.number, isLate ? 'EXPIRED' : status, time, isLate ? 'REJECTED' : reason)
  }

  /** What an order may spend: what is owned less what others on the book hold. */
  #freeFor({ order }: WorkingOrder): Amount {
    const { account, lockedBeside } = this.#parts
    const { cash, quantity } = account
    const owned =
      order.side === 'SELL' ? quantity : lockedBeside !== undefined ? subtract(cash, lockedBeside()) : cash
    return this.#orders.freeFor(order, owned)
  }

  #filterView(): FilterView {
    const { account, bar, bars, terms } = this.#parts
    const { buying, ...open } = this.#orders.view()
    const close = valueAt(bars.close, Math.max(0, bar()))
    return {
      ...open,
      reference: toUnits(close, 'nearest', terms.rules.priceScale),
      position: unitsOf(account.quantity) + buying,
    }
  }
}

function memberOf({ order, isDone, isPending }: WorkingOrder): ListMember {
  return { role: order.listRole === 'WORKING' ? 'WORKING' : 'LEG', isOpen: !isDone, isPending }
}
