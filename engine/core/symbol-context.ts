/**
 * The context of one symbol: how a strategy sees its bars, books and orders, and asks. Floor 2.
 * Both are classes, so that those of all sessions have one shape: what the bar loop was made into for one
 * of them serves them all, and a trial of a sweep costs a third less than with a new shape for each.
 */
import type { Cursor } from '../math/series.js'
import { numberOf } from '../model/amount.js'
import { type Bars, closeTimeAt, valueAt } from '../model/bars.js'
import type { EpochMs } from '../model/time.js'
import type { Books } from './books.js'
import type { BarsView, PositionView } from './context.js'
import type { OrderDesk } from './order-desk.js'
import type { ParamSpecs, ParamValues } from './params.js'
import type { Pool } from './pool.js'
import type { AnyMarket, IndicatorSet, PlainState, Readings } from './strategy.js'

/** What a context shows as it is. */
export interface ContextViews {
  readonly indicators: Readings<IndicatorSet>
  readonly params: ParamValues<ParamSpecs>
  readonly state: PlainState
  readonly bars: BarsView
  readonly also: Readonly<Record<string, BarsView>>
}

/** What stands behind a context, and no strategy can reach. */
export interface ContextSources {
  readonly columns: Bars
  readonly cursor: Cursor
  readonly books: Books
  readonly desk: OrderDesk
  readonly pool: Pool
  /** Scale of quote amounts. */
  readonly quoteScale: number
}

class SymbolPosition implements PositionView {
  readonly #sources: ContextSources

  constructor(sources: ContextSources) {
    this.#sources = sources
    Object.freeze(this)
  }

  get quantity(): number {
    return this.#sources.books.quantity
  }

  get value(): number {
    return this.#sources.books.quantity * closeOf(this.#sources)
  }

  get isLong(): boolean {
    return this.#sources.books.isHeld(closeOf(this.#sources))
  }

  get isFlat(): boolean {
    return !this.#sources.desk.hasPending && !this.#sources.books.isHeld(closeOf(this.#sources))
  }

  get hasPending(): boolean {
    return this.#sources.desk.hasPending
  }
}

/** One symbol at the close of its last bar. Frozen, and its methods can be taken from it. */
export class SymbolContext implements AnyMarket {
  readonly indicators: Readings<IndicatorSet>
  readonly params: ParamValues<ParamSpecs>
  readonly state: PlainState
  readonly symbol: string
  readonly bars: BarsView
  readonly also: Readonly<Record<string, BarsView>>
  readonly position: PositionView
  readonly target: AnyMarket['target']
  readonly buy: AnyMarket['buy']
  readonly sell: AnyMarket['sell']
  readonly close: AnyMarket['close']
  readonly cancel: AnyMarket['cancel']
  readonly replace: AnyMarket['replace']
  readonly bracket: AnyMarket['bracket']
  readonly oco: AnyMarket['oco']
  readonly oto: AnyMarket['oto']
  readonly otoco: AnyMarket['otoco']
  readonly trail: AnyMarket['trail']
  readonly #sources: ContextSources

  constructor({ indicators, params, state, bars, also }: ContextViews, sources: ContextSources) {
    const { desk } = sources
    this.indicators = indicators
    this.params = params
    this.state = state
    this.symbol = sources.columns.symbol
    this.bars = bars
    this.also = also
    this.position = new SymbolPosition(sources)
    this.target = (weight, options) => desk.target(weight, options?.tag ?? '')
    this.buy = (order) => desk.buy(order)
    this.sell = (order) => desk.sell(order)
    this.close = (options) => desk.close(options?.tag ?? '')
    this.cancel = () => desk.cancel()
    this.replace = (tag, order) => desk.replace(tag, order)
    this.bracket = (exits) => desk.bracket(exits)
    this.oco = (sale) => desk.oco(sale)
    this.oto = (list) => desk.bringIn(list)
    this.otoco = (list) => desk.bringIn(list)
    this.trail = (fraction, options) => desk.trail(fraction, options?.tag ?? '')
    this.#sources = sources
    Object.freeze(this)
  }

  get time(): EpochMs {
    return closeTimeAt(this.#sources.columns, this.#sources.cursor.index)
  }

  get equity(): number {
    const { books, pool } = this.#sources
    return pool.isShared ? books.marked + pool.worth : books.marked + books.quantity * closeOf(this.#sources)
  }

  get cash(): number {
    const { books, desk, pool, quoteScale } = this.#sources
    if (pool.isShared) return books.cash - numberOf(pool.heldQuote, quoteScale)
    return desk.hasPending ? books.cash - numberOf(desk.lockedQuote, quoteScale) : books.cash
  }
}

// What a strategy changed here would be changed for every session of the process.
for (const { prototype } of [SymbolPosition, SymbolContext]) Object.freeze(prototype)

function closeOf({ columns, cursor }: ContextSources): number {
  return valueAt(columns.close, cursor.index)
}
