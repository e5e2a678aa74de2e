/**
 * One strategy on one feed: events in, orders out. It knows no market, no clock and no file; a plain
 * loop drives it over history, one queue with one consumer drives it live. Floor 2.
 */
import type { Frame, FrameColumns } from '../math/frame-columns.js'
import type { LongerInterval } from '../math/indicator.js'
import type { Cursor } from '../math/series.js'
import { type Bars, barAt, closeTimeAt, valueAt } from '../model/bars.js'
import { InvariantError, NextbarError, StrategyError } from '../model/errors.js'
import type { BrokerEvent } from '../model/event.js'
import { toNumber } from '../model/money.js'
import type { Broker, BrokerListener, Ledger } from '../model/ports.js'
import type { RunSettings } from '../model/settings.js'
import type { SymbolRules } from '../model/symbol-rules.js'
import { formatTime } from '../model/time.js'
import type { Account } from './account.js'
import { Books, type BooksState } from './books.js'
import type { BarsView, BracketExits, BuySize, Context, OrderTerms, SellSize, Tagged } from './context.js'
import { type Journal, newJournal } from './journal/journal.js'
import { type DeskState, OrderDesk } from './order-desk.js'
import type { ParamSpecs, ParamValues } from './params.js'
import { bindBars, bindIndicators } from './readings.js'
import type { IndicatorSet, LongerIntervals, PlainState, Readings, Strategy } from './strategy.js'

/** Everything a session must remember to go on: plain data that `structuredClone` copies. */
export interface SessionState {
  /** The last bar it has seen. */
  readonly index: number
  /** First bar at which the strategy was called; undefined while longer intervals warm up. */
  readonly firstCall: number | undefined
  readonly books: BooksState
  readonly desk: DeskState
  readonly strategy: PlainState
}

/** What a session is made of. */
export interface SessionParts {
  readonly strategy: Strategy
  readonly params: ParamValues<ParamSpecs>
  /** Indicators of the strategy, as made from these parameters. */
  readonly indicators: IndicatorSet
  readonly bars: Bars
  /** Columns that hold the indicators; the driver extends them before it closes a bar. */
  readonly columns: FrameColumns
  readonly rules: SymbolRules
  readonly settings: RunSettings
  /** First bar at which the strategy is called. */
  readonly firstCall: number
  /** Where every input is written before it is applied; nowhere when left out. */
  readonly ledger?: Ledger | undefined
  /** Makes the broker; it reads the account and tells the listener what happens. */
  readonly createBroker: (wiring: {
    readonly account: Readonly<Account>
    readonly listen: BrokerListener
  }) => Broker
}

/** A longer interval, and how far this session has come in it. */
interface FrameCursor {
  readonly frame: Frame
  readonly cursor: Cursor
}

/** A strategy, its books and its orders, moved by events. */
export class Session {
  readonly journal: Journal
  readonly #strategy: Strategy
  readonly #bars: Bars
  readonly #rules: SymbolRules
  #firstCall: number
  readonly #cursor: Cursor = { index: -1 }
  readonly #frames: readonly FrameCursor[]
  /** Whether every longer interval has had the bars that its indicators need. */
  #isWarm: boolean
  readonly #books: Books
  readonly #desk: OrderDesk
  readonly #readings: Readings<IndicatorSet>
  readonly #context: Context<ParamValues<ParamSpecs>, PlainState, LongerIntervals>
  readonly #followers: readonly (() => void)[]
  readonly #state: PlainState
  readonly #ledger: Ledger | undefined
  /** A sale since the last close: what it left may be dust. */
  #hasSold = false

  constructor(parts: SessionParts) {
    const { strategy, bars, rules, settings } = parts
    this.#strategy = strategy
    this.#bars = bars
    this.#rules = rules
    this.#firstCall = parts.firstCall
    this.#frames = parts.columns.frames.map((frame) => ({ frame, cursor: { index: -1 } }))
    this.#isWarm = this.#frames.length === 0
    this.journal = newJournal(bars, rules)
    this.#books = new Books(settings.cash, rules, this.journal)
    const broker = parts.createBroker({
      account: this.#books.account,
      listen: (event) => this.onBrokerEvent(event),
    })
    this.#desk = new OrderDesk({
      bars,
      cursor: this.#cursor,
      rules,
      settings,
      account: this.#books.account,
      broker,
      journal: this.journal,
    })
    const indicators = bindIndicators(parts.indicators, parts.columns, (interval) => this.#cursorOf(interval))
    const barsView = bindBars(bars, this.#cursor)
    this.#readings = indicators.view
    const also = Object.entries(strategy.also).map(
      ([name, interval]) => [name, bindBars(this.#barsOf(interval), this.#cursorOf(interval))] as const,
    )
    this.#followers = [indicators.follow, barsView.follow, ...also.map(([, bound]) => bound.follow)]
    this.#state = strategy.state(parts.params)
    this.#ledger = parts.ledger
    this.#context = this.#createContext(
      parts.params,
      barsView.view,
      Object.freeze(Object.fromEntries(also.map(([name, { view }]) => [name, view]))),
    )
  }

  /** The last bar that has closed. */
  get bar(): number {
    return this.#cursor.index
  }

  /** First bar at which the strategy is called: the range's, once longer intervals have warmed up. */
  get firstCall(): number {
    return this.#isWarm ? this.#firstCall : Number.POSITIVE_INFINITY
  }

  /** The books, for marks and results. */
  get books(): Books {
    return this.#books
  }

  /**
   * Bars `from` (whose fills are booked) to `to` (excluded) have closed: lets the strategy decide at
   * each, and stops behind the first at which it asks for something, because the market must answer
   * before the next. Gives the bar to go on with. Throws a StrategyError with whatever it threw.
   */
  closeBars(from: number, to: number): number {
    if (this.#hasSold) this.#closeDust(from)
    if (this.#ledger) return this.#recordAndClose(from, this.#ledger)
    const begin = Math.max(from, Math.min(to, this.#firstCall))
    return this.#decide(this.#isWarm ? begin : this.#warmUp(begin, to), to)
  }

  /** Books what a broker tells. */
  onBrokerEvent(event: BrokerEvent): void {
    this.#ledger?.append(event)
    if (event.kind === 'ORDER') {
      this.#desk.onOrder(event)
      this.#desk.settle()
      return
    }
    const tag = this.#desk.onFill(event.execution, event.isFinal)
    this.#books.apply(event.execution, tag)
    this.#desk.settle()
    if (event.execution.side === 'SELL') this.#hasSold = true
  }

  /** Asks for the sale of all that is held, on behalf of the run and not of the strategy. */
  sellAll(tag: string): void {
    this.#desk.sellAll(tag)
  }

  /** Follows columns that have moved because they grew. */
  followColumns(): void {
    for (const follow of this.#followers) follow()
  }

  /** All it must remember to go on after the last bar it has seen. */
  snapshot(): SessionState {
    return structuredClone({
      index: this.#cursor.index,
      firstCall: this.#isWarm ? this.#firstCall : undefined,
      books: this.#books.snapshot(),
      desk: this.#desk.snapshot(),
      strategy: this.#state,
    })
  }

  /** Goes on from what `snapshot` gave. The columns must hold the bars up to there. */
  restore(state: SessionState): void {
    const { index, firstCall, books, desk, strategy } = structuredClone(state)
    this.#cursor.index = index
    if (this.#frames.length > 0) {
      this.#isWarm = firstCall !== undefined
      this.#firstCall = firstCall ?? this.#firstCall
    }
    this.#books.restore(books)
    this.#desk.restore(desk)
    for (const key of Object.keys(this.#state)) delete this.#state[key]
    Object.assign(this.#state, strategy)
  }

  #closeDust(i: number): void {
    this.#hasSold = false
    this.#books.closeDust(valueAt(this.#bars.close, i))
  }

  #recordAndClose(i: number, ledger: Ledger): number {
    ledger.append({ kind: 'BAR', symbolIndex: 0, bar: barAt(this.#bars, i) })
    this.#cursor.index = i
    if (i < this.#firstCall || !(this.#isWarm || this.#warmUp(i, i + 1) === i)) return i + 1
    return this.#decide(i, i + 1)
  }

  #decide(from: number, to: number): number {
    const cursor = this.#cursor
    const desk = this.#desk
    const strategy = this.#strategy
    const readings = this.#readings
    const context = this.#context
    const hasFrames = this.#frames.length > 0
    desk.hasAsked = false
    let i = from
    try {
      while (i < to && !desk.hasAsked) {
        cursor.index = i
        if (hasFrames) this.#moveFrames(i)
        i++
        strategy.onBar(readings, context)
      }
    } catch (cause) {
      throw this.#faultOf(cause)
    }
    return i
  }

  /** The first bar from `from` on at which the longer intervals are warm; `to` when there is none. */
  #warmUp(from: number, to: number): number {
    for (let i = from; i < to; i++) {
      if (this.#frames.every(({ frame }) => frame.resampler.closedAt(i) >= frame.warmup)) {
        this.#isWarm = true
        this.#firstCall = i
        return i
      }
    }
    return to
  }

  #moveFrames(i: number): void {
    for (const { frame, cursor } of this.#frames) cursor.index = frame.resampler.closedAt(i)
  }

  #frameOf(interval: LongerInterval): FrameCursor {
    const found = this.#frames.find(({ frame }) => frame.interval === interval)
    if (!found)
      throw new InvariantError(`the columns must hold every longer interval, ${interval} is not there`)
    return found
  }

  #barsOf(interval: LongerInterval): Bars {
    return this.#frameOf(interval).frame.resampler.bars
  }

  #cursorOf(interval: LongerInterval | undefined): Cursor {
    return interval === undefined ? this.#cursor : this.#frameOf(interval).cursor
  }

  #faultOf(cause: unknown): unknown {
    if (cause instanceof NextbarError) return cause
    const i = this.#cursor.index
    const time = formatTime(closeTimeAt(this.#bars, i))
    const what = cause instanceof Error ? cause.message : String(cause)
    return new StrategyError(
      `strategy ${this.#strategy.name} must not throw; at the close of bar ${i} (${time}, ${this.#bars.symbol}) it threw: ${what}`,
      { cause },
    )
  }

  #createContext(
    params: ParamValues<ParamSpecs>,
    bars: BarsView,
    also: Readonly<Record<string, BarsView>>,
  ): Context<ParamValues<ParamSpecs>, PlainState, LongerIntervals> {
    const desk = this.#desk
    const books = this.#books
    const cursor = this.#cursor
    const columns = this.#bars
    const quoteScale = this.#rules.priceScale * this.#rules.quantityScale
    const closeNow = () => valueAt(columns.close, cursor.index)
    const position = Object.freeze({
      get quantity() {
        return books.quantity
      },
      get value() {
        return books.quantity * closeNow()
      },
      get isLong() {
        return books.isHeld(closeNow())
      },
      get isFlat() {
        return !desk.hasPending && !books.isHeld(closeNow())
      },
      get hasPending() {
        return desk.hasPending
      },
    })
    return Object.freeze({
      params,
      state: this.#state,
      symbol: columns.symbol,
      get time() {
        return closeTimeAt(columns, cursor.index)
      },
      bars,
      also,
      position,
      get equity() {
        return books.cash + books.quantity * closeNow()
      },
      get cash() {
        return desk.hasPending ? books.cash - toNumber(desk.lockedQuote, quoteScale) : books.cash
      },
      target: (weight: number, options?: { readonly tag?: string }) =>
        desk.target(weight, options?.tag ?? ''),
      buy: (order: BuySize & OrderTerms) => desk.buy(order),
      sell: (order: SellSize & OrderTerms) => desk.sell(order),
      close: (options?: { readonly tag?: string }) => desk.close(options?.tag ?? ''),
      cancel: () => desk.cancel(),
      bracket: (exits: BracketExits | (BuySize & OrderTerms & BracketExits)) => desk.bracket(exits),
      trail: (fraction: number, options?: Tagged) => desk.trail(fraction, options?.tag ?? ''),
    })
  }
}
