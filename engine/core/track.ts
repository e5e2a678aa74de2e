/**
 * One symbol of a session: its bars and readings, its books, its orders, and the context through which a
 * strategy sees them. Floor 2.
 */
import type { Frame, FrameColumns } from '../math/frame-columns.js'
import type { LongerInterval } from '../math/indicator.js'
import type { Cursor } from '../math/series.js'
import type { Adopted } from '../model/adopted.js'
import { type Bars, valueAt } from '../model/bars.js'
import { InvariantError } from '../model/errors.js'
import type { Broker } from '../model/ports.js'
import type { RunSettings } from '../model/settings.js'
import { type MarketRules, marketRules, type SymbolRules } from '../model/symbol-rules.js'
import type { Account } from './account.js'
import { Books, type BooksState } from './books.js'
import type { Journal } from './journal/journal.js'
import { putInForce } from './market/rules-in-force.js'
import type { Numbers } from './numbers.js'
import { type DeskState, OrderDesk } from './order-desk.js'
import type { ParamSpecs, ParamValues } from './params.js'
import type { Permission } from './permission.js'
import type { Pool } from './pool.js'
import { bindBars, bindIndicators } from './readings.js'
import type { RiskGuard } from './risk-guard.js'
import type { AnyMarket, IndicatorSet, PlainState, Readings, Strategy } from './strategy.js'
import { SymbolContext } from './symbol-context.js'

/** What a session knows of one symbol. */
export interface SymbolParts {
  readonly bars: Bars
  /** Columns that hold the indicators; the driver extends them before it closes a bar. */
  readonly columns: FrameColumns
  readonly rules: SymbolRules
  /** First bar at which the strategy is called. */
  readonly firstCall: number
  /** What it holds when it begins; nothing when left out. */
  readonly adopted?: Adopted | undefined
}

/** What the symbols of a session share. */
export interface Shared {
  readonly strategy: Strategy
  readonly params: ParamValues<ParamSpecs>
  readonly indicators: IndicatorSet
  readonly settings: RunSettings
  readonly journal: Journal
  readonly numbers: Numbers
  readonly pool: Pool
  readonly permission: Permission
  readonly broker: Broker
  readonly risk: RiskGuard | undefined
}

/** What a symbol must remember to go on; plain data. */
export interface TrackState {
  /** The last bar it has seen. */
  readonly index: number
  /** First bar at which the strategy was called; undefined while longer intervals warm up. */
  readonly firstCall: number | undefined
  readonly books: BooksState
  readonly desk: DeskState
}

/** A longer interval, and how far this session has come in it. */
interface FrameCursor {
  readonly frame: Frame
  readonly cursor: Cursor
}

/** One symbol, moved by the session that it belongs to. */
export class Track {
  readonly bars: Bars
  readonly books: Books
  readonly desk: OrderDesk
  readonly readings: Readings<IndicatorSet>
  readonly context: AnyMarket
  /** The last bar that has closed. */
  readonly cursor: Cursor = { index: -1 }
  /** A sale since the last close: what it left may be dust. */
  hasSold = false
  readonly #rules: MarketRules
  readonly #frames: readonly FrameCursor[]
  readonly #followers: readonly (() => void)[]
  #firstCall: number
  /** Whether every longer interval has had the bars that its indicators need. */
  #isWarm: boolean

  constructor(
    symbolIndex: number,
    { bars, columns, rules, firstCall, adopted }: SymbolParts,
    { account, state }: { readonly account: Account; readonly state: PlainState },
    shared: Shared,
  ) {
    const { strategy, params, settings, journal, numbers, pool, permission, broker, risk } = shared
    this.bars = bars
    this.#rules = marketRules(rules)
    this.#firstCall = firstCall
    this.#frames = columns.frames.map((frame) => ({ frame, cursor: { index: -1 } }))
    this.#isWarm = this.#frames.length === 0
    this.books = new Books(account, this.#rules, journal, numbers)
    this.desk = new OrderDesk({
      symbolIndex,
      bars,
      cursor: this.cursor,
      rules: this.#rules,
      settings,
      account,
      broker,
      journal,
      numbers,
      pool,
      permission,
      risk,
    })
    if (adopted) {
      this.books.adopt(adopted, { symbolIndex, barIndex: Math.max(0, firstCall - 1) })
      this.desk.forgetAim()
    }
    const indicators = bindIndicators(shared.indicators, columns, (interval) => this.#cursorOf(interval))
    const barsView = bindBars(bars, this.cursor)
    this.readings = indicators.view
    const also = Object.entries(strategy.also).map(
      ([name, interval]) => [name, bindBars(this.#barsOf(interval), this.#cursorOf(interval))] as const,
    )
    this.#followers = [indicators.follow, barsView.follow, ...also.map(([, bound]) => bound.follow)]
    this.context = new SymbolContext(
      {
        indicators: this.readings,
        params,
        state,
        bars: barsView.view,
        also: Object.freeze(Object.fromEntries(also.map(([name, { view }]) => [name, view]))),
      },
      {
        columns: bars,
        cursor: this.cursor,
        books: this.books,
        desk: this.desk,
        pool,
        quoteScale: this.#rules.priceScale * this.#rules.quantityScale,
      },
    )
  }

  /** First bar at which the strategy is called: the range's, once longer intervals have warmed up. */
  get firstCall(): number {
    return this.#isWarm ? this.#firstCall : Number.POSITIVE_INFINITY
  }

  /** Whether the strategy may see longer intervals, which its bars must keep up with. */
  get hasFrames(): boolean {
    return this.#frames.length > 0
  }

  /** Follows columns that have moved because they grew. */
  followColumns(): void {
    for (const follow of this.#followers) follow()
  }

  /** The first bar from `from` to `to` (excluded) at which the strategy is called; `to` when there is none. */
  firstCallFrom(from: number, to: number): number {
    const begin = Math.max(from, Math.min(to, this.#firstCall))
    return this.#isWarm ? begin : this.#warmUp(begin, to)
  }

  /** Shows the longer bars that have closed with bar `i`. */
  moveFrames(i: number): void {
    for (const { frame, cursor } of this.#frames) cursor.index = frame.resampler.closedAt(i)
  }

  /** At the close of bar `i`: a position of which a sale has left only dust is over. */
  closeDust(i: number): void {
    this.hasSold = false
    this.books.closeDust(valueAt(this.bars.close, i))
  }

  /** Other rules are in force from now on. */
  followRules(rules: MarketRules): void {
    putInForce(this.#rules, rules)
    this.books.followRules()
  }

  snapshot(): TrackState {
    return {
      index: this.cursor.index,
      firstCall: this.#isWarm ? this.#firstCall : undefined,
      books: this.books.snapshot(),
      desk: this.desk.snapshot(),
    }
  }

  /** Goes on from what `snapshot` gave. The columns must hold the bars up to there. */
  restore({ index, firstCall, books, desk }: TrackState): void {
    this.cursor.index = index
    if (this.#frames.length > 0) {
      this.#isWarm = firstCall !== undefined
      this.#firstCall = firstCall ?? this.#firstCall
    }
    this.books.restore(books)
    this.desk.restore(desk)
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
    return interval === undefined ? this.cursor : this.#frameOf(interval).cursor
  }
}
