/**
 * Turns what a strategy asks for into orders, and follows what becomes of them. Floor 2.
 */

import type { Cursor } from '../math/series.js'
import { type Bars, closeTimeAt, openTimeAt, valueAt } from '../model/bars.js'
import type { Ask } from '../model/decision.js'
import { InvariantError } from '../model/errors.js'
import type { Execution, OrderEvent } from '../model/event.js'
import { toUnits, type Units } from '../model/money.js'
import { isOpen, type MarketOrder, type OrderNumber } from '../model/order.js'
import type { Broker } from '../model/ports.js'
import type { MarketSettings } from '../model/settings.js'
import type { SymbolRules } from '../model/symbol-rules.js'
import type { EpochMs } from '../model/time.js'
import type { Account } from './account.js'
import type { BuySize, SellSize, Tagged } from './context.js'
import type { Journal } from './journal/journal.js'
import {
  type MarketWish,
  type SizingInputs,
  sizeBuyBase,
  sizeBuyQuote,
  sizeSell,
  sizeTarget,
} from './sizing.js'

/** An order that can still trade, and its row in the journal. */
interface OpenOrder {
  readonly order: MarketOrder
  readonly row: number
  executed: Units
}

const NOTHING: readonly OrderNumber[] = []

/** What the desk remembers; plain data. `aim` is undefined when it is forgotten. */
export interface DeskState {
  readonly orderCount: number
  readonly aim: number | undefined
  readonly aimOrder: OrderNumber
  readonly open: readonly Pick<OpenOrder, 'order' | 'executed'>[]
}

/** Asks in, orders out. The strategy's context calls it at a bar's close. */
export class OrderDesk {
  readonly #bars: Bars
  readonly #cursor: Cursor
  readonly #rules: SymbolRules
  readonly #settings: MarketSettings
  readonly #account: Readonly<Account>
  readonly #broker: Broker
  readonly #journal: Journal
  /** Whether something was asked of the broker since this was last made false. */
  hasAsked = false
  #orderCount = 0
  /** Weight that the last target aims at; undefined when it is forgotten. */
  #aim: number | undefined = 0
  /** The order that carries the aim; 0 when none does. */
  #aimOrder: OrderNumber = 0
  #open: OpenOrder[] = []

  constructor(parts: {
    readonly bars: Bars
    readonly cursor: Cursor
    readonly rules: SymbolRules
    readonly settings: MarketSettings
    readonly account: Readonly<Account>
    readonly broker: Broker
    readonly journal: Journal
  }) {
    this.#bars = parts.bars
    this.#cursor = parts.cursor
    this.#rules = parts.rules
    this.#settings = parts.settings
    this.#account = parts.account
    this.#broker = parts.broker
    this.#journal = parts.journal
  }

  /** Whether an order waits. */
  get hasPending(): boolean {
    return this.#open.length > 0
  }

  /** Brings the position to a weight of equity. To the weight already aimed at it does nothing. */
  target(weight: number, tag: string): void {
    if (weight === this.#aim) return
    if (!(weight >= 0 && weight <= 1)) {
      throw new RangeError(`the weight of target must be between 0 and 1, was ${weight}`)
    }
    const cancels = this.#cancelAim()
    this.#aim = weight
    this.#aimOrder = this.#place(sizeTarget(weight, this.#sizing()), { kind: 'TARGET', weight }, tag, cancels)
  }

  /** Sells all that is held, whatever was aimed at. */
  close(tag: string): void {
    const cancels = this.#cancelAim()
    this.#aim = 0
    this.#aimOrder = this.#place(sizeTarget(0, this.#sizing()), { kind: 'CLOSE' }, tag, cancels)
  }

  /** Sells all that is held, on behalf of the run: an order like any other, but no decision. */
  sellAll(tag: string): void {
    const wish = sizeTarget(0, this.#sizing())
    if (wish) this.#submit(wish, tag, closeTimeAt(this.#bars, this.#cursor.index))
  }

  /** Buys at market. */
  buy(size: BuySize): void {
    const inputs = this.#sizing()
    if ('quote' in size) {
      const quote = toUnits(checkAmount('quote', size.quote), 'down', this.#quoteScale)
      const ask: Ask = { kind: 'ORDER', side: 'BUY', quoteQuantity: quote }
      this.#place(sizeBuyQuote(quote, inputs), ask, size.tag ?? '', NOTHING)
    } else {
      const quantity = toUnits(checkAmount('quantity', size.quantity), 'down', this.#rules.quantityScale)
      const ask: Ask = { kind: 'ORDER', side: 'BUY', quantity }
      this.#place(sizeBuyBase(quantity, inputs), ask, size.tag ?? '', NOTHING)
    }
  }

  /** Sells at market, at most what is owned. */
  sell(size: SellSize): void {
    const quantity = toUnits(checkAmount('quantity', size.quantity), 'down', this.#rules.quantityScale)
    this.#place(
      sizeSell(quantity, this.#sizing()),
      { kind: 'ORDER', side: 'SELL', quantity },
      size.tag ?? '',
      NOTHING,
    )
  }

  /** Takes back every order that waits. */
  cancel(options?: Tagged): void {
    const cancels = this.#open.map(({ order }) => order.number)
    for (const number of cancels) this.#cancel(number)
    this.#place(undefined, { kind: 'CANCEL' }, options?.tag ?? '', cancels)
  }

  /** Follows an order's status. An aim whose order ended without a fill is forgotten. */
  onOrder(event: OrderEvent): void {
    const open = this.#find(event.orderNumber)
    this.#journal.orders.update(open.row, event.status, open.executed, event.reason)
    if (isOpen(event.status)) return
    this.#forget(open)
    if (event.orderNumber !== this.#aimOrder) return
    if (open.executed === 0n) this.#aim = undefined
    this.#aimOrder = 0
  }

  /** Follows an order's fill, and gives its tag. Any fill but the aim's own makes the aim forgotten. */
  onFill(execution: Execution, isFinal: boolean): string {
    const open = this.#find(execution.orderNumber)
    open.executed += execution.quantity
    this.#journal.orders.update(open.row, isFinal ? 'FILLED' : 'PARTIALLY_FILLED', open.executed, '')
    if (isFinal) this.#forget(open)
    if (execution.orderNumber !== this.#aimOrder) this.#aim = undefined
    else if (isFinal) this.#aimOrder = 0
    return open.order.tag
  }

  /** What the desk remembers, as plain data. */
  snapshot(): DeskState {
    return {
      orderCount: this.#orderCount,
      aim: this.#aim,
      aimOrder: this.#aimOrder,
      open: this.#open.map(({ order, executed }) => ({ order, executed })),
    }
  }

  /** Takes up what `snapshot` gave; orders that were open are written down again. */
  restore(state: DeskState): void {
    this.#orderCount = state.orderCount
    this.#aim = state.aim
    this.#aimOrder = state.aimOrder
    this.#open = state.open.map(({ order, executed }) => {
      const row = this.#journal.orders.add(order)
      this.#journal.orders.update(row, executed > 0n ? 'PARTIALLY_FILLED' : 'NEW', executed, '')
      return { order, row, executed }
    })
  }

  get #quoteScale(): number {
    return this.#rules.priceScale * this.#rules.quantityScale
  }

  #sizing(): SizingInputs {
    const close = valueAt(this.#bars.close, this.#cursor.index)
    return { account: this.#account, close, rules: this.#rules, settings: this.#settings }
  }

  #cancelAim(): readonly OrderNumber[] {
    if (this.#aimOrder === 0) return NOTHING
    const number = this.#aimOrder
    this.#cancel(number)
    return [number]
  }

  /** Sends the wish as an order and writes the decision down; gives the order's number, 0 without one. */
  #place(wish: MarketWish | undefined, ask: Ask, tag: string, cancels: readonly OrderNumber[]): OrderNumber {
    if (!wish && cancels.length === 0) return 0
    const time = closeTimeAt(this.#bars, this.#cursor.index)
    const orderNumber = wish && this.#submit(wish, tag, time)
    this.#journal.decisions.add({ time, symbolIndex: 0, ask, tag, cancels, orderNumber })
    return orderNumber ?? 0
  }

  #submit({ side, size }: MarketWish, tag: string, time: EpochMs): OrderNumber {
    const number = ++this.#orderCount
    const decisionOpenTime = openTimeAt(this.#bars, this.#cursor.index)
    const order: MarketOrder =
      size.quantity === undefined
        ? {
            number,
            symbolIndex: 0,
            side,
            type: 'MARKET',
            decisionTime: time,
            decisionOpenTime,
            tag,
            quoteQuantity: size.quoteQuantity,
          }
        : {
            number,
            symbolIndex: 0,
            side,
            type: 'MARKET',
            decisionTime: time,
            decisionOpenTime,
            tag,
            quantity: size.quantity,
          }
    this.#open.push({ order, row: this.#journal.orders.add(order), executed: 0n })
    this.hasAsked = true
    this.#broker.submit(order)
    return number
  }

  #cancel(number: OrderNumber): void {
    this.hasAsked = true
    this.#broker.cancel(number)
  }

  #find(number: OrderNumber): OpenOrder {
    for (const open of this.#open) if (open.order.number === number) return open
    throw new InvariantError(`an event must name an open order, ${number} is none`)
  }

  #forget(order: OpenOrder): void {
    // The one order that waits is the usual case; splice makes an array for what it takes out.
    if (this.#open.length === 1) this.#open.pop()
    else this.#open.splice(this.#open.indexOf(order), 1)
  }
}

function checkAmount(name: string, amount: number): number {
  if (Number.isFinite(amount) && amount >= 0) return amount
  throw new RangeError(`${name} must be a number of at least 0, was ${amount}`)
}
