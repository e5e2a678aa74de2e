/**
 * The simulated market: takes orders at a bar's close and lets the bars that follow fill them. Shared by
 * backtest, paper and dry-run. Floor 2.
 */
import type { Amount } from '../../model/amount.js'
import { BAR_FLAG, type Bars, byteAt, closeTimeAt, openTimeAt, valueAt } from '../../model/bars.js'
import type { OrderNumber } from '../../model/order.js'
import type { Broker, BrokerListener } from '../../model/ports.js'
import type { SentOrder } from '../../model/sent-order.js'
import type { MarketSettings } from '../../model/settings.js'
import { type MarketRules, marketRules, type SymbolRules } from '../../model/symbol-rules.js'
import { type EpochMs, toEpochMs } from '../../model/time.js'
import type { Account } from '../account.js'
import { BarMatcher } from './bar-matcher.js'
import { type BnbBars, bnbTerms } from './bnb-fees.js'
import type { Stretch } from './execution.js'
import { feeRates } from './fees.js'
import { type FinePath, piecesOf } from './fine-path.js'
import { OrderFiller } from './order-filler.js'
import { putInForce } from './rules-in-force.js'
import { renewed, workingOrder } from './working-order.js'
import { WorkingOrders, type WorkingOrdersState } from './working-orders.js'

/** The average true range that prices market orders, at one bar after the other. */
export interface RangeSource {
  /** In quote; NaN where it is not defined yet. */
  at(bar: number): number
}

/** What a simulated market remembers; plain data. */
export type SimBrokerState = WorkingOrdersState

/** Fills orders from bars. It reads the session's account and never changes it. */
export class SimBroker implements Broker {
  readonly #bars: Bars
  readonly #rules: MarketRules
  /** Whether the range of the bar that decided prices a market order, and not that of the bar that fills. */
  readonly #takesSignalRange: boolean
  readonly #atr: RangeSource
  readonly #bar: () => number
  readonly #fine: FinePath | undefined
  readonly #onMoment: ((time: EpochMs) => void) | undefined
  readonly #orders: WorkingOrders
  readonly #filler: OrderFiller
  readonly #matcher: BarMatcher
  /** The bar that `#stretchOf` gave last: a new one for each would be a twelfth of what an order allocates. */
  readonly #stretch: { -readonly [Key in keyof Stretch]: Stretch[Key] } = {
    barIndex: 0,
    time: toEpochMs(0),
    open: Number.NaN,
    high: Number.NaN,
    low: Number.NaN,
    volume: Number.NaN,
    atr: Number.NaN,
  }
  /** The stretch that is being filled: what an order's fill brings in meanwhile works from here on. */
  #now: Stretch | undefined

  constructor({
    bars,
    rules,
    settings,
    account,
    atr,
    bar,
    lockedBeside,
    fine,
    onMoment,
    bnbBars,
    listen,
  }: {
    readonly bars: Bars
    readonly rules: SymbolRules
    readonly settings: MarketSettings
    readonly account: Readonly<Account>
    readonly atr: RangeSource
    /** The bar at whose close orders come in: the last that the session has seen. */
    readonly bar: () => number
    /** Quote that purchases of other symbols hold on the book. */
    readonly lockedBeside?: () => Amount
    /** Finer bars or trades that decide what came first inside a bar. */
    readonly fine?: FinePath | undefined
    /** Told of every moment inside a bar that they show, before anything happens at it. */
    readonly onMoment?: ((time: EpochMs) => void) | undefined
    /** What BNB was worth, where commissions are paid in it and neither the symbol nor the settings say so. */
    readonly bnbBars?: BnbBars | undefined
    readonly listen: BrokerListener
  }) {
    this.#bars = bars
    this.#rules = marketRules(rules)
    this.#takesSignalRange = settings.atrSource === 'signal'
    this.#atr = atr
    this.#bar = bar
    this.#fine = fine
    this.#onMoment = onMoment
    const orders = new WorkingOrders(this.#rules)
    const terms = {
      rules: this.#rules,
      settings,
      rates: feeRates(settings),
      bnb: bnbTerms(settings, bnbBars),
    }
    const filler = new OrderFiller({ bars, terms, account, orders, bar, lockedBeside, listen })
    this.#orders = orders
    this.#filler = filler
    this.#matcher = new BarMatcher({ bars, rules: this.#rules, settings, orders, filler })
  }

  /** The first bar from `i` on at which something may happen; `to` when there is none before. */
  nextNews(i: number, to: number): number {
    const orders = this.#orders
    if (orders.hasWaiting || orders.hasCanceled) return i
    return orders.hasResting ? orders.firstReached(this.#bars, i, to) : to
  }

  submit(order: SentOrder): void {
    const { replaces } = order
    if (replaces !== undefined) this.#orders.cancel(replaces.order)
    const bar = this.#bar()
    const signalAtr = this.#takesSignalRange ? this.#atr.at(bar) : Number.NaN
    const spare = order.type === 'MARKET' ? this.#orders.takeSpare() : undefined
    if (spare !== undefined) this.#orders.add(renewed(spare, order, signalAtr))
    else {
      const price = this.#now?.open ?? valueAt(this.#bars.close, bar)
      this.#orders.add(workingOrder(order, { signalAtr, price, rules: this.#rules }))
    }
  }

  cancel(orderNumber: OrderNumber): void {
    this.#orders.cancel(orderNumber)
  }

  /** Whether an order waits, rests or was taken back. */
  get isBusy(): boolean {
    return this.#orders.hasLive || this.#orders.hasCanceled
  }

  /** Other rules are in force from the next bar on; what rests was let in by those of its day. */
  followRules(rules: MarketRules): void {
    putInForce(this.#rules, rules)
  }

  /** Quote that purchases hold on the book. */
  get lockedQuote(): Amount {
    return this.#orders.lockedQuote
  }

  /** Bar `i` has closed: fills what it reaches. A bar without trades, or a made-up one, fills nothing. */
  closeBar(i: number): void {
    this.answerCancels()
    if (!this.#orders.hasLive) return
    if (!this.#isReal(i)) return
    const bar = this.#stretchOf(i)
    if (this.#fine === undefined || !this.#walk(bar, this.#fine, i)) {
      this.#now = bar
      this.#matcher.open(bar)
      if (this.#orders.hasResting) this.#matcher.passInside(bar)
    }
    this.#now = undefined
  }

  /** Passes a bar piece by piece; gives whether the path has anything of it. */
  #walk(bar: Stretch, fine: FinePath, i: number): boolean {
    const pieces = piecesOf(fine, bar, toEpochMs(closeTimeAt(this.#bars, i) + 1))
    this.#filler.bounds = bar
    for (const [k, piece] of pieces.entries()) {
      if (k > 0) this.#onMoment?.(piece.time)
      this.answerCancels()
      if (!this.#orders.hasLive) break
      this.#now = piece
      if (k === 0) this.#matcher.open(piece)
      else if (this.#orders.hasWaiting) this.#matcher.openOnNew(piece)
      if (this.#orders.hasResting) this.#matcher.passInside(piece)
    }
    this.#filler.bounds = undefined
    return pieces.length > 0
  }

  /** Tells of the orders that were taken back at the last close. */
  answerCancels(): void {
    if (!this.#orders.hasCanceled) return
    for (const number of this.#orders.takeCanceled()) {
      this.#filler.report(number, 'CANCELED', closeTimeAt(this.#bars, this.#bar()), '')
    }
  }

  /**
   * The first of three steps in which the bars of several symbols pass together: bar `i` opens. Then come
   * `takeNew`, until no symbol has anything new, and `passInside`.
   */
  openBar(i: number): void {
    if (!this.#isReal(i)) return
    this.#now = this.#stretchOf(i)
    this.#matcher.open(this.#now)
  }

  /** Fills at the open what fills in other symbols have brought in. Gives whether there was anything. */
  takeNew(): boolean {
    if (!this.#now || !this.#orders.hasWaiting) return false
    this.#matcher.openOnNew(this.#now)
    return true
  }

  /** What the bar that has opened reaches before its close. */
  passInside(): void {
    if (this.#now && this.#orders.hasResting) this.#matcher.passInside(this.#now)
    this.#now = undefined
  }

  /** Fills market orders on the close of bar `i`, the last one: the sale that `--close-at-end` asks for. */
  fillAtClose(i: number): void {
    const waiting = this.#orders.takeWaiting()
    if (waiting.length === 0) return
    const stretch = { ...this.#stretchOf(i), time: closeTimeAt(this.#bars, i) }
    for (const working of waiting) this.#filler.fill(working, valueAt(this.#bars.close, i), stretch, false)
  }

  /** Nothing more will come: what still waits expires. */
  expireAll(reason: string): void {
    // The end of an entry may bring in its exits: they come too late.
    while (this.isBusy) {
      this.answerCancels()
      for (const { order, isPending } of this.#orders.takeAll()) {
        const why = isPending ? 'OTO_PHASE_ONE_EXPIRED' : reason
        this.#filler.report(order.number, 'EXPIRED', order.decisionTime, why)
      }
    }
  }

  /** What it remembers, as plain data. */
  snapshot(): SimBrokerState {
    return this.#orders.snapshot()
  }

  /** Takes up what `snapshot` gave. */
  restore(state: SimBrokerState): void {
    this.#orders.restore(state)
  }

  /** Bar `i` as a stretch, until the next one is asked for: it is written into the same object. */
  #stretchOf(i: number): Stretch {
    const bars = this.#bars
    const stretch = this.#stretch
    stretch.barIndex = i
    stretch.time = openTimeAt(bars, i)
    stretch.open = valueAt(bars.open, i)
    stretch.high = valueAt(bars.high, i)
    stretch.low = valueAt(bars.low, i)
    stretch.volume = valueAt(bars.volume, i)
    stretch.atr = this.#atr.at(i)
    return stretch
  }

  /** Whether orders can trade in bar `i`: it has volume, and was not made up. */
  #isReal(i: number): boolean {
    const { volume, flags } = this.#bars
    return valueAt(volume, i) !== 0 && (byteAt(flags, i) & BAR_FLAG.synthetic) === 0
  }
}
