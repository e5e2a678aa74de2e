/**
 * One strategy on the bars of its symbols: events in, orders out. It knows no market, no clock and no file;
 * a plain loop drives it over history, one queue with one consumer drives it live. Floor 2.
 */
import { type Amount, toAmount, unitsOf } from '../model/amount.js'
import { barAt } from '../model/bars.js'
import { InvariantError } from '../model/errors.js'
import { type BrokerEvent, type Intervention, type RulesEvent, toRecord } from '../model/event.js'
import type { Units } from '../model/money.js'
import type { OrderNumber } from '../model/order.js'
import type { Broker, BrokerListener, Ledger } from '../model/ports.js'
import type { RunSettings } from '../model/settings.js'
import { type MarketRules, marketRules } from '../model/symbol-rules.js'
import { type EpochMs, toEpochMs } from '../model/time.js'
import { Account, Purse } from './account.js'
import type { Books } from './books.js'
import { copyState } from './copy-state.js'
import { type Journal, newJournal } from './journal/journal.js'
import type { Numbers } from './numbers.js'
import type { ParamSpecs, ParamValues } from './params.js'
import { Permission } from './permission.js'
import { Pool } from './pool.js'
import { RiskGuard } from './risk-guard.js'
import type { RiskState } from './risk-limits.js'
import type { IndicatorSet, PlainState, Strategy } from './strategy.js'
import { faultOf, refusePromise } from './strategy-fault.js'
import { type SymbolParts, Track, type TrackState } from './track.js'

/** Everything a session must remember to go on: plain data that `structuredClone` copies. */
export interface SessionState {
  readonly cash: Amount
  /** BNB that pays commissions, and the worth in quote of what they took; undefined without. */
  readonly bnb?: { readonly left: Amount; readonly charged: Amount } | undefined
  readonly numbers: Numbers
  /** What the risk limits remember; undefined without limits. */
  readonly risk?: RiskState | undefined
  /** By symbol, in the order of their indices. */
  readonly tracks: readonly TrackState[]
  /** What the strategy remembers: one for each symbol where it decides for each, else one. */
  readonly strategy: readonly PlainState[]
  readonly permission: Pick<Permission, 'isHalted' | 'isPaused' | 'isStopped'>
}

/** What a session is made of. */
export interface SessionParts {
  readonly strategy: Strategy
  readonly params: ParamValues<ParamSpecs>
  /** Indicators of the strategy, as made from these parameters. */
  readonly indicators: IndicatorSet
  /** Its symbols by name: their order is that of every event. */
  readonly symbols: readonly SymbolParts[]
  readonly settings: RunSettings
  /** Where every input is written before it is applied; nowhere when left out. */
  readonly ledger?: Ledger | undefined
  /** Makes the broker; it reads the accounts, one for each symbol, and tells the listener what happens. */
  readonly createBroker: (wiring: {
    readonly accounts: readonly Readonly<Account>[]
    readonly listen: BrokerListener
  }) => Broker
}

/** A strategy, its books and its orders, moved by events. */
export class Session {
  readonly journal: Journal
  /** Quote asset of the session. */
  readonly purse: Purse
  readonly #strategy: Strategy
  readonly #tracks: readonly Track[]
  /** The first symbol, and the only one of most sessions. */
  readonly #first: Track
  readonly #states: readonly PlainState[]
  readonly #numbers: Numbers = { orders: 0, trades: 0 }
  readonly #pool = new Pool()
  readonly #permission = new Permission()
  readonly #ledger: Ledger | undefined
  readonly #risk: RiskGuard | undefined
  readonly #paysBnb: boolean

  constructor(parts: SessionParts) {
    const { strategy, params, settings, symbols } = parts
    const [rules] = symbols.map((symbol) => symbol.rules)
    if (!rules) throw new InvariantError('a session must have a symbol')
    this.#strategy = strategy
    this.#ledger = parts.ledger
    this.journal = newJournal(symbols)
    const purse = new Purse(
      toAmount(settings.cash),
      rules.priceScale * rules.quantityScale,
      toAmount(settings.bnb?.balance ?? 0n),
    )
    this.purse = purse
    this.#paysBnb = settings.feeAsset === 'bnb'
    const accounts = symbols.map(() => new Account(purse))
    const broker = parts.createBroker({ accounts, listen: (event) => this.onBrokerEvent(event) })
    const stateCount = strategy.onBars === undefined ? symbols.length : 1
    this.#states = Array.from({ length: stateCount }, () => strategy.state(params))
    const quoteScale = rules.priceScale * rules.quantityScale
    this.#risk =
      settings.limits &&
      new RiskGuard(
        settings.limits,
        (before) => purse.marked + (before === undefined ? this.#pool.worth : this.#pool.worthBefore(before)),
        quoteScale,
      )
    const shared = {
      strategy,
      params,
      indicators: parts.indicators,
      settings,
      journal: this.journal,
      numbers: this.#numbers,
      pool: this.#pool,
      permission: this.#permission,
      broker,
      risk: this.#risk,
    }
    this.#tracks = symbols.map((symbol, k) => {
      const own = { account: at(accounts, k), state: at(this.#states, Math.min(k, stateCount - 1)) }
      return new Track(k, symbol, own, shared)
    })
    this.#first = at(this.#tracks, 0)
    const begun = symbols.flatMap(({ adopted }) => (adopted ? [adopted.time] : []))
    if (begun.length > 0) this.#risk?.begin(toEpochMs(Math.max(...begun)))
  }

  /** BNB for commissions: what is left, and the worth in quote of what was taken. */
  get bnb(): { readonly left: Units; readonly charged: Units } {
    return { left: unitsOf(this.purse.bnb), charged: unitsOf(this.purse.charged) }
  }

  /** The last bar of a symbol that has closed. */
  barOf(symbolIndex: number): number {
    return at(this.#tracks, symbolIndex).cursor.index
  }

  /** First bar of a symbol at which the strategy is called: the range's, once longer intervals are warm. */
  firstCallOf(symbolIndex: number): number {
    return at(this.#tracks, symbolIndex).firstCall
  }

  /** Whether an order of a symbol waits that is no exit. */
  hasPendingOf(symbolIndex: number): boolean {
    return at(this.#tracks, symbolIndex).desk.hasPending
  }

  /** Whether an order of this number can still trade. */
  hasOpenOrder(number: OrderNumber): boolean {
    return this.#tracks.some(({ desk }) => desk.owns(number))
  }

  /** The books of a symbol, for marks and results. */
  booksOf(symbolIndex: number): Books {
    return at(this.#tracks, symbolIndex).books
  }

  /**
   * Bars `from` (whose fills are booked) to `to` (excluded) of the only symbol have closed: lets the strategy
   * decide at each, and stops behind the first at which it asks for something, because the market must answer
   * before the next. Gives the bar to go on with. Throws a StrategyError with whatever it threw.
   */
  closeBars(from: number, to: number): number {
    const track = this.#first
    if (track.hasSold) track.closeDust(from)
    if (this.#ledger !== undefined) return this.#recordAndClose(from, this.#ledger)
    return this.#decide(track.firstCallFrom(from, to), to)
  }

  /**
   * A moment has passed at which bar `bars[k]` of symbol k closed, −1 where it has none: lets the strategy
   * decide over all that have. Throws a StrategyError with whatever it threw.
   */
  closeTogether(bars: readonly number[]): void {
    const tracks = this.#tracks
    const ready: Track[] = []
    for (let k = 0; k < tracks.length; k++) {
      const track = at(tracks, k)
      const i = bars[k] ?? -1
      if (i < 0) continue
      if (track.hasSold) track.closeDust(i)
      this.#ledger?.append({ kind: 'BAR', symbolIndex: k, bar: barAt(track.bars, i) })
      track.cursor.index = i
      if (track.firstCallFrom(i, i + 1) !== i) continue
      if (track.hasFrames) track.moveFrames(i)
      ready.push(track)
    }
    if (ready.length === 0) return
    this.#decideTogether(ready)
    this.#pool.settle()
  }

  /** Books what a broker tells. */
  onBrokerEvent(event: BrokerEvent): void {
    this.#ledger?.append(toRecord(event))
    const track = this.#trackOf(event)
    const { desk } = track
    if (event.kind === 'ORDER') desk.onOrder(event)
    else {
      this.#risk?.touch(event.execution.time)
      const tag = desk.onFill(event.execution, event.isFinal)
      track.books.apply(event.execution, tag)
      if (event.execution.side === 'SELL') track.hasSold = true
    }
    desk.settle()
    if (this.#pool.isShared) this.#pool.settle()
  }

  /** Someone steps in from outside. What waits may be taken back; the broker answers with events. */
  intervene(event: Intervention): void {
    this.#ledger?.append(event)
    if (!this.#permission.follow(event)) return
    for (const { desk } of this.#tracks) desk.cancelAll()
  }

  /** What may be asked for now. */
  get permission(): Readonly<Permission> {
    return this.#permission
  }

  /** Asks that were not followed: the bar came too late, or someone had stepped in. */
  get discarded(): number {
    return this.#tracks.reduce((sum, { desk }) => sum + desk.discarded, 0)
  }

  /** When the first posted order's time is up: `wake` before anything else happens at this time or later. */
  get wakeAt(): number {
    let first = Number.POSITIVE_INFINITY
    for (const { desk } of this.#tracks) if (desk.wakeAt < first) first = desk.wakeAt
    return first
  }

  /** Time has passed: posted orders that have rested long enough are taken back. */
  wake(time: EpochMs): void {
    this.#ledger?.append({ kind: 'TIMER', time, timer: 'post' })
    for (const { desk } of this.#tracks) desk.wake(time)
  }

  /** Asks for the sale of all that is held, on behalf of the run and not of the strategy. */
  sellAll(tag: string): void {
    for (const { desk } of this.#tracks) desk.sellAll(tag)
  }

  /** Follows columns that have moved because they grew. */
  followColumns(): void {
    for (const track of this.#tracks) track.followColumns()
  }

  /** Other rules of a symbol are in force from its next bar on. */
  followRules(symbolIndex: number, rules: MarketRules): void {
    at(this.#tracks, symbolIndex).followRules(rules)
  }

  /** The exchange has changed a symbol's rules: orders that wait stay as they are, the next go by these. */
  changeRules(event: RulesEvent): void {
    this.#ledger?.append(event)
    this.followRules(event.symbolIndex, marketRules(event.rules))
  }

  /** What the risk limits remember; undefined without limits. */
  get risk(): RiskState | undefined {
    return this.#risk?.snapshot()
  }

  /** What the day of a moment has lost by now, in quote, as its limit counts it; undefined without limits. */
  dayLoss(time: EpochMs): Units | undefined {
    return this.#risk?.loss(time)
  }

  /** All it must remember to go on after the last bar it has seen. */
  snapshot(): SessionState {
    return copyState({
      cash: this.purse.units,
      bnb: this.#paysBnb ? { left: this.purse.bnb, charged: this.purse.charged } : undefined,
      numbers: this.#numbers,
      risk: this.#risk?.snapshot(),
      tracks: this.#tracks.map((track) => track.snapshot()),
      strategy: this.#states,
      permission: { ...this.#permission },
    })
  }

  /** Goes on from what `snapshot` gave. The columns must hold the bars up to there. */
  restore(state: SessionState): void {
    const { cash, bnb, numbers, risk, tracks, strategy, permission } = structuredClone(state)
    this.purse.set(cash)
    if (bnb) this.purse.setBnb(bnb.left, bnb.charged)
    Object.assign(this.#numbers, numbers)
    if (risk) this.#risk?.restore(risk)
    Object.assign(this.#permission, permission)
    for (const [k, track] of this.#tracks.entries()) track.restore(at(tracks, k))
    for (const [k, own] of this.#states.entries()) {
      for (const key of Object.keys(own)) delete own[key]
      Object.assign(own, at(strategy, k))
    }
  }

  #trackOf(event: BrokerEvent): Track {
    if (this.#tracks.length === 1) return this.#first
    if (event.kind === 'FILL') return at(this.#tracks, event.execution.symbolIndex)
    const track = this.#tracks.find(({ desk }) => desk.owns(event.orderNumber))
    if (!track) throw new InvariantError(`an event must name an open order, ${event.orderNumber} is none`)
    return track
  }

  #recordAndClose(i: number, ledger: Ledger): number {
    const track = this.#first
    ledger.append({ kind: 'BAR', symbolIndex: 0, bar: barAt(track.bars, i) })
    track.cursor.index = i
    return track.firstCallFrom(i, i + 1) === i ? this.#decide(i, i + 1) : i + 1
  }

  #decide(from: number, to: number): number {
    const track = this.#first
    const { cursor, desk, readings, context, hasFrames } = track
    const strategy = this.#strategy
    desk.hasAsked = false
    let i = from
    try {
      while (i < to && !desk.hasAsked) {
        cursor.index = i
        if (hasFrames) track.moveFrames(i)
        i++
        const answer: unknown = strategy.onBar(readings, context)
        if (answer !== undefined) refusePromise(answer, strategy.name, track)
      }
    } catch (cause) {
      throw faultOf(cause, strategy.name, track)
    }
    return i
  }

  #decideTogether(ready: readonly Track[]): void {
    const { name, onBar, onBars } = this.#strategy
    let current = at(ready, 0)
    try {
      if (onBars) {
        const contexts = ready.map(({ context }) => context)
        refusePromise(onBars(contexts, at(contexts, 0)), name, current)
      } else {
        for (const track of ready) {
          current = track
          refusePromise(onBar(track.readings, track.context), name, track)
        }
      }
    } catch (cause) {
      throw faultOf(cause, name, current)
    }
  }
}

function at<T>(items: readonly T[], k: number): T {
  const item = items[k]
  if (item === undefined) throw new InvariantError(`a session must have symbol ${k}, has ${items.length}`)
  return item
}
