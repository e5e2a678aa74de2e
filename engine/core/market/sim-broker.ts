/**
 * The simulated market: takes orders at a bar's close and fills them at the open of the next bar that
 * is present and real. Shared by backtest, paper and dry-run. Floor 2.
 */
import { BAR_FLAG, type Bars, type Column, closeTimeAt, openTimeAt, valueAt } from '../../model/bars.js'
import type { Execution } from '../../model/event.js'
import { divideDown, multiplyDown, toUnits } from '../../model/money.js'
import type { Order, OrderNumber, OrderStatus } from '../../model/order.js'
import type { Broker, BrokerListener } from '../../model/ports.js'
import type { MarketSettings } from '../../model/settings.js'
import type { SymbolRules } from '../../model/symbol-rules.js'
import type { EpochMs } from '../../model/time.js'
import type { Account } from '../account.js'
import { commissionFor, type FeeRates, feeRates } from './fees.js'
import { type FillInputs, isOutsideBar, marketPrice, slippageOf } from './fill-model.js'
import { floorMarketQuantity, marketOrderFault } from './filters.js'

/** A column that moves when it grows: whoever makes it grow says where it is. */
export interface MovingColumn {
  readonly values: Column
}

/** An order that waits, and the average true range at the bar that decided it, where that one prices it. */
interface WaitingOrder {
  readonly order: Order
  readonly signalAtr: number
}

/** What a simulated market remembers; plain data. */
export interface SimBrokerState {
  readonly waiting: readonly WaitingOrder[]
  readonly canceled: readonly OrderNumber[]
}

/** Fills orders from bars. It reads the session's account and never changes it. */
export class SimBroker implements Broker {
  readonly #bars: Bars
  readonly #rules: SymbolRules
  readonly #settings: MarketSettings
  readonly #rates: FeeRates
  readonly #account: Readonly<Account>
  readonly #listen: BrokerListener
  readonly #atr: MovingColumn
  readonly #bar: () => number
  #waiting: WaitingOrder[] = []
  /** Taken back at the last close; the session is told before the next bar, as it would be live. */
  #canceled: OrderNumber[] = []

  constructor({
    bars,
    rules,
    settings,
    account,
    atr,
    bar,
    listen,
  }: {
    readonly bars: Bars
    readonly rules: SymbolRules
    readonly settings: MarketSettings
    readonly account: Readonly<Account>
    /** The average true range that prices market orders. */
    readonly atr: MovingColumn
    /** The bar at whose close orders come in: the last that the session has seen. */
    readonly bar: () => number
    readonly listen: BrokerListener
  }) {
    this.#bars = bars
    this.#rules = rules
    this.#settings = settings
    this.#rates = feeRates(settings)
    this.#account = account
    this.#atr = atr
    this.#bar = bar
    this.#listen = listen
  }

  /** Whether the next bar has something to tell. */
  get hasNews(): boolean {
    return this.#waiting.length > 0 || this.#canceled.length > 0
  }

  submit(order: Order): void {
    const needsSignal = this.#settings.atrSource === 'signal'
    this.#waiting.push({
      order,
      signalAtr: needsSignal ? valueAt(this.#atr.values, this.#bar()) : Number.NaN,
    })
  }

  cancel(orderNumber: OrderNumber): void {
    const k = this.#waiting.findIndex(({ order }) => order.number === orderNumber)
    if (k < 0) return
    this.#waiting.splice(k, 1)
    this.#canceled.push(orderNumber)
  }

  /** Bar `i` has closed: fills what waited for it. A bar without trades, or a made-up one, fills nothing. */
  closeBar(i: number): void {
    if (this.#canceled.length > 0) this.#reportCanceled()
    if (this.#waiting.length === 0) return
    if (valueAt(this.#bars.volume, i) === 0) return
    if ((valueAt(this.#bars.flags, i) & BAR_FLAG.synthetic) !== 0) return
    const waiting = this.#waiting
    this.#waiting = []
    const time = openTimeAt(this.#bars, i)
    const reference = valueAt(this.#bars.open, i)
    for (const { order, signalAtr } of waiting) {
      const atr = this.#settings.atrSource === 'next' ? valueAt(this.#atr.values, i) : signalAtr
      this.#fill(order, time, this.#inputs(i, reference, atr), i)
    }
  }

  /** Fills what waits on the close of bar `i`, the last one: the sale that `--close-at-end` asks for. */
  fillAtClose(i: number): void {
    const waiting = this.#waiting
    this.#waiting = []
    const inputs = this.#inputs(i, valueAt(this.#bars.close, i), valueAt(this.#atr.values, i))
    for (const { order } of waiting) this.#fill(order, closeTimeAt(this.#bars, i), inputs, i)
  }

  /** Nothing more will come: what still waits expires. */
  expireAll(reason: string): void {
    this.#reportCanceled()
    const waiting = this.#waiting
    this.#waiting = []
    for (const { order } of waiting) this.#report(order.number, 'EXPIRED', order.decisionTime, reason)
  }

  /** What it remembers, as plain data. */
  snapshot(): SimBrokerState {
    return { waiting: [...this.#waiting], canceled: [...this.#canceled] }
  }

  /** Takes up what `snapshot` gave. */
  restore(state: SimBrokerState): void {
    this.#waiting = [...state.waiting]
    this.#canceled = [...state.canceled]
  }

  #reportCanceled(): void {
    const canceled = this.#canceled
    this.#canceled = []
    for (const number of canceled) this.#report(number, 'CANCELED', closeTimeAt(this.#bars, this.#bar()), '')
  }

  #inputs(i: number, reference: number, atr: number): FillInputs {
    return { reference, atr, low: valueAt(this.#bars.low, i), high: valueAt(this.#bars.high, i) }
  }

  #fill(order: Order, time: EpochMs, inputs: FillInputs, barIndex: number): void {
    if (order.type !== 'MARKET') {
      this.#report(order.number, 'REJECTED', time, 'ORDER_TYPE')
      return
    }
    const rules = this.#rules
    const price = marketPrice(order.side, inputs, this.#settings, rules)
    const wished = order.quantity ?? divideDown(order.quoteQuantity, price)
    const quantity = floorMarketQuantity(rules, wished)
    const quote = multiplyDown(price, quantity)
    const fault = marketOrderFault(rules, quantity, quote)
    if (fault !== undefined) {
      this.#report(order.number, 'REJECTED', time, fault)
      return
    }
    const commission = commissionFor(
      { side: order.side, quantity, quote },
      this.#rates.taker,
      rules,
      this.#settings.feeAsset,
    )
    const spentCommission =
      order.side === 'BUY' && commission.asset === rules.quoteAsset ? commission.amount : 0n
    const isShort =
      order.side === 'BUY' ? quote + spentCommission > this.#account.cash : quantity > this.#account.quantity
    if (isShort) {
      this.#report(order.number, 'REJECTED', time, 'INSUFFICIENT_BALANCE')
      return
    }
    const referencePrice = toUnits(inputs.reference, 'nearest', rules.priceScale)
    const execution: Execution = {
      orderNumber: order.number,
      symbolIndex: order.symbolIndex,
      side: order.side,
      type: order.type,
      liquidity: 'TAKER',
      time,
      barIndex,
      decisionTime: order.decisionTime,
      price,
      quantity,
      quote,
      commission: commission.amount,
      commissionAsset: commission.asset,
      referencePrice,
      atr: inputs.atr,
      slippage: slippageOf(price, referencePrice, quantity),
      isOutsideBar: isOutsideBar(price, inputs, rules),
    }
    this.#listen({ kind: 'FILL', execution, isFinal: true })
  }

  #report(orderNumber: OrderNumber, status: OrderStatus, time: EpochMs, reason: string): void {
    this.#listen({ kind: 'ORDER', orderNumber, status, time, reason })
  }
}
