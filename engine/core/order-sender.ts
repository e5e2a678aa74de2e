/**
 * Sends a symbol's orders and follows each until it ends: what a sized wish becomes, one order or the steps of
 * maker-first, and what a risk limit stops. Floor 2.
 */
import { type Amount, add, multiplyDown, subtract, unitsOf } from '../model/amount.js'
import { closeTimeAt } from '../model/bars.js'
import type { Execution, OrderEvent } from '../model/event.js'
import { isOpen, type OrderNumber, type Replaced, type ReplaceMode } from '../model/order.js'
import type { EpochMs } from '../model/time.js'
import { Aim } from './aim.js'
import { closeAmountOf, closeOf, type DeskParts } from './desk-parts.js'
import { restingOrderFault } from './market/admission.js'
import { workingOrder } from './market/working-order.js'
import { newOpenOrder, type OpenOrder, type OpenOrderState, OpenOrders } from './open-orders.js'
import { type MakerFirstEvent, stepMakerFirst } from './policy/maker-first.js'
import {
  filledBy,
  type MakerFirst,
  type MakerFirstAction,
  newMakerFirst,
} from './policy/maker-first-state.js'
import { leastOf, postedOrder, takingOrder } from './policy/wish-orders.js'
import { fillReportOf, reportOf } from './policy/wish-report.js'
import { inUnits, type OrderWords, worthOf } from './sized-order.js'
import type { SizedOrder } from './sizing.js'

/** Sized orders in, events back. */
export class OrderSender {
  readonly open = new OpenOrders()
  readonly aim = new Aim()
  /** When a posted order's time is up: no event may pass this moment without `wake`. */
  wakeAt = Number.POSITIVE_INFINITY
  /** Whether something was asked of the broker since this was last made false. */
  hasAsked = false
  readonly #parts: DeskParts
  /** Purchases that are done and whose exits are to be placed once they are booked. */
  #entered: OpenOrder[] = []

  constructor(parts: DeskParts) {
    this.#parts = parts
  }

  /** Sends what a wish becomes at first; gives that order's number. */
  submit(sized: SizedOrder, words: OrderWords): OrderNumber {
    const { policy } = this.#parts.settings
    const { decisionTime: time } = words
    if (policy === undefined || sized.prices !== undefined) {
      const open = this.#number(sized, words)
      this.#keep(open)
      this.#sendIfAllowed(open, time)
      return open.number
    }
    const { side } = sized
    const least = leastOf(sized, closeAmountOf(this.#parts), this.#parts.rules)
    const { state, actions } = stepMakerFirst(
      newMakerFirst({ side, size: inUnits(sized), ...policy, least }),
      {
        kind: 'START',
        time,
      },
    )
    const number = this.#parts.numbers.orders + 1
    for (const action of actions) if (action.kind === 'POST') this.#sendNext(action, state, words, time)
    this.wakeAt = this.open.deadline
    return number
  }

  /** Sends an order that no limit or policy concerns, on behalf of the run. */
  submitPlain(sized: SizedOrder, words: OrderWords): void {
    this.send(this.#number(sized, words))
  }

  /** Sends an order as it is. */
  send(open: OpenOrder): void {
    this.#keep(open)
    this.#parts.broker.submit(open)
  }

  /** Sends an order in another's place. What a filter or a limit stops leaves the other as it is. */
  replace(old: OpenOrder, sized: SizedOrder, words: OrderWords, mode: ReplaceMode): OrderNumber {
    const { bars, cursor, rules } = this.#parts
    const { list, number, decisionOpenTime: openTime } = old
    const isAlone = list === undefined && old.executed === 0
    const isAtOnce = mode === 'STOP_ON_FAILURE' && isAlone && rules.bansCancelReplace !== true
    const open = this.#number(sized, words, { order: number, openTime, mode, isAtOnce })
    this.#keep(open)
    open.exits = old.exits
    old.isReplaced = true
    const price = closeOf({ bars, cursor })
    const fault = restingOrderFault(rules, workingOrder(open, { signalAtr: Number.NaN, price, rules }))
    if (fault === undefined) this.#sendIfAllowed(open, words.decisionTime)
    else this.#reject(open, fault, words.decisionTime)
    return open.number
  }

  /** Sends a list: an order, and what waits until it is filled. What a limit stops is the whole of it. */
  sendList(working: OpenOrder, pending: readonly OpenOrder[]): void {
    const { broker, journal } = this.#parts
    const time = working.decisionTime
    this.#keep(working)
    const fault = this.#sendIfAllowed(working, time)
    for (const open of pending) {
      this.#keep(open)
      const status = fault === undefined ? 'PENDING_NEW' : 'REJECTED'
      journal.orders.update(open.row, { status, executedQuantity: 0, reason: fault ?? '', time })
      if (fault === undefined) broker.submit(open)
      else this.#end(open)
    }
  }

  /** Takes an order back. */
  cancel(number: OrderNumber): void {
    this.hasAsked = true
    const open = this.open.find(number)
    open.isLeaving = true
    if (open.wish) {
      const time = closeTimeAt(this.#parts.bars, this.#parts.cursor.index)
      this.#tell(open, open.wish, { kind: 'WITHDRAW', time })
    } else this.#parts.broker.cancel(number)
  }

  /** Takes back the exits, and gives their numbers. */
  cancelExits(): readonly OrderNumber[] {
    const exits = this.open.numbers(true)
    for (const number of exits) this.cancel(number)
    return exits
  }

  /** Follows an order's status. An aim whose order ended without a fill is forgotten. */
  onOrder(event: OrderEvent): void {
    const open = this.open.find(event.orderNumber)
    const { status, reason, time } = event
    this.#parts.journal.orders.update(open.row, { status, executedQuantity: open.executed, reason, time })
    if (open.wish) {
      this.#tell(open, open.wish, reportOf(event, open, open.wish))
      return
    }
    if (isOpen(status)) {
      if (open.isPending && status === 'NEW') this.open.bringIn(open)
      return
    }
    this.#end(open)
    this.aim.end(event.orderNumber, open.executed > 0)
  }

  /** Follows an order's fill, and gives its tag. Any fill but the aim's own makes the aim forgotten. */
  onFill(execution: Execution, isFinal: boolean): string {
    const open = this.open.find(execution.orderNumber)
    open.executed = add(open.executed, execution.quantity)
    if (open.exits !== undefined) {
      const isInBase =
        execution.commissionQuote === undefined && execution.commissionAsset === this.#parts.rules.baseAsset
      const received = isInBase ? subtract(execution.quantity, execution.commission) : execution.quantity
      open.received = add(open.received, received)
    }
    const { executed, row } = open
    const { orders } = this.#parts.journal
    const { time } = execution
    if (isFinal) orders.fill(row, executed, time)
    else orders.update(row, { status: 'PARTIALLY_FILLED', executedQuantity: executed, reason: '', time })
    if (execution.orderNumber !== this.aim.order) this.aim.weight = undefined
    if (open.wish !== undefined) {
      open.spent = add(open.spent, execution.quote)
      this.#tell(open, open.wish, fillReportOf(execution, isFinal, open, open.wish))
      return open.tag
    }
    if (isFinal) {
      this.#end(open)
      this.aim.end(execution.orderNumber, true)
    }
    return open.tag
  }

  /** Time has passed: posted orders that have rested long enough are taken back. */
  wake(time: EpochMs): void {
    for (const open of this.open.dueAt(time)) {
      if (open.wish) this.#tell(open, open.wish, { kind: 'TIMER', time })
    }
  }

  /** Whether a purchase with exits is done since `takeEntered`. */
  get hasEntered(): boolean {
    return this.#entered.length > 0
  }

  /** Purchases with exits that are done since this was last asked. */
  takeEntered(): readonly OpenOrder[] {
    const entered = this.#entered
    this.#entered = []
    return entered
  }

  /** Takes up the open orders of a snapshot, which get new rows in this journal. */
  restore(open: readonly OpenOrderState[]): void {
    const { orders } = this.#parts.journal
    this.open.restore(open, (order) => {
      const { decisionTime, executed } = order
      const row = orders.add(order)
      orders.update(row, {
        status: executed > 0 ? 'PARTIALLY_FILLED' : 'NEW',
        executedQuantity: executed,
        reason: '',
        time: decisionTime,
      })
      return row
    })
    this.wakeAt = this.open.deadline
  }

  /** What a wish does about what happened to its order. */
  #tell(open: OpenOrder, wish: MakerFirst, event: MakerFirstEvent): void {
    const { state, actions } = stepMakerFirst(wish, event)
    open.wish = state
    for (const action of actions) {
      if (action.kind === 'CANCEL') this.#parts.broker.cancel(open.number)
      else if (action.kind === 'POST' || action.kind === 'ESCALATE') {
        this.open.remove(open)
        this.#sendNext(action, state, open, event.time, open)
      } else if (action.kind === 'DONE') this.#endWish(open, state)
    }
    this.wakeAt = this.open.deadline
  }

  /** Sends the next order of a wish; it takes the place of the one before. */
  #sendNext(
    action: Extract<MakerFirstAction, { readonly kind: 'POST' | 'ESCALATE' }>,
    wish: MakerFirst,
    words: OrderWords,
    time: EpochMs,
    before?: OpenOrder,
  ): void {
    const { rules } = this.#parts
    const price = closeOf(this.#parts)
    const sized =
      action.kind === 'POST'
        ? postedOrder(wish.terms, action.rest, price, rules)
        : takingOrder(wish.terms, action, price, rules)
    const open = this.#number(sized, words)
    this.#keep(open)
    open.wish = wish
    if (before) {
      open.exits = before.exits
      open.received = before.received
      open.isLeaving = before.isLeaving
      this.aim.move(before.number, open.number)
    }
    this.#sendIfAllowed(open, time)
  }

  #endWish(open: OpenOrder, wish: MakerFirst): void {
    this.#end(open)
    this.aim.end(open.number, filledBy(wish) !== 0n)
  }

  /** Sends an order, or writes it down as rejected by the limit that stops it, and gives that limit. */
  #sendIfAllowed(open: OpenOrder, time: EpochMs): string | undefined {
    const { broker, risk } = this.#parts
    const fault = risk?.check({
      time,
      side: open.side,
      quote: unitsOf(worthOf(open, closeAmountOf(this.#parts))),
      exposure: unitsOf(this.#exposureBeside(open)),
    })
    if (fault === undefined) {
      broker.submit(open)
      return undefined
    }
    this.#reject(open, fault, time)
    return fault
  }

  /** Writes an order down as one that was not sent. */
  #reject(open: OpenOrder, reason: string, time: EpochMs): void {
    this.#parts.journal.orders.update(open.row, { status: 'REJECTED', executedQuantity: 0, reason, time })
    if (open.wish) {
      this.#tell(open, open.wish, { kind: 'STOPPED', attempt: open.wish.orders.length, time })
    } else this.#end(open)
  }

  /** What is held, and what all other purchases may still buy, in quote. */
  #exposureBeside(open: OpenOrder): Amount {
    const price = closeAmountOf(this.#parts)
    const own = open.side === 'BUY' ? worthOf(open, price) : 0
    const held = add(multiplyDown(price, this.#parts.account.quantity), this.open.heldQuote(price))
    return subtract(held, own)
  }

  /** Makes a sized order the next one of the session. */
  #number(sized: SizedOrder, words: OrderWords, replaces?: Replaced): OpenOrder {
    const { symbolIndex, numbers } = this.#parts
    const number = ++numbers.orders
    const none = undefined
    return newOpenOrder(sized, words, {
      number,
      symbolIndex,
      isExit: false,
      list: none,
      listRole: none,
      replaces,
    })
  }

  /** Writes an order down as one that can trade. */
  #keep(open: OpenOrder): void {
    open.row = this.#parts.journal.orders.add(open)
    this.open.add(open)
    this.hasAsked = true
  }

  #end(open: OpenOrder): void {
    this.open.remove(open)
    if (open.replaces !== undefined) this.open.keep(open.replaces.order)
    if (open.exits !== undefined && open.received > 0) this.#entered.push(open)
  }
}
