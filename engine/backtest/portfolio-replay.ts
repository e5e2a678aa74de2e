/**
 * The replay of several symbols on one timeline and one cash account: one Session, one simulated market for
 * each symbol. At each moment all bars open in the order of the symbols' names, then what those fills bring
 * in meets the same opens, then the bars pass, equity is marked, and the strategy decides. Floor 3.
 */
import type { Books } from '../core/books.js'
import { firstCallOf } from '../core/first-call.js'
import { onceRowsOf } from '../core/journal/rows.js'
import type { BnbBars } from '../core/market/bnb-fees.js'
import { type RulesInForce, rulesInForce } from '../core/market/rules-in-force.js'
import { SimBroker, type SimBrokerState } from '../core/market/sim-broker.js'
import type { ParamSpecs, ParamValues } from '../core/params.js'
import { Session, type SessionState } from '../core/session.js'
import type { Strategy } from '../core/strategy.js'
import { atr } from '../math/atr.js'
import { FrameColumns, type FrameState, type ReadyFrames } from '../math/frame-columns.js'
import type { Adopted } from '../model/adopted.js'
import { type Amount, add, unitsOf } from '../model/amount.js'
import { type Bars, type Column, countBefore, valueAt } from '../model/bars.js'
import { InvariantError } from '../model/errors.js'
import type { Intervention } from '../model/event.js'
import type { SessionIdentity } from '../model/order.js'
import type { Ledger } from '../model/ports.js'
import type { RunResult } from '../model/run-result.js'
import type { RunSettings } from '../model/settings.js'
import type { SymbolRules } from '../model/symbol-rules.js'
import { type EpochMs, toEpochMs } from '../model/time.js'
import { type IndexColumn, type Timeline, timelineOf } from '../model/timeline.js'
import { timelineBars } from '../model/timeline-bars.js'
import { distortFuture, type Undo } from './distort-future.js'
import { EquityMemory } from './equity-memory.js'

/** What a run over several symbols is made of. */
export interface PortfolioSetup {
  readonly identity: SessionIdentity
  readonly strategy: Strategy
  readonly params: ParamValues<ParamSpecs>
  /** In any order: every walk over them is by name. All have one interval and one quote asset. */
  readonly symbols: readonly {
    readonly bars: Bars
    readonly rules: SymbolRules
    /** What is held when it begins; nothing when left out. */
    readonly adopted?: Adopted | undefined
    /** Indicator columns that are there already. */
    readonly ready?: ReadyFrames
  }[]
  readonly settings: RunSettings
  /** What BNB was worth, where commissions are paid in it. */
  readonly bnbBars?: BnbBars | undefined
  /** Bars that open before it only warm up; all count when left out. */
  readonly from?: EpochMs | undefined
  /** The symbol whose prices stand for buying and holding; the first by name when left out. */
  readonly benchmark?: string | undefined
  /** Where every input of the session is written before it is applied. */
  readonly ledger?: Ledger
  /** Memory for the equity, whose last result is not read any more; new memory when left out. */
  readonly memory?: EquityMemory | undefined
}

/** Everything a run must remember to go on after a moment; plain data. */
export interface PortfolioState {
  /** Moments replayed. */
  readonly end: number
  readonly session: SessionState
  readonly brokers: readonly SimBrokerState[]
  readonly indicators: readonly FrameState[]
  readonly exposedBars: number
}

/** Moments of a block: columns are made for one at a time. */
const BLOCK = 4096

/** One symbol of the run. */
interface Seat {
  readonly bars: Bars
  readonly rules: SymbolRules
  readonly indices: IndexColumn
  readonly columns: FrameColumns
  readonly range: { values: Column }
  readonly broker: SimBroker
  readonly books: Books
  readonly inForce: RulesInForce | undefined
}

/** A run under way. */
export class PortfolioReplay {
  readonly timeline: Timeline
  /** Moments before it only warm up. */
  readonly first: number
  readonly #setup: PortfolioSetup
  readonly #seats: readonly Seat[]
  readonly #session: Session
  readonly #rangeIndicator
  readonly #keepsEquity: boolean
  readonly #equity: Float64Array
  readonly #now: number[]
  /** Last close of each symbol. */
  readonly #closes: number[]
  #exposedBars = 0
  #end: number

  /** `shared` are timeline and columns of another run over the same setup, to go on with. */
  constructor(
    setup: PortfolioSetup,
    shared?: { readonly timeline: Timeline; readonly columns: readonly FrameColumns[] },
  ) {
    this.#setup = setup
    const { strategy, params, settings } = setup
    this.timeline = shared?.timeline ?? timelineOf(setup.symbols.map(({ bars }) => bars))
    this.first = setup.from === undefined ? 0 : countBefore(this.timeline, setup.from)
    const indicators = strategy.indicators(params)
    const range = atr(settings.atrPeriod)
    this.#rangeIndicator = range
    const parts = this.timeline.tracks.map(({ bars, indices }, k) => {
      const asked = setup.symbols.find((one) => one.bars.symbol === bars.symbol)
      const columns =
        shared?.columns[k] ??
        new FrameColumns(
          [...Object.values(indicators), range],
          bars,
          Object.values(strategy.also),
          asked?.ready,
        )
      const first = countBefore(bars, valueAt(this.timeline.openTime, this.first))
      return {
        bars,
        indices,
        columns,
        rules: this.#rulesOf(bars.symbol),
        range: { values: columns.column(range, 'value') },
        firstCall: firstCallOf(indicators, settings, first),
        adopted: asked?.adopted,
      }
    })
    const brokers: SimBroker[] = []
    this.#session = new Session({
      strategy,
      params,
      indicators,
      symbols: parts,
      settings,
      ledger: setup.ledger,
      createBroker: ({ accounts, listen }) => {
        for (const [k, account] of accounts.entries()) {
          const { bars, rules, range } = at(parts, k)
          brokers.push(
            new SimBroker({
              bars,
              rules,
              settings,
              account,
              listen,
              bar: () => this.#session.barOf(k),
              atr: { at: (bar) => valueAt(range.values, bar) },
              bnbBars: setup.bnbBars,
              lockedBeside: () =>
                brokers.reduce<Amount>((sum, other, o) => (o === k ? sum : add(sum, other.lockedQuote)), 0),
            }),
          )
        }
        return {
          submit: (order) => at(brokers, order.symbolIndex).submit(order),
          cancel: (number) => {
            for (const broker of brokers) broker.cancel(number)
          },
        }
      },
    })
    this.#seats = parts.map((part, k) => ({
      ...part,
      broker: at(brokers, k),
      books: this.#session.booksOf(k),
      inForce: rulesInForce(part.rules),
    }))
    this.#keepsEquity = shared === undefined
    const { memory = new EquityMemory() } = setup
    this.#equity = memory.take(this.#keepsEquity ? this.timeline.length - this.first : 0)
    this.#now = parts.map(() => -1)
    this.#closes = parts.map(() => 0)
    this.#end = this.first
    this.#seeClosesBefore(this.first)
  }

  /** Moments that have been replayed, those that only warmed up included. */
  get end(): number {
    return this.#end
  }

  /** Replays up to moment `to` (excluded). */
  advance(to: number): void {
    while (this.#end < to) {
      const block = Math.min(to, this.#end + BLOCK)
      this.#extend(block)
      for (let row = this.#end; row < block; row++) this.#passMoment(row)
      this.#end = block
    }
  }

  /** Someone steps in between two bars; what is taken back is answered at once. */
  intervene(event: Intervention): void {
    this.#session.intervene(event)
    for (const { broker } of this.#seats) broker.answerCancels()
  }

  /** All it must remember to go on after the last moment replayed. */
  snapshot(): PortfolioState {
    return structuredClone({
      end: this.#end,
      session: this.#session.snapshot(),
      brokers: this.#seats.map(({ broker }) => broker.snapshot()),
      indicators: this.#seats.map(({ columns }) => columns.snapshot()),
      exposedBars: this.#exposedBars,
    })
  }

  /** Goes on from what `snapshot` gave, over the same bars. */
  restore(state: PortfolioState): void {
    this.#extend(state.end)
    this.#restoreColumns(state)
    // What happens before the next moment goes by the rules of the last one.
    const last = state.end > 0 ? toEpochMs(valueAt(this.timeline.openTime, state.end - 1)) : undefined
    if (last !== undefined) for (const k of this.#seats.keys()) this.#followRules(k, last)
    this.#session.restore(state.session)
    for (const [k, { broker }] of this.#seats.entries()) broker.restore(at(state.brokers, k))
    this.#exposedBars = state.exposedBars
    this.#end = state.end
    this.#seeClosesBefore(state.end)
  }

  /** A run of its own that goes on from a state, on the columns of this one; it keeps no equity. */
  fork(state: PortfolioState, to: number): PortfolioReplay {
    const { ledger: _, ...setup } = this.#setup
    const columns = this.#seats.map((seat) => seat.columns)
    const fork = new PortfolioReplay(setup, { timeline: this.timeline, columns })
    fork.restore(state)
    fork.#extend(to)
    return fork
  }

  /** Makes the columns from a state up to moment `to` again, after the bars under them have changed. */
  remakeColumns(state: PortfolioState, to: number): void {
    this.#restoreColumns(state)
    this.#extend(to)
  }

  /** Makes the bars behind a moment others, in every symbol, until what it gives is called. */
  distortFuture(row: number, isUp: boolean): Undo {
    const undos = this.#seats.map((seat) => distortFuture(seat.bars, this.#barsBy(seat, row + 1) - 1, isUp))
    return () => {
      for (const undo of undos) undo()
    }
  }

  /** Ends the run after the last moment replayed: what waits expires, and what is held is sold if asked. */
  finish(): RunResult {
    const { identity, settings, benchmark } = this.#setup
    const { first, timeline } = this
    const session = this.#session
    const end = this.#end
    this.#expireAll()
    if (settings.closeAtEnd && end > first) this.#closeAtEnd()
    this.#expireAll()
    const { journal } = session
    const named = this.#seats.findIndex(({ bars }) => bars.symbol === benchmark)
    const held = Math.max(0, named)
    const toRow = (symbolIndex: number, i: number): number => {
      const { bars } = at(this.#seats, symbolIndex)
      const isBehind = i >= this.#barsBy(at(this.#seats, symbolIndex), end)
      return isBehind ? end : countBefore(timeline, valueAt(bars.openTime, i))
    }
    const orders = onceRowsOf(journal.orders)
    const decisions = onceRowsOf(journal.decisions)
    const fills = once(() =>
      onceRowsOf(journal.fills)().map((fill) => ({
        ...fill,
        barIndex: toRow(fill.symbolIndex, fill.barIndex),
      })),
    )
    const trades = once(() =>
      onceRowsOf(journal.trades)().map((trade) => ({
        ...trade,
        entryBar: toRow(trade.symbolIndex, trade.entryBar),
        exitBar: toRow(trade.symbolIndex, trade.exitBar),
      })),
    )
    const [{ rules, books }] = [at(this.#seats, 0)]
    return {
      identity,
      bars: timelineBars(timeline, held),
      rules,
      settings,
      first,
      end,
      firstCall: Math.min(end, ...this.#seats.map((seat, k) => this.#rowOfFirstCall(seat, k))),
      get orders() {
        return orders()
      },
      get fills() {
        return fills()
      },
      get trades() {
        return trades()
      },
      get decisions() {
        return decisions()
      },
      equity: this.#equity.subarray(0, end - first),
      exposedBars: this.#exposedBars,
      cash: unitsOf(session.purse.units),
      ...(settings.feeAsset === 'bnb' && { bnb: session.bnb }),
      quantity: unitsOf(books.account.quantity),
      hasOpenTrade: this.#seats.some((seat) => seat.books.hasOpenTrade),
      symbols: this.#seats.map((seat, k) => ({
        bars: seat.bars,
        rules: seat.rules,
        quantity: unitsOf(seat.books.account.quantity),
        lastClose: at(this.#closes, k),
      })),
    }
  }

  #rulesOf(symbol: string): SymbolRules {
    const found = this.#setup.symbols.find(({ bars }) => bars.symbol === symbol)
    if (!found) throw new InvariantError(`a timeline must hold the symbols it was made of, not ${symbol}`)
    return found.rules
  }

  /** Bars of a symbol that open before moment `row`. */
  #barsBy({ bars }: Pick<Seat, 'bars'>, row: number): number {
    if (row >= this.timeline.length) return bars.length
    return countBefore(bars, valueAt(this.timeline.openTime, row))
  }

  #rowOfFirstCall({ bars }: Seat, k: number): number {
    const i = this.#session.firstCallOf(k)
    if (i >= bars.length) return this.timeline.length
    return countBefore(this.timeline, valueAt(bars.openTime, i))
  }

  #seeClosesBefore(row: number): void {
    for (const [k, seat] of this.#seats.entries()) {
      const count = this.#barsBy(seat, row)
      this.#closes[k] = count === 0 ? 0 : valueAt(seat.bars.close, count - 1)
    }
  }

  #extend(toRow: number): void {
    let hasMoved = false
    for (const seat of this.#seats) {
      const to = this.#barsBy(seat, toRow)
      if (to <= seat.columns.end || !seat.columns.extend(to)) continue
      seat.range.values = seat.columns.column(this.#rangeIndicator, 'value')
      hasMoved = true
    }
    if (hasMoved) this.#session.followColumns()
  }

  #restoreColumns(state: PortfolioState): void {
    for (const [k, seat] of this.#seats.entries()) {
      seat.columns.restore(at(state.indicators, k), this.#barsBy(seat, state.end))
    }
  }

  #passMoment(row: number): void {
    const seats = this.#seats
    const now = this.#now
    let isBusy = false
    const time = toEpochMs(valueAt(this.timeline.openTime, row))
    if (this.#session.wakeAt <= time) this.#session.wake(time)
    for (let k = 0; k < seats.length; k++) {
      const { indices, broker, inForce } = at(seats, k)
      if (inForce) this.#followRules(k, time)
      now[k] = indices[row] ?? -1
      if (broker.isBusy) isBusy = true
    }
    if (isBusy) this.#trade(now)
    this.#mark(row, now)
    this.#session.closeTogether(now)
  }

  #followRules(k: number, time: EpochMs): void {
    const { broker, inForce } = at(this.#seats, k)
    const rules = inForce?.follow(time)
    if (!rules) return
    broker.followRules(rules)
    this.#session.followRules(k, rules)
  }

  #trade(now: readonly number[]): void {
    const seats = this.#seats
    for (const { broker } of seats) broker.answerCancels()
    for (const [k, { broker }] of seats.entries()) if (at(now, k) >= 0) broker.openBar(at(now, k))
    while (seats.map(({ broker }) => broker.takeNew()).includes(true));
    for (const { broker } of seats) broker.passInside()
  }

  #mark(row: number, now: readonly number[]): void {
    const seats = this.#seats
    let worth = 0
    let isExposed = false
    for (let k = 0; k < seats.length; k++) {
      const { bars, books } = at(seats, k)
      const i = at(now, k)
      if (i >= 0) this.#closes[k] = valueAt(bars.close, i)
      const value = books.quantity * at(this.#closes, k)
      worth += value
      if (value >= books.dustBelow) isExposed = true
    }
    if (!this.#keepsEquity) return
    this.#equity[row - this.first] = this.#session.purse.marked + worth
    if (isExposed) this.#exposedBars++
  }

  #expireAll(): void {
    // What expires may bring in purchases that had waited for it: they come too late.
    while (this.#seats.some(({ broker }) => broker.isBusy)) {
      for (const { broker } of this.#seats) broker.expireAll('END_OF_RANGE')
    }
  }

  #closeAtEnd(): void {
    if (!this.#keepsEquity) return
    const seats = this.#seats
    const isHeld = () => seats.some(({ books }, k) => books.isHeld(at(this.#closes, k)))
    const wasHeld = isHeld()
    this.#session.sellAll('close-at-end')
    for (const [k, seat] of seats.entries()) {
      seat.broker.fillAtClose(this.#barsBy(seat, this.#end) - 1)
      seat.books.closeDust(at(this.#closes, k))
    }
    const worth = seats.reduce((sum, { books }, k) => sum + books.quantity * at(this.#closes, k), 0)
    this.#equity[this.#end - 1 - this.first] = this.#session.purse.marked + worth
    if (wasHeld && !isHeld()) this.#exposedBars--
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

function at<T>(items: readonly T[], k: number): T {
  const item = items[k]
  if (item === undefined) throw new InvariantError(`there must be a symbol ${k}, there are ${items.length}`)
  return item
}
