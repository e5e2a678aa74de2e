/**
 * The desk: takes orders, cancels and amendments, and refuses what the exchange refuses. Every change of an
 * order goes through it. Floor 3.
 */
import { parseUnits, type Units } from '../../model/money.js'
import type { Side } from '../../model/order.js'
import type { Account } from '../accounts/account.js'
import { priceOfBnb } from '../accounts/commission.js'
import { fixedUnits } from '../fixed.js'
import type { ListedSymbol } from '../listed-symbol.js'
import { Book, type BookLevel } from '../market/book.js'
import type { StepListener } from '../market/step-listener.js'
import type { MarketStep, SymbolMarket } from '../market/symbol-market.js'
import { missing, Rejection, reject } from '../rejection.js'
import type { DeskWorld, ListParts } from './desk-world.js'
import { checkEntry, fundsFor } from './entry.js'
import {
  type ExchangeOrder,
  isOpenOrder,
  isResting,
  isWaitingStop,
  type OrderSpec,
} from './exchange-order.js'
import { checkFilters, maxAmends } from './filters.js'
import { ListDesk } from './list-desk.js'
import { Matcher } from './matcher.js'
import { checkOrder, madeUpName, newOrder } from './new-order.js'
import { joinLevels } from './offers.js'
import { OrderArchive, type OrderName } from './order-archive.js'
import { type Reach, reachOf } from './reach.js'
import { Reporter } from './reporter.js'
import { givenAsset, gottenAsset, hold, release } from './settlement.js'

/** An order's first fill takes so many orders off its account's count. */
const TAKER_CREDIT = -1
const MAKER_CREDIT = -5

/** Which orders a cancel may end. */
export type CancelRestriction = 'ONLY_NEW' | 'ONLY_PARTIALLY_FILLED'

/** The desk of one exchange. */
export class Desk implements StepListener, ListParts {
  readonly archive = new OrderArchive()
  readonly reporter: Reporter
  readonly matcher: Matcher
  readonly lists: ListDesk
  readonly #exchange: DeskWorld
  readonly #books = new Map<string, Book>()
  readonly #seed: number
  /** Between which prices nothing happens to a symbol's orders, until one of them changes. */
  readonly #reaches = new Map<string, Reach>()
  #nextId = 1
  #nextName = 1

  constructor(exchange: DeskWorld, seed: number) {
    this.#exchange = exchange
    this.#seed = seed
    this.reporter = new Reporter(exchange.journal, () => exchange.timeline.now)
    this.matcher = new Matcher({
      archive: this.archive,
      reporter: this.reporter,
      bookOf: (symbol) => this.bookOf(symbol),
      bookLimit: (symbol) => this.#bookLimit(symbol),
      bnbPrice: (asset) => priceOfBnb(asset, (symbol) => exchange.listed(symbol)?.market.lastPrice),
      onFill: (order, isFirst) => this.#onFill(order, isFirst),
      onEnd: (order) => this.lists.onEnd(order),
      onSetOff: (order) => this.lists.onWorking(order),
    })
    this.lists = new ListDesk(this)
    exchange.listen(this)
  }

  /** The newest order that was taken. */
  get newest(): number {
    return this.#nextId - 1
  }

  bookOf(symbol: string): Book {
    const known = this.#books.get(symbol)
    if (known) return known
    const listed = this.#exchange.listed(symbol)
    if (listed === undefined) throw reject(-1121)
    const book = new Book(listed, this.#seed)
    this.#books.set(symbol, book)
    return book
  }

  /** What stands on a side of a symbol's book: the market's levels, and everybody's resting orders. */
  offers(symbol: string, side: Side): readonly BookLevel[] {
    return joinLevels(this.bookOf(symbol).levels(side), this.archive.open(symbol), side)
  }

  watches({ symbol }: SymbolMarket): boolean {
    return this.archive.open(symbol).length > 0
  }

  onStep({ market, trade }: MarketStep): void {
    if (trade === undefined) return
    this.pass(market.symbol, {
      price: trade.price,
      units: BigInt(Math.floor(trade.units)),
      isBuyerMaker: trade.isBuyerMaker,
    })
  }

  /** A trade of the public market meets the orders of a symbol. */
  pass(symbol: string, trade: Parameters<Matcher['pass']>[1]): void {
    const open = this.archive.open(symbol)
    if (open.length === 0) return
    const reach = this.#reaches.get(symbol) ?? reachOf(open)
    this.#reaches.set(symbol, reach)
    if (trade.price > reach.below && trade.price < reach.above) return
    this.matcher.pass(symbol, trade)
    this.#settle(symbol)
  }

  /** Throws what the exchange would refuse before it looks at balances and the book. */
  check(account: Account, listed: ListedSymbol, spec: OrderSpec): void {
    checkOrder(account, listed, spec, this.archive.openOf(account, listed.symbol))
  }

  /** Takes an order, or throws −2010 and its kin. It has traded, rests, or is over when this comes back. */
  place(account: Account, listed: ListedSymbol, spec: OrderSpec): ExchangeOrder {
    this.check(account, listed, spec)
    const order = this.make(account, listed, spec)
    this.checkEntry(order)
    const { free } = account.balance(givenAsset(order))
    if (fundsFor(order, this.matcher) > free) throw reject(-2010)
    this.enter(order)
    hold(order)
    this.start(order)
    this.#settle(listed.symbol)
    return order
  }

  /** An order that is not yet on the desk: of a list it comes later. */
  make(account: Account, listed: ListedSymbol, spec: OrderSpec): ExchangeOrder {
    const clientOrderId = spec.clientOrderId ?? this.newName()
    if (this.archive.openOf(account, listed.symbol).some((one) => one.clientOrderId === clientOrderId)) {
      throw new Rejection(-2010, 'Duplicate order sent.')
    }
    return newOrder({ id: this.#nextId++, account, listed, spec, clientOrderId, time: this.reporter.now })
  }

  /** Throws −2010 on an order that the book stands against. */
  checkEntry(order: ExchangeOrder): void {
    checkEntry(order, this.matcher)
  }

  /** Puts an order into the books of the exchange. */
  enter(order: ExchangeOrder): void {
    const { account, listed, spec } = order
    this.archive.add(order)
    this.reporter.note('ORDER', {
      account: account.uid,
      symbol: listed.symbol,
      orderId: order.id,
      clientOrderId: order.clientOrderId,
      side: spec.side,
      type: spec.type,
      timeInForce: spec.timeInForce,
      quantity: fixedUnits(spec.quantity),
      quoteQuantity: fixedUnits(spec.quoteQuantity),
      price: fixedUnits(spec.price),
      stopPrice: fixedUnits(spec.stopPrice),
      orderListId: order.list?.id ?? -1,
    })
  }

  /** An order begins to work: it is told, and takes what it may. */
  start(order: ExchangeOrder): void {
    order.status = 'NEW'
    order.updateTime = this.reporter.now
    const isStop = isWaitingStop(order)
    if (!isStop) order.workingTime = this.reporter.now
    this.reporter.order(order, 'NEW')
    this.reporter.touch(order.account, givenAsset(order), gottenAsset(order))
    if (!isStop) this.matcher.take(order)
    else if (order.spec.stopPrice === 0n && order.spec.trailingDelta !== undefined)
      order.trailingTime = this.reporter.now
  }

  /** Ends an order for its owner. Throws −2011 on one that is over, or that a restriction protects. */
  cancel(order: ExchangeOrder | undefined, cancelId: string, restriction?: CancelRestriction): ExchangeOrder {
    if (order === undefined || !isOpenOrder(order)) throw reject(-2011)
    const isNew = order.executed === 0n
    if ((restriction === 'ONLY_NEW' && !isNew) || (restriction === 'ONLY_PARTIALLY_FILLED' && isNew)) {
      throw new Rejection(-2011, 'Order was not canceled due to cancel restrictions.')
    }
    this.take(order, cancelId)
    this.lists.onCancel(order, cancelId)
    this.#settle(order.listed.symbol)
    return order
  }

  /** Takes an order off the book, told as canceled. */
  take(order: ExchangeOrder, cancelId: string): void {
    order.status = 'CANCELED'
    order.updateTime = this.reporter.now
    release(order)
    order.listed.market.touchBook()
    this.reporter.touch(order.account, givenAsset(order))
    this.reporter.note('CANCELED', {
      orderId: order.id,
      symbol: order.listed.symbol,
      clientOrderId: order.clientOrderId,
      cancelId,
    })
    this.reporter.order(order, 'CANCELED', { requestId: cancelId })
  }

  /** Makes an order smaller where it stands. Gives the number of its report. Throws −2038 and −1013. */
  amend(order: ExchangeOrder, quantity: Units, name: string): number {
    if (!isResting(order) || quantity <= order.executed || quantity >= order.quantity) {
      throw new Rejection(-2038, 'Order amend (quantity only) is rejected.')
    }
    if (order.amendments.length >= maxAmends(order.listed)) {
      throw new Rejection(-1013, 'Filter failure: MAX_NUM_ORDER_AMENDS')
    }
    checkFilters(order.listed, { ...order.spec, quantity }, NO_VIEW)
    const [originalId, origQty] = [order.clientOrderId, order.quantity]
    order.quantity = quantity
    order.clientOrderId = name
    order.updateTime = this.reporter.now
    hold(order)
    this.reporter.touch(order.account, givenAsset(order))
    this.reporter.note('AMENDED', {
      orderId: order.id,
      symbol: order.listed.symbol,
      clientOrderId: name,
      quantity: fixedUnits(quantity),
    })
    const executionId = this.reporter.order(order, 'REPLACED', { originalId })
    order.amendments.push({
      executionId,
      origClientOrderId: originalId,
      newClientOrderId: name,
      origQty,
      newQty: quantity,
      time: this.reporter.now,
    })
    this.#settle(order.listed.symbol)
    return executionId
  }

  /** The order that `orderId` or a client id names, for a query. Throws −2013 and −2039. */
  find(account: Account, symbol: string, name: OrderName): ExchangeOrder {
    if (name.orderId === undefined && name.clientOrderId === undefined) throw missing('orderId')
    const order = this.archive.find(account, symbol, name)
    if (order === undefined || this.isHidden(order)) throw reject(-2013)
    if (name.clientOrderId !== undefined && order.clientOrderId !== name.clientOrderId) throw reject(-2039)
    return order
  }

  /** Whether queries do not find it yet, because a fault holds it back. */
  isHidden({ hiddenUntil }: ExchangeOrder): boolean {
    return hiddenUntil > this.#exchange.machineNow()
  }

  /** A name for an order, a list or a cancel whose sender gave none. */
  newName(): string {
    return madeUpName(this.#seed, this.#nextName++)
  }

  /** What was changed is over: balances are told, and what has ended leaves the book. */
  settled(symbol: string): void {
    this.#settle(symbol)
  }

  #settle(symbol: string): void {
    this.archive.settle(symbol)
    this.#reaches.delete(symbol)
    this.reporter.flush()
  }

  #bookLimit(symbol: string): Units | undefined {
    const [thin] = this.#exchange.faults.take(`book ${symbol}`, ['thin'])
    return thin === undefined ? undefined : (parseUnits(thin.quantity ?? '0') ?? 0n)
  }

  #onFill(order: ExchangeOrder, isFirst: boolean): void {
    if (isFirst) {
      const isMaker = order.fills[0]?.isMaker === true
      this.#exchange.limits.countOrders(
        order.account,
        isMaker ? MAKER_CREDIT : TAKER_CREDIT,
        this.#exchange.clock.now(),
      )
      this.lists.onWorking(order)
    }
    if (order.status === 'FILLED') this.lists.onFilled(order)
  }
}

const NO_VIEW = { openOrders: 0, openStops: 0, openIcebergs: 0, openLists: 0, position: 0n }
