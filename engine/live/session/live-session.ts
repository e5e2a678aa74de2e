/**
 * A Session as the live shell drives it: bars come one moment at a time, columns grow by one bar, and every input
 * goes to a ledger before it is applied. It knows no clock, no socket and no file. Floor 3.
 */
import { firstCallOf } from '../../core/first-call.js'
import type { Journal } from '../../core/journal/journal.js'
import type { ParamSpecs, ParamValues } from '../../core/params.js'
import { Session } from '../../core/session.js'
import type { IndicatorSet, Strategy } from '../../core/strategy.js'
import { atr } from '../../math/atr.js'
import { FrameColumns } from '../../math/frame-columns.js'
import type { Adopted } from '../../model/adopted.js'
import { unitsOf } from '../../model/amount.js'
import { type Bar, BarColumns, type Column, OPTIONAL_FIELDS, valueAt } from '../../model/bars.js'
import { InvariantError } from '../../model/errors.js'
import type { BrokerEvent, Intervention, RulesEvent } from '../../model/event.js'
import type { Units } from '../../model/money.js'
import type { OrderNumber } from '../../model/order.js'
import type { Ledger } from '../../model/ports.js'
import type { RunSettings } from '../../model/settings.js'
import type { SymbolRules } from '../../model/symbol-rules.js'
import type { Interval } from '../../model/time.js'
import { type EpochMs, toEpochMs } from '../../model/time.js'
import { type LimitsUsed, limitsUsed } from './limits-used.js'
import type { CreateMarket, LiveMarket } from './live-market.js'
import { type LossRecord, lossRecordOf } from './loss-record.js'
import { Purchases } from './purchases.js'
import { type RecordedReadings, readingsAt } from './readings-at.js'

/** What a live session is made of. */
export interface LiveSetup {
  readonly strategy: Strategy
  readonly params: ParamValues<ParamSpecs>
  readonly settings: RunSettings
  readonly interval: Interval
  /** By name. */
  readonly symbols: readonly {
    readonly symbol: string
    readonly rules: SymbolRules
    /** What it holds when it begins. */
    readonly adopted?: Adopted | undefined
    /** Bars that only warm up, oldest first. */
    readonly history: readonly Bar[]
  }[]
  readonly ledger: Ledger
  readonly createMarket: CreateMarket
}

/** One symbol at a glance. */
export interface Holding {
  readonly symbol: string
  /** Base asset, exact. */
  readonly quantity: Units
  readonly lastClose: number
  readonly value: number
  readonly hasPending: boolean
}

interface Seat {
  readonly symbol: string
  readonly bars: BarColumns
  readonly columns: FrameColumns
  rules: SymbolRules
  readonly firstCall: number
  readonly adopted: Adopted | undefined
  readonly range: { values: Column }
}

/** A session under way. */
export class LiveSession {
  readonly #setup: LiveSetup
  readonly #indicators: IndicatorSet
  readonly #seats: readonly Seat[]
  readonly #session: Session
  readonly #market: LiveMarket
  readonly #rangeIndicator
  readonly #now: number[]
  readonly #purchases: Purchases
  /** Orders that reached the market since they were last asked for; a limit may stop one before. */
  #sent = new Set<OrderNumber>()
  #lossRecord: LossRecord | undefined

  constructor(setup: LiveSetup) {
    this.#setup = setup
    const { strategy, params, settings, interval } = setup
    this.#indicators = strategy.indicators(params)
    const range = atr(settings.atrPeriod)
    this.#rangeIndicator = range
    this.#seats = setup.symbols.map(({ symbol, rules, adopted, history }) => {
      const capacity = history.length + 1024
      const bars = new BarColumns({ symbol, interval, capacity, optional: OPTIONAL_FIELDS })
      for (const bar of history) bars.append(bar)
      const all = [...Object.values(this.#indicators), range]
      const columns = new FrameColumns(all, bars, Object.values(strategy.also))
      columns.extend(bars.length)
      const firstCall = firstCallOf(this.#indicators, settings, bars.length)
      const values = columns.column(range, 'value')
      return { symbol, bars, columns, rules, firstCall, adopted, range: { values } }
    })
    this.#now = this.#seats.map(() => -1)
    this.#purchases = new Purchases(
      this.#seats.map(({ bars }) => bars),
      settings.limits,
    )
    let market: LiveMarket | undefined
    this.#session = new Session({
      strategy,
      params,
      indicators: this.#indicators,
      symbols: this.#seats,
      settings,
      ledger: setup.ledger,
      createBroker: ({ accounts, listen }) => {
        const seats = this.#seats.map((seat, k) => {
          const account = accounts[k]
          if (!account) throw new InvariantError('a session must have an account for each symbol')
          return { ...seat, account, bar: () => this.#session.barOf(k) }
        })
        const made = setup.createMarket({ seats, settings, listen })
        market = made
        return {
          submit: (order) => {
            this.#sent.add(order.number)
            made.broker.submit(order)
          },
          cancel: (number) => made.broker.cancel(number),
        }
      },
    })
    if (!market) throw new InvariantError('a session must make its market')
    this.#market = market
  }

  /** What it has asked for and what came of it. */
  get journal(): Journal {
    return this.#session.journal
  }

  /** Quote asset of its books. */
  get cash(): Units {
    return unitsOf(this.#session.purse.units)
  }

  /** Cash and what is held, at the last closes. */
  get equity(): number {
    return this.holdings.reduce((sum, { value }) => sum + value, this.#session.purse.number)
  }

  /** What it holds of each symbol. */
  get holdings(): readonly Holding[] {
    return this.#seats.map(({ symbol, bars }, k) => {
      const books = this.#session.booksOf(k)
      const lastClose = bars.length === 0 ? 0 : valueAt(bars.close, bars.length - 1)
      return {
        symbol,
        quantity: unitsOf(books.account.quantity),
        lastClose,
        value: books.quantity * lastClose,
        hasPending: this.#session.hasPendingOf(k),
      }
    })
  }

  /** What its books hold, by asset. */
  get balances(): Readonly<Record<string, Units>> {
    const [first] = this.#seats
    const bases = this.#seats.map(
      ({ rules }, k) => [rules.baseAsset, unitsOf(this.#session.booksOf(k).account.quantity)] as const,
    )
    return { ...(first && { [first.rules.quoteAsset]: this.cash }), ...Object.fromEntries(bases) }
  }

  /** How much of its limits it has used; `now` is the market's time. */
  limitsUsed(now: number): LimitsUsed {
    const values = this.holdings.map(({ value }) => value)
    const { limits } = this.#setup.settings
    const largest = this.#purchases.largest(this.journal.orders, now)
    const lost = this.dayLoss(toEpochMs(now))
    return limitsUsed(limits, { risk: this.#session.risk, lost, values, largest, now })
  }

  /** What the day of a moment of the market has lost by now, in quote; undefined without limits. */
  dayLoss(time: EpochMs): Units | undefined {
    return this.#session.dayLoss(time)
  }

  /** How the last loss that reached its limit stands; undefined before the first. */
  get lossRecord(): LossRecord | undefined {
    return this.#lossRecord
  }

  /** Open time of a symbol's last bar; undefined before it has one. */
  lastOpenTime(symbolIndex: number): number | undefined {
    const bars = this.#seatOf(symbolIndex).bars
    return bars.length === 0 ? undefined : valueAt(bars.openTime, bars.length - 1)
  }

  get isHalted(): boolean {
    return this.#session.permission.isHalted
  }

  get isPaused(): boolean {
    return this.#session.permission.isPaused
  }

  /** Asks that were not followed: their bar came too late, or someone had stepped in. */
  get discarded(): number {
    return this.#session.discarded
  }

  /** The orders that have reached the market since this was last called. */
  takeSent(): ReadonlySet<OrderNumber> {
    const sent = this.#sent
    if (sent.size > 0) this.#sent = new Set()
    return sent
  }

  /** What the indicators of a symbol said at its last bar. */
  readings(symbolIndex: number): RecordedReadings {
    const { columns, bars } = this.#seatOf(symbolIndex)
    return readingsAt(this.#indicators, columns, bars.length - 1)
  }

  /** Writes the bars that only warm up into the ledger, symbol by symbol. */
  recordHistory(): void {
    for (const [symbolIndex, { history }] of this.#setup.symbols.entries()) {
      for (const bar of history) this.#setup.ledger.append({ kind: 'BAR', symbolIndex, bar })
    }
  }

  /** A moment has passed: the bars that closed at it, by symbol; undefined where one has none. */
  passMoment(bars: readonly (Bar | undefined)[]): void {
    for (const [k, seat] of this.#seats.entries()) {
      const bar = bars[k]
      this.#now[k] = bar ? seat.bars.length : -1
      if (!bar) continue
      seat.bars.append(bar)
      if (!seat.columns.extend(seat.bars.length)) continue
      seat.range.values = seat.columns.column(this.#rangeIndicator, 'value')
      this.#session.followColumns()
    }
    const opened = this.#market.isSimulated ? bars.find((bar) => bar !== undefined)?.openTime : undefined
    if (opened !== undefined && this.#session.wakeAt <= opened) this.#session.wake(toEpochMs(opened))
    this.#market.pass(this.#now)
    this.#session.closeTogether(this.#now)
  }

  /** Someone steps in; what is taken back is answered at once where the market is simulated. */
  intervene(event: Intervention): void {
    this.#lossRecord = lossRecordOf(event, this.#lossRecord)
    this.#session.intervene(event)
    this.#market.answer()
  }

  /** The exchange demands something else of a symbol's orders from now on. */
  changeRules(event: RulesEvent): void {
    this.#session.changeRules(event)
    this.#seatOf(event.symbolIndex).rules = event.rules
  }

  /** What the exchange demands of a symbol's orders now. */
  rulesOf(symbolIndex: number): SymbolRules {
    return this.#seatOf(symbolIndex).rules
  }

  /** The exchange tells what became of an order. */
  onBrokerEvent(event: BrokerEvent): void {
    this.#market.note(event)
    this.#session.onBrokerEvent(event)
  }

  /** When a posted order's time is up; infinite when none waits. */
  get wakeAt(): number {
    return this.#session.wakeAt
  }

  /** Posted orders that have rested long enough are taken back. */
  wake(time: EpochMs): void {
    this.#session.wake(time)
  }

  #seatOf(symbolIndex: number): Seat {
    const seat = this.#seats[symbolIndex]
    if (!seat) throw new InvariantError(`a session must have symbol ${symbolIndex}`)
    return seat
  }
}
