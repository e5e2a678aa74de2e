/** Lists of orders: one cancels the other (OCO), one brings in another (OTO) or a pair (OTOCO). Floor 3. */
import { type ListAct, type ListEvent, listAct } from '../../core/market/order-list.js'
import type { ExpiryReason } from '../../venue/order-wire.js'
import type { Account } from '../accounts/account.js'
import type { ListedSymbol } from '../listed-symbol.js'
import { Rejection, reject } from '../rejection.js'
import type { ListParts } from './desk-world.js'
import {
  type ExchangeOrder,
  isOpenOrder,
  isStopType,
  type OrderList,
  type OrderSpec,
} from './exchange-order.js'
import { checkLists } from './filters.js'
import { givenAsset, hold, holdingOf, holdTogether, releaseTogether } from './settlement.js'

/** What a list is to be made of. */
export interface ListRequest {
  readonly account: Account
  readonly listed: ListedSymbol
  readonly clientOrderId: string | undefined
  /** The order that comes first; undefined for a bare pair. */
  readonly working: OrderSpec | undefined
  /** One order that waits, or a pair of which one cancels the other; above and below the price. */
  readonly others: readonly [OrderSpec] | readonly [above: OrderSpec, below: OrderSpec]
}

/** Takes lists, and keeps their orders to each other. */
export class ListDesk {
  readonly #desk: ListParts
  #nextId = 0

  constructor(desk: ListParts) {
    this.#desk = desk
  }

  /** Takes a list, or throws what the exchange refuses. */
  place({ account, listed, clientOrderId, working, others }: ListRequest): OrderList {
    const desk = this.#desk
    const specs = working === undefined ? others : [working, ...others]
    for (const spec of specs) desk.check(account, listed, spec)
    checkLists(
      listed,
      new Set(desk.archive.openOf(account, listed.symbol).flatMap(({ list }) => list?.id ?? [])).size,
    )
    if (others.length === 2) checkPair(others, listed)
    const names = specs.flatMap((spec) => spec.clientOrderId ?? [])
    if (new Set(names).size < names.length) throw new Rejection(-2010, 'Duplicate order sent.')
    const orders = specs.map((spec) => desk.make(account, listed, spec))
    const [first] = orders
    if (first === undefined) throw reject(-1102)
    const legs = working === undefined ? orders : orders.slice(1)
    for (const order of working === undefined ? legs : [first]) desk.checkEntry(order)
    const need = (working === undefined ? legs : [first]).map(holdingOf).reduce((a, b) => (a > b ? a : b), 0n)
    if (need > account.balance(givenAsset(first)).free) throw reject(-2010)
    const list: OrderList = {
      id: this.#nextId++,
      clientOrderId: clientOrderId ?? desk.newName(),
      contingency: working === undefined ? 'OCO' : 'OTO',
      listed,
      account,
      orders,
      pending: working === undefined ? [] : legs,
      locked: 0n,
      time: desk.reporter.now,
      isDone: false,
    }
    desk.archive.addList(list)
    desk.reporter.note('LIST', {
      account: account.uid,
      symbol: listed.symbol,
      orderListId: list.id,
      listClientOrderId: list.clientOrderId,
      contingency: list.contingency,
      orderIds: orders.map(({ id }) => id),
    })
    for (const order of orders) {
      order.list = list
      desk.enter(order)
    }
    desk.reporter.list(list)
    if (working === undefined) this.#startPair(list, legs)
    else {
      for (const order of legs) {
        order.status = 'PENDING_NEW'
        desk.reporter.order(order, 'NEW')
      }
      hold(first)
      desk.start(first)
    }
    desk.settled(listed.symbol)
    return list
  }

  /** Cancels all that is open of a list. Throws −2011 when nothing is. */
  cancel(list: OrderList | undefined, cancelId: string): OrderList {
    const open = list?.orders.find(isOpenOrder)
    if (list === undefined || open === undefined) throw reject(-2011)
    this.#desk.cancel(open, cancelId)
    return list
  }

  /** An order was set off or has traded for the first time: its rival is over. */
  onWorking(order: ExchangeOrder): void {
    const { list } = order
    if (list === undefined) return
    const acts = actsOf(list, order, 'WORKS')
    if (list.locked > 0n) {
      releaseTogether(list, order)
      hold(order)
    }
    this.#expireAll(acts)
  }

  /** An order is filled: what waited for it comes in. */
  onFilled(order: ExchangeOrder): void {
    const { list } = order
    if (list === undefined) return
    const pending = actsOf(list, order, 'FILLED').map(({ other }) => other)
    if (pending.length > 0) {
      list.pending = []
      this.#bringIn(list, pending)
    }
    this.#checkDone(list)
  }

  /** An order has been canceled by its owner: the whole list goes. */
  onCancel(order: ExchangeOrder, cancelId: string): void {
    const { list } = order
    if (list === undefined) return
    if (list.locked > 0n) releaseTogether(list, order)
    const acts = actsOf(list, order, 'CANCELED')
    list.pending = []
    for (const { other } of acts) this.#desk.take(other, cancelId)
    this.#checkDone(list)
  }

  /** An order has expired: its list goes with it. */
  onEnd(order: ExchangeOrder): void {
    const { list } = order
    if (list === undefined) return
    const acts = actsOf(list, order, 'EXPIRED')
    list.pending = []
    this.#expireAll(acts)
    this.#checkDone(list)
  }

  #bringIn(list: OrderList, pending: readonly ExchangeOrder[]): void {
    const desk = this.#desk
    const need = pending.map(holdingOf).reduce((a, b) => (a > b ? a : b), 0n)
    const [first] = pending
    if (!first) return
    if (need > list.account.balance(givenAsset(first)).free || !this.#mayEnter(pending)) {
      for (const order of pending) this.#expire(order, 'REJECTED')
      return
    }
    if (pending.length === 2) this.#startPair(list, pending)
    else {
      hold(first)
      desk.start(first)
    }
  }

  #mayEnter(orders: readonly ExchangeOrder[]): boolean {
    try {
      for (const order of orders) this.#desk.checkEntry(order)
      return true
    } catch (error) {
      if (error instanceof Rejection) return false
      throw error
    }
  }

  #startPair(list: OrderList, legs: readonly ExchangeOrder[]): void {
    holdTogether(list, legs)
    for (const leg of legs) if (isOpenOrder(leg)) this.#desk.start(leg)
  }

  #expireAll(acts: readonly ActOn[]): void {
    for (const { act, other } of acts) if (act.kind === 'EXPIRE') this.#expire(other, act.reason)
  }

  #expire(order: ExchangeOrder, reason: ExpiryReason): void {
    if (isOpenOrder(order)) this.#desk.matcher.expire(order, reason)
  }

  #checkDone(list: OrderList): void {
    if (list.isDone || list.orders.some(isOpenOrder)) return
    list.isDone = true
    list.time = this.#desk.reporter.now
    this.#desk.reporter.list(list)
  }
}

/** What is to be done to another order of a list. */
interface ActOn {
  readonly act: ListAct
  readonly other: ExchangeOrder
}

/** What an event of one order does to the others of its list. */
function actsOf(list: OrderList, order: ExchangeOrder, event: ListEvent): readonly ActOn[] {
  const memberOf = (one: ExchangeOrder) => ({
    role: list.contingency === 'OTO' && one === list.orders[0] ? ('WORKING' as const) : ('LEG' as const),
    isOpen: isOpenOrder(one),
    isPending: list.pending.includes(one),
  })
  return list.orders.flatMap((other) => {
    const act = other === order ? undefined : listAct(memberOf(order), event, memberOf(other))
    return act ? [{ act, other }] : []
  })
}

/** Throws −2010 unless one leg is a limit or a take-profit and the other a stop, on the right sides of the price. */
function checkPair([above, below]: readonly [OrderSpec, OrderSpec], { market }: ListedSymbol): void {
  const isStopAbove = above.type.startsWith('STOP_LOSS')
  if (isStopAbove === below.type.startsWith('STOP_LOSS')) throw reject(-1128)
  if (isStopAbove !== (above.side === 'BUY')) throw reject(-1128)
  const last = market.lastPrice
  const priceOf = (spec: OrderSpec): number =>
    Number(isStopType(spec.type) && spec.stopPrice > 0n ? spec.stopPrice : spec.price) / 1e8
  const isTrailing = (spec: OrderSpec): boolean => spec.trailingDelta !== undefined && spec.stopPrice === 0n
  if ((!isTrailing(above) && priceOf(above) <= last) || (!isTrailing(below) && priceOf(below) >= last)) {
    throw new Rejection(-2010, 'The relationship of the prices for the orders is not correct.')
  }
}
