/**
 * The simulated market: takes orders at a bar's close and lets the bars that follow fill them. Shared by
 * backtest, paper and dry-run. Floor 2.
 */
import { type Amount, add, subtract, unitsOf } from '../../model/amount.js'
import { BAR_FLAG, type Bars, type Column, closeTimeAt, openTimeAt, valueAt } from '../../model/bars.js'
import { toUnits } from '../../model/money.js'
import { isStop, type Order, type OrderNumber, type OrderStatus } from '../../model/order.js'
import type { Broker, BrokerListener } from '../../model/ports.js'
import type { MarketSettings } from '../../model/settings.js'
import { type MarketRules, marketRules, type SymbolRules } from '../../model/symbol-rules.js'
import { type EpochMs, toEpochMs } from '../../model/time.js'
import type { Account } from '../account.js'
import { restingOrderFault } from './admission.js'
import { type BnbBars, bnbTerms } from './bnb-fees.js'
import { type FillTerms, fillOrder, rests, type Stretch } from './execution.js'
import { feeRates } from './fees.js'
import { type FinePath, piecesOf } from './fine-path.js'
import { type FilterView, furtherFault } from './further-filters.js'
import {
  beginsToTrail,
  fallsToStopPrice,
  fallsToTrigger,
  type Match,
  matchFirstOpen,
  matchInside,
  matchOpen,
  waitsToTrail,
  worstFirst,
} from './matching.js'
import {
  isFalling,
  isTrailing,
  lockOf,
  revived,
  trail,
  type WorkingOrder,
  workingOrder,
} from './working-order.js'

/** A column that moves when it grows: whoever makes it grow says where it is. */
export interface MovingColumn {
  readonly values: Column
}

const NOTHING: readonly WorkingOrder[] = []

/** Whether the far end of a bar comes after what begins an order's trail: the same way sets it off. */
function isSure({ order }: WorkingOrder): boolean {
  return isStop(order) && fallsToStopPrice(order) === fallsToTrigger(order)
}

/** What a simulated market remembers; plain data. */
export interface SimBrokerState {
  readonly waiting: readonly WorkingOrder[]
  readonly resting: readonly WorkingOrder[]
  readonly canceled: readonly OrderNumber[]
}

/** Fills orders from bars. It reads the session's account and never changes it. */
export class SimBroker implements Broker {
  readonly #bars: Bars
  readonly #rules: MarketRules
  readonly #settings: MarketSettings
  readonly #terms: FillTerms
  readonly #account: Readonly<Account>
  readonly #listen: BrokerListener
  readonly #atr: MovingColumn
  readonly #bar: () => number
  readonly #lockedBeside: (() => Amount) | undefined
  readonly #fine: FinePath | undefined
  readonly #onMoment: ((time: EpochMs) => void) | undefined
  /** Asked for since the last bar that filled: the market has not seen them. */
  #waiting: WorkingOrder[] = []
  /** On the book, oldest first. */
  #resting: WorkingOrder[] = []
  /** Taken back at the last close; the session is told before the next bar, as it would be live. */
  #canceled: OrderNumber[] = []
  /** Of the orders that come in at this open, those not yet seen may still be ended by one that was. */
  #arriving: readonly WorkingOrder[] = NOTHING
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
  /** The bar of which a piece is being filled. */
  #bounds: Stretch | undefined
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
    /** The average true range that prices market orders. */
    readonly atr: MovingColumn
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
    this.#settings = settings
    this.#terms = {
      rules: this.#rules,
      settings,
      rates: feeRates(settings),
      bnb: bnbTerms(settings, bnbBars),
    }
    this.#account = account
    this.#atr = atr
    this.#bar = bar
    this.#lockedBeside = lockedBeside
    this.#fine = fine
    this.#onMoment = onMoment
    this.#listen = listen
  }

  /** The first bar from `i` on at which something may happen; `to` when there is none before. */
  nextNews(i: number, to: number): number {
    if (this.#waiting.length > 0 || this.#canceled.length > 0) return i
    if (this.#resting.length === 0) return to
    return this.#firstReached(i, to)
  }

  submit(order: Order): void {
    const bar = this.#bar()
    const isSignal = this.#settings.atrSource === 'signal'
    const working = workingOrder(order, {
      signalAtr: isSignal ? valueAt(this.#atr.values, bar) : Number.NaN,
      price: this.#now?.open ?? valueAt(this.#bars.close, bar),
      rules: this.#rules,
    })
    // As with open orders: one at a time is the usual case.
    if (this.#waiting.length === 0) this.#waiting = [working]
    else this.#waiting.push(working)
  }

  cancel(orderNumber: OrderNumber): void {
    const isTaken = this.#take(this.#waiting, orderNumber) || this.#take(this.#resting, orderNumber)
    if (isTaken || this.#takeArriving(orderNumber)) this.#canceled.push(orderNumber)
  }

  /** Whether an order waits, rests or was taken back. */
  get isBusy(): boolean {
    return this.#waiting.length + this.#resting.length + this.#canceled.length > 0
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

  /** Bar `i` has closed: fills what it reaches. A bar without trades, or a made-up one, fills nothing. */
  closeBar(i: number): void {
    this.answerCancels()
    if (this.#waiting.length === 0 && this.#resting.length === 0) return
    if (!this.#isReal(i)) return
    const bar = this.#stretchOf(i)
    if (!this.#fine || !this.#walk(bar, this.#fine, i)) {
      this.#now = bar
      this.#open(bar)
      if (this.#resting.length > 0) this.#passInside(bar)
    }
    this.#now = undefined
  }

  /** Passes a bar piece by piece; gives whether the path has anything of it. */
  #walk(bar: Stretch, fine: FinePath, i: number): boolean {
    const pieces = piecesOf(fine, bar, toEpochMs(closeTimeAt(this.#bars, i) + 1))
    this.#bounds = bar
    for (const [k, piece] of pieces.entries()) {
      if (k > 0) this.#onMoment?.(piece.time)
      this.answerCancels()
      if (this.#waiting.length + this.#resting.length === 0) break
      this.#now = piece
      if (k === 0) this.#open(piece)
      else if (this.#waiting.length > 0) this.#openOnNew(piece)
      if (this.#resting.length > 0) this.#passInside(piece)
    }
    this.#bounds = undefined
    return pieces.length > 0
  }

  /** Tells of the orders that were taken back at the last close. */
  answerCancels(): void {
    if (this.#canceled.length > 0) this.#reportCanceled()
  }

  /**
   * The first of three steps in which the bars of several symbols pass together: bar `i` opens. Then come
   * `takeNew`, until no symbol has anything new, and `passInside`.
   */
  openBar(i: number): void {
    if (!this.#isReal(i)) return
    this.#now = this.#stretchOf(i)
    this.#open(this.#now)
  }

  /** Fills at the open what fills in other symbols have brought in. Gives whether there was anything. */
  takeNew(): boolean {
    if (!this.#now || this.#waiting.length === 0) return false
    this.#openOnNew(this.#now)
    return true
  }

  /** What the bar that has opened reaches before its close. */
  passInside(): void {
    if (this.#now && this.#resting.length > 0) this.#passInside(this.#now)
    this.#now = undefined
  }

  /** Fills market orders on the close of bar `i`, the last one: the sale that `--close-at-end` asks for. */
  fillAtClose(i: number): void {
    const waiting = this.#waiting
    if (waiting.length === 0) return
    this.#waiting = []
    const stretch = { ...this.#stretchOf(i), time: closeTimeAt(this.#bars, i) }
    for (const working of waiting) this.#fill(working, valueAt(this.#bars.close, i), stretch, false)
  }

  /** Nothing more will come: what still waits expires. */
  expireAll(reason: string): void {
    // The end of an entry may bring in its exits: they come too late.
    while (this.#resting.length + this.#waiting.length + this.#canceled.length > 0) {
      this.#reportCanceled()
      const working = [...this.#resting, ...this.#waiting]
      this.#waiting = []
      this.#resting = []
      for (const { order } of working) this.#report(order.number, 'EXPIRED', order.decisionTime, reason)
    }
  }

  /** What it remembers, as plain data. */
  snapshot(): SimBrokerState {
    return structuredClone({ waiting: this.#waiting, resting: this.#resting, canceled: this.#canceled })
  }

  /** Takes up what `snapshot` gave. */
  restore(state: SimBrokerState): void {
    const { waiting, resting, canceled } = structuredClone(state)
    this.#waiting = waiting.map(revived)
    this.#resting = resting.map(revived)
    this.#canceled = [...canceled]
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
    stretch.atr = valueAt(this.#atr.values, i)
    return stretch
  }

  /** Whether orders can trade in bar `i`: it has volume, and was not made up. */
  #isReal(i: number): boolean {
    const { volume, flags } = this.#bars
    return valueAt(volume, i) !== 0 && (valueAt(flags, i) & BAR_FLAG.synthetic) === 0
  }

  #open(stretch: Stretch): void {
    if (this.#resting.length > 0) this.#openOnResting(stretch)
    this.#openOnNew(stretch)
  }

  #openOnResting(stretch: Stretch): void {
    for (const working of [...this.#resting]) {
      const match = working.isDone ? undefined : matchOpen(working, stretch.open, this.#settings.limitFill)
      if (match) this.#apply(working, match, stretch, false)
      else this.#beginToTrail(working, stretch.open)
    }
  }

  /** What the market has not seen, and then what a fill among them brings in: an entry's exits. */
  #openOnNew(stretch: Stretch): void {
    const { barIndex, open } = stretch
    let last = barIndex > 0 ? valueAt(this.#bars.close, barIndex - 1) : Number.NaN
    while (this.#waiting.length > 0) {
      const arriving = this.#waiting
      this.#waiting = []
      this.#arriving = arriving
      for (const working of arriving) {
        if (working.isDone) continue
        if (working.order.type === 'MARKET') {
          // What `matchFirstOpen` says of it, without an object to say it.
          this.#fill(working, open, stretch, false)
          continue
        }
        const fault = this.#admissionFault(working)
        if (fault !== undefined) this.#end(working, 'REJECTED', fault, stretch.time)
        else {
          const match = matchFirstOpen(working, open, last)
          if (match === undefined) {
            this.#resting.push(working)
            this.#beginToTrail(working, open)
          } else this.#apply(working, match, stretch, false)
        }
      }
      // What comes in now is an exit of an entry that has just filled: it takes the open as it is.
      last = Number.NaN
    }
    this.#arriving = NOTHING
  }

  /** Which of several comes first is not known: the settings say whether the worst or the best is taken. */
  #passInside(stretch: Stretch): void {
    const { limitFill, insideBar } = this.#settings
    const begun = this.#resting.filter((one) => isSure(one) && this.#beginsInside(one, stretch))
    for (const working of begun) trail(working, working.stop, this.#rules)
    const reached = this.#resting.filter((one) => matchInside(one, stretch, limitFill))
    const sign = insideBar === 'worst' ? 1 : -1
    reached.sort((a, b) => sign * (worstFirst(a) - worstFirst(b)) || a.order.number - b.order.number)
    for (const working of reached) {
      const match = working.isDone ? undefined : matchInside(working, stretch, limitFill)
      if (!match) continue
      const { list } = working.order
      const hasRival = list !== undefined && reached.some((one) => one !== working && one.order.list === list)
      this.#apply(working, match, stretch, hasRival)
      if (this.#waiting.length > 0) this.#exitsInside(working, stretch)
    }
    for (const working of this.#resting) {
      // What a bar had reached before the price from which an order trails is nothing to it.
      if (!isTrailing(working) || begun.includes(working)) continue
      if (waitsToTrail(working) && !this.#beginsInside(working, stretch)) continue
      trail(working, isFalling(working) ? stretch.high : stretch.low, this.#rules)
    }
  }

  #beginsInside(working: WorkingOrder, { low, high }: Stretch): boolean {
    return beginsToTrail(working, low) || beginsToTrail(working, high)
  }

  /** A price at which an order with a stop price and a distance begins to trail. */
  #beginToTrail(working: WorkingOrder, price: number): void {
    if (beginsToTrail(working, price)) trail(working, price, this.#rules)
  }

  /** Exits of an entry that filled inside the stretch: whether it reached them before or after is not known. */
  #exitsInside(entry: WorkingOrder, stretch: Stretch): void {
    const exits = this.#waiting
    this.#waiting = []
    const { limitFill, insideBar } = this.#settings
    const reached = exits.filter((one) => matchInside(one, stretch, limitFill))
    // A price that fell to the entry's limit reached what is below it afterwards.
    const isCertain = (one: WorkingOrder) => isFalling(one) && entry.order.type.startsWith('LIMIT')
    const taken = reached.find((one) =>
      insideBar === 'worst' ? isFalling(one) : !isFalling(one) || (isCertain(one) && reached.length === 1),
    )
    this.#resting.push(...exits)
    if (taken) {
      const match = matchInside(taken, stretch, limitFill)
      const isAmbiguous = reached.length > 1 || !isCertain(taken)
      if (match) this.#apply(taken, match, stretch, isAmbiguous)
    } else if (reached.length > 0) {
      for (const one of exits) one.isAmbiguous = true
    }
  }

  #apply(working: WorkingOrder, match: Match, stretch: Stretch, isAmbiguous: boolean): void {
    switch (match.kind) {
      case 'TAKE':
        this.#fill(working, match.from, stretch, isAmbiguous)
        break
      case 'MAKE':
        this.#fill(working, undefined, stretch, isAmbiguous)
        break
      case 'TRIGGER':
        this.#rest(working)
        this.#endRivals(working, stretch.time)
        break
      case 'REJECT':
        this.#end(working, 'REJECTED', match.reason, stretch.time)
        break
      case 'EXPIRE':
        this.#end(working, 'EXPIRED', match.reason, stretch.time)
        break
    }
  }

  #fill(working: WorkingOrder, from: number | undefined, stretch: Stretch, isAmbiguous: boolean): void {
    const { order } = working
    const answer = fillOrder(
      {
        order,
        executed: working.executed,
        from,
        atr: this.#settings.atrSource === 'next' ? stretch.atr : working.signalAtr,
        isAmbiguous: isAmbiguous || working.isAmbiguous,
        free: this.#freeFor(working),
        bnb: this.#account.purse.bnb,
        view: order.type === 'MARKET' && this.#rules.further ? this.#filterView() : undefined,
      },
      // A price is inside its bar when it is inside the whole of it.
      this.#bounds ? { ...stretch, low: this.#bounds.low, high: this.#bounds.high } : stretch,
      this.#terms,
    )
    if (answer.kind === 'NOTHING') this.#rest(working)
    else if (answer.kind !== 'FILL') this.#end(working, answer.kind, answer.reason, stretch.time)
    else {
      const { execution, isCut } = answer
      working.executed = add(working.executed, execution.quantity)
      if (order.list !== undefined) this.#endRivals(working, stretch.time)
      if (!isCut) this.#remove(working)
      else if (rests(order)) this.#rest(working)
      this.#listen({ kind: 'FILL', execution, isFinal: !isCut })
      if (isCut && !rests(order)) this.#end(working, 'EXPIRED', 'INSUFFICIENT_LIQUIDITY', stretch.time)
    }
  }

  /** An order that goes on, behind a trigger or a fill of part of it. */
  #rest(working: WorkingOrder): void {
    working.isTriggered = true
    if (!this.#resting.includes(working)) this.#resting.push(working)
  }

  #remove(working: WorkingOrder): void {
    working.isDone = true
    const k = this.#resting.indexOf(working)
    if (k >= 0) this.#resting.splice(k, 1)
  }

  #end(working: WorkingOrder, status: OrderStatus, reason: string, time: EpochMs): void {
    this.#remove(working)
    if (working.order.list !== undefined) this.#endRivals(working, time)
    this.#report(working.order.number, status, time, reason)
  }

  /** One of a list is set off, filled or over: the exchange takes the others back. */
  #endRivals({ order: { list, number } }: WorkingOrder, time: EpochMs): void {
    for (const rival of [...this.#resting, ...this.#arriving]) {
      if (rival.isDone || rival.order.list !== list || rival.order.number === number) continue
      this.#remove(rival)
      this.#report(rival.order.number, 'EXPIRED', time, 'OCO_TRIGGER')
    }
  }

  /** What an order may spend: what is owned less what others on the book hold. */
  #freeFor({ order }: WorkingOrder): Amount {
    const { cash, quantity } = this.#account
    let free =
      order.side === 'SELL' ? quantity : this.#lockedBeside ? subtract(cash, this.#lockedBeside()) : cash
    if (this.#resting.length === 0) return free
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

  #filterView(): FilterView {
    const isAlgo = ({ order, isTriggered }: WorkingOrder) => isStop(order) && !isTriggered
    const buying = this.#resting.reduce(
      (sum, { order, executed }) =>
        order.side === 'BUY' && order.quantity !== undefined ? sum + order.quantity - unitsOf(executed) : sum,
      0n,
    )
    return {
      reference: toUnits(
        valueAt(this.#bars.close, Math.max(0, this.#bar())),
        'nearest',
        this.#rules.priceScale,
      ),
      openOrders: this.#resting.length,
      openStops: this.#resting.filter(isAlgo).length,
      position: unitsOf(this.#account.quantity) + buying,
    }
  }

  /** Why the exchange would not take an order that is to rest; undefined when it would. */
  #admissionFault(working: WorkingOrder): string | undefined {
    const fault = restingOrderFault(this.#rules, working)
    if (fault !== undefined) return fault
    const { further } = this.#rules
    const beyond = further && furtherFault(further, working.order, this.#filterView())
    if (beyond !== undefined) return beyond
    return lockOf(working, this.#rules) > this.#freeFor(working) ? 'INSUFFICIENT_BALANCE' : undefined
  }

  /** Only a price at which an order acts ends the quiet; a trailing trigger moves with every bar. */
  #firstReached(i: number, to: number): number {
    let down = Number.NEGATIVE_INFINITY
    let up = Number.POSITIVE_INFINITY
    for (const working of this.#resting) {
      if (isTrailing(working) && !working.isTriggered) return i
      const price = isStop(working.order) && !working.isTriggered ? working.stop : working.limit
      if (isFalling(working)) down = Math.max(down, price)
      else up = Math.min(up, price)
    }
    const { low, high } = this.#bars
    for (let k = i; k < to; k++) if (valueAt(low, k) <= down || valueAt(high, k) >= up) return k
    return to
  }

  #take(orders: WorkingOrder[], number: OrderNumber): boolean {
    const k = orders.findIndex(({ order }) => order.number === number)
    const [taken] = k < 0 ? [] : orders.splice(k, 1)
    if (taken) taken.isDone = true
    return taken !== undefined
  }

  #takeArriving(number: OrderNumber): boolean {
    const taken = this.#arriving.find(({ order, isDone }) => order.number === number && !isDone)
    if (taken) taken.isDone = true
    return taken !== undefined
  }

  #reportCanceled(): void {
    const canceled = this.#canceled
    this.#canceled = []
    for (const number of canceled) this.#report(number, 'CANCELED', closeTimeAt(this.#bars, this.#bar()), '')
  }

  #report(orderNumber: OrderNumber, status: OrderStatus, time: EpochMs, reason: string): void {
    this.#listen({ kind: 'ORDER', orderNumber, status, time, reason })
  }
}
