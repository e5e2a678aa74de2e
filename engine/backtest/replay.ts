/**
 * The replay: bars from memory or from a stream, one Session, one simulated market. Bars go through
 * it in blocks, so that indicator columns are made and read while they are in the cache; a block of
 * one bar is a stream. Floor 3.
 */
import type { Books } from '../core/books.js'
import { firstCallOf } from '../core/first-call.js'
import { onceRowsOf } from '../core/journal/rows.js'
import type { BnbBars } from '../core/market/bnb-fees.js'
import type { FinePath } from '../core/market/fine-path.js'
import { type RulesInForce, rulesInForce } from '../core/market/rules-in-force.js'
import { type RangeSource, SimBroker, type SimBrokerState } from '../core/market/sim-broker.js'
import type { ParamSpecs, ParamValues } from '../core/params.js'
import { Session, type SessionState } from '../core/session.js'
import type { Strategy } from '../core/strategy.js'
import { atr } from '../math/atr.js'
import { FrameColumns, type FrameState, type ReadyFrames } from '../math/frame-columns.js'
import { RangeWalk, type RangeWalkState } from '../math/range-walk.js'
import type { Adopted } from '../model/adopted.js'
import { unitsOf } from '../model/amount.js'
import { type Bars, countBefore, openTimeAt, valueAt } from '../model/bars.js'
import { InvariantError } from '../model/errors.js'
import type { Intervention } from '../model/event.js'
import type { SessionIdentity } from '../model/order.js'
import type { Ledger } from '../model/ports.js'
import type { RunResult } from '../model/run-result.js'
import type { RunSettings } from '../model/settings.js'
import type { SymbolRules } from '../model/symbol-rules.js'
import { distortFuture, type Undo } from './distort-future.js'
import { EquityMemory } from './equity-memory.js'

/** What a run is made of. */
export interface ReplaySetup {
  readonly identity: SessionIdentity
  readonly strategy: Strategy
  readonly params: ParamValues<ParamSpecs>
  readonly bars: Bars
  readonly rules: SymbolRules
  readonly settings: RunSettings
  /** First bar of the range; bars before it only warm up. */
  readonly first: number
  /** What is held when it begins; nothing when left out. */
  readonly adopted?: Adopted | undefined
  /** Finer bars or trades that decide what came first inside a bar. */
  readonly fine?: FinePath | undefined
  /** What BNB was worth, where commissions are paid in it. */
  readonly bnbBars?: BnbBars | undefined
  /** Where every input of the session is written before it is applied. */
  readonly ledger?: Ledger
  /** Indicator columns that are there already. */
  readonly ready?: ReadyFrames
  /** Memory for the equity, whose last result is not read any more; new memory when left out. */
  readonly memory?: EquityMemory | undefined
}

/** Everything a run must remember to go on after a bar; plain data. What it has written is not in it. */
export interface ReplayState {
  /** Bars replayed. */
  readonly end: number
  readonly session: SessionState
  readonly broker: SimBrokerState
  readonly indicators: FrameState
  /** Undefined where the ranges are a column that was ready. */
  readonly range: RangeWalkState | undefined
  readonly exposedBars: number
}

/** Bars of a block: small enough for its columns to stay in the cache. */
const BLOCK = 4096

/** A run under way. */
export class Replay {
  readonly #setup: ReplaySetup
  readonly #columns: FrameColumns
  /** Undefined where the ranges are a column that was ready. */
  readonly #range: RangeWalk | undefined
  readonly #broker: SimBroker
  readonly #session: Session
  readonly #books: Books
  /** Undefined where one version of the rules is in force at all times. */
  readonly #inForce: RulesInForce | undefined
  readonly #keepsEquity: boolean
  #equity: Float64Array
  #exposedBars = 0
  #end = 0

  /** `columns` are those of another run over the same setup, to go on with; new ones are made without. */
  constructor(setup: ReplaySetup, shared?: FrameColumns) {
    this.#setup = setup
    const { strategy, params, bars, rules, settings, adopted } = setup
    const indicators = strategy.indicators(params)
    const columns =
      shared ?? new FrameColumns(Object.values(indicators), bars, Object.values(strategy.also), setup.ready)
    this.#columns = columns
    const [ready] = setup.ready?.columns(undefined)(atr(settings.atrPeriod).key) ?? []
    const walk = new RangeWalk(settings.atrPeriod, bars)
    const ranges: RangeSource = ready ? { at: (bar) => valueAt(ready, bar) } : walk
    this.#range = ready ? undefined : walk
    let broker: SimBroker | undefined
    this.#session = new Session({
      strategy,
      params,
      indicators,
      symbols: [{ bars, columns, rules, firstCall: firstCallOf(indicators, settings, setup.first), adopted }],
      settings,
      ledger: setup.ledger,
      createBroker: ({ accounts: [account], listen }) => {
        if (!account) throw new InvariantError('a session must have an account for its symbol')
        broker = new SimBroker({
          bars,
          rules,
          settings,
          account,
          listen,
          bar: () => this.#session.barOf(0),
          atr: ranges,
          fine: setup.fine,
          bnbBars: setup.bnbBars,
          onMoment: (time) => {
            if (this.#session.wakeAt <= time) this.#session.wake(time)
          },
        })
        return broker
      },
    })
    if (!broker) throw new InvariantError('a session must make its broker')
    this.#broker = broker
    this.#books = this.#session.booksOf(0)
    this.#inForce = rulesInForce(rules)
    this.#keepsEquity = shared === undefined
    const { memory = new EquityMemory() } = setup
    this.#equity = memory.take(this.#keepsEquity ? Math.max(0, bars.length - setup.first) : 0)
    this.#end = setup.first
  }

  /** Bars that have been replayed, those that only warmed up included. */
  get end(): number {
    return this.#end
  }

  /** The indicators' columns over the bars replayed so far. */
  get columns(): FrameColumns {
    return this.#columns
  }

  /** Replays bars up to bar `to` (excluded), which the bars must hold already. */
  advance(to: number): void {
    while (this.#end < to) {
      const block = Math.min(to, this.#end + BLOCK, this.#followRules(this.#end))
      this.#extend(block)
      this.#replayBlock(this.#end, block)
      this.#end = block
    }
  }

  /** Someone steps in between two bars; what is taken back is answered at once. */
  intervene(event: Intervention): void {
    this.#session.intervene(event)
    this.#broker.answerCancels()
  }

  /** All it must remember to go on after the last bar replayed. */
  snapshot(): ReplayState {
    return structuredClone({
      end: this.#end,
      session: this.#session.snapshot(),
      broker: this.#broker.snapshot(),
      indicators: this.#columns.snapshot(),
      range: this.#range?.snapshot(),
      exposedBars: this.#exposedBars,
    })
  }

  /**
   * Goes on from what `snapshot` gave, over the same bars. Columns before it are computed anew where
   * this run has not computed them; what the run had written before is not written again.
   */
  restore(state: ReplayState): void {
    this.#extend(state.end)
    this.#columns.restore(state.indicators, state.end)
    // What happens before the next bar goes by the rules of the last one.
    if (state.end > 0) this.#followRules(state.end - 1)
    this.#session.restore(state.session)
    this.#broker.restore(state.broker)
    if (state.range) this.#range?.restore(state.range)
    this.#exposedBars = state.exposedBars
    this.#end = state.end
  }

  /**
   * Goes on at bar `end` with the books, orders and state of another run, over indicators of this run's
   * own, shorter or longer, history.
   */
  takeOver(state: Pick<ReplayState, 'session' | 'broker'>, end: number): void {
    this.#extend(end)
    const tracks = state.session.tracks.map((track) => ({ ...track, index: end - 1, firstCall: undefined }))
    this.#session.restore({ ...state.session, tracks })
    this.#broker.restore(state.broker)
    this.#end = end
  }

  /**
   * A run of its own that goes on from a state, on the columns of this one: it writes a journal of its
   * own, and no equity. Columns are made up to bar `to` at once, before anything is decided.
   */
  fork(state: ReplayState, to: number): Replay {
    const { ledger: _, ...setup } = this.#setup
    const fork = new Replay(setup, this.#columns)
    fork.restore(state)
    fork.#extend(to)
    return fork
  }

  /** Makes the columns from a state up to bar `to` again, after the bars under them have changed. */
  remakeColumns(state: ReplayState, to: number): void {
    this.#columns.restore(state.indicators, state.end)
    this.#extend(to)
  }

  /** Makes the bars behind bar `cut` others, until what it gives is called. */
  distortFuture(cut: number, isUp: boolean): Undo {
    return distortFuture(this.#setup.bars, cut, isUp)
  }

  /** Ends the run after the last bar replayed: what waits expires, and what is held is sold if asked. */
  finish(): RunResult {
    const { identity, bars, rules, settings, first } = this.#setup
    const session = this.#session
    const end = this.#end
    this.#broker.expireAll('END_OF_RANGE')
    if (settings.closeAtEnd && end > first) this.#closeAtEnd(end - 1)
    this.#broker.expireAll('END_OF_RANGE')
    const { journal } = session
    const books = this.#books
    const orders = onceRowsOf(journal.orders)
    const fills = onceRowsOf(journal.fills)
    const trades = onceRowsOf(journal.trades)
    const decisions = onceRowsOf(journal.decisions)
    return {
      identity,
      bars,
      rules,
      settings,
      first,
      end,
      firstCall: Math.min(session.firstCallOf(0), end),
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
      cash: unitsOf(books.account.cash),
      ...(settings.feeAsset === 'bnb' && { bnb: session.bnb }),
      quantity: unitsOf(books.account.quantity),
      hasOpenTrade: books.hasOpenTrade,
      symbols: [
        {
          bars,
          rules,
          quantity: unitsOf(books.account.quantity),
          lastClose: end > 0 ? valueAt(bars.close, end - 1) : 0,
        },
      ],
    }
  }

  #extend(to: number): void {
    if (to <= this.#columns.end || !this.#columns.extend(to)) return
    this.#session.followColumns()
  }

  /** Takes the rules of bar `i`, and gives the first bar behind it that has others. */
  #followRules(i: number): number {
    const inForce = this.#inForce
    if (!inForce) return Number.POSITIVE_INFINITY
    const { bars } = this.#setup
    const rules = inForce.follow(openTimeAt(bars, i))
    if (rules) {
      this.#broker.followRules(rules)
      this.#session.followRules(0, rules)
    }
    return inForce.changesAt === Number.POSITIVE_INFINITY
      ? Number.POSITIVE_INFINITY
      : Math.max(i + 1, countBefore(bars, inForce.changesAt))
  }

  #replayBlock(from: number, to: number): void {
    const broker = this.#broker
    const session = this.#session
    const { bars, settings } = this.#setup
    const hasPosts = settings.policy !== undefined
    let marked = from
    let i = from
    while (i < to) {
      let news = this.#nextNews(i, to)
      if (news === i) {
        if (hasPosts && session.wakeAt <= openTimeAt(bars, i)) session.wake(openTimeAt(bars, i))
        this.#mark(marked, i)
        marked = i
        broker.closeBar(i)
        news = this.#nextNews(i + 1, to)
      }
      i = session.closeBars(i, news)
    }
    this.#mark(marked, to)
  }

  /** The first bar from `i` on at which an order may trade or a posted one's time is up. */
  #nextNews(i: number, to: number): number {
    const news = this.#broker.nextNews(i, to)
    const { bars, fine } = this.#setup
    if (this.#setup.settings.policy === undefined) return news
    const { wakeAt } = this.#session
    return wakeAt === Number.POSITIVE_INFINITY
      ? news
      : // With finer data it may be inside the bar before.
        Math.min(news, Math.max(i, countBefore(bars, wakeAt) - (fine ? 1 : 0)))
  }

  /** Marks bars `from` to `to` (excluded), over which the books have not changed. */
  #mark(from: number, to: number): void {
    const { bars, first } = this.#setup
    if (!this.#keepsEquity) return
    if (to - first > this.#equity.length) this.#growEquity(to - first)
    const equity = this.#equity
    const close = bars.close
    const { marked: cash, quantity, dustBelow } = this.#books
    let exposed = 0
    for (let i = from; i < to; i++) {
      // Not by `valueAt`: an import is looked up at each use.
      const value = quantity * (close[i] ?? Number.NaN)
      equity[i - first] = cash + value
      if (value >= dustBelow) exposed++
    }
    this.#exposedBars += exposed
  }

  #closeAtEnd(last: number): void {
    if (!this.#keepsEquity) return
    const { bars, first } = this.#setup
    const close = valueAt(bars.close, last)
    const books = this.#books
    const wasHeld = books.isHeld(close)
    this.#session.sellAll('close-at-end')
    this.#broker.fillAtClose(last)
    books.closeDust(close)
    this.#equity[last - first] = books.marked + books.quantity * close
    if (wasHeld && !books.isHeld(close)) this.#exposedBars--
  }

  #growEquity(length: number): void {
    const grown = new Float64Array(Math.max(1024, 2 * length))
    grown.set(this.#equity)
    this.#equity = grown
  }
}
