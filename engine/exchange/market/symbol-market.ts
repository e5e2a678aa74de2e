/**
 * The public market of one symbol: where it stands in its bars, and everything that can be asked about the
 * trades so far. It keeps nothing but its place: what was is told again from the bars. Floor 3.
 */
import type { Bars } from '../../model/bars.js'
import type { Interval } from '../../model/time.js'
import { MarketBars } from './market-bars.js'
import type { MarketTrades, PlannedStep, PublicTrade } from './market-trades.js'
import {
  joinKline,
  type KlineGrid,
  type KlineValues,
  klineEnd,
  klineOpen,
  withTrade,
} from './running-kline.js'
import type { Tape } from './tape.js'
import { TapedTrades } from './taped-trades.js'
import { WalkedTrades } from './walked-trades.js'

/** What one step did. */
export interface MarketStep {
  readonly market: SymbolMarket
  readonly time: number
  readonly trade: PublicTrade | undefined
  /** Whether it was the last of its bar. */
  readonly isClose: boolean
  /** Whether klines and tickers are told at it. */
  readonly isUpdate: boolean
}

/** What a symbol's market is made of. */
export interface SymbolMarketParts {
  readonly bars: Bars
  /** The trades that the bars were made of; without them each bar is walked. */
  readonly tape?: Tape | undefined
  readonly tick: number
  /** Quantities of trades are multiples of so many 1e−8, where their bar has enough volume. */
  readonly step: number
  readonly seed: number
  /** Bars that have closed when it begins. */
  readonly history: number
  /** Added to every time of the bars. */
  readonly shiftMs: number
}

/** One symbol's market. Times are market time. */
export class SymbolMarket {
  readonly symbol: string
  readonly interval: Interval
  readonly slots: number
  readonly #source: MarketBars
  readonly #trades: MarketTrades
  /** The bar under way, and how many of its steps and trades are over. */
  #bar: number
  #step = 0
  #done = 0
  /** The steps of a bar, made when they are looked at. */
  #plan: { readonly bar: number; readonly steps: readonly PlannedStep[] } = { bar: -1, steps: [] }
  #running: KlineValues | undefined
  #lastPrice: number
  #lastIsBuyerMaker = false
  #now: number
  #updateId = 1

  constructor({ bars, tape, tick, step, seed, history, shiftMs }: SymbolMarketParts) {
    this.symbol = bars.symbol
    this.interval = bars.interval
    this.#source = new MarketBars(bars, shiftMs)
    this.slots = this.#source.slots
    this.#trades = tape
      ? new TapedTrades(this.#source, tape, shiftMs)
      : new WalkedTrades(this.#source, { seed, tick, step })
    this.#bar = history
    this.#lastPrice = this.#source.close(Math.max(0, history - 1))
    this.#now = history === 0 ? this.#source.openTime(0) : this.#source.endTime(history - 1)
  }

  /** Market time: of the last step. */
  get now(): number {
    return this.#now
  }

  get lastPrice(): number {
    return this.#lastPrice
  }

  /** Whether the last trade was a sale into a resting bid. */
  get lastIsBuyerMaker(): boolean {
    return this.#lastIsBuyerMaker
  }

  /** Number of the book's state: it rises with every change. */
  get updateId(): number {
    return this.#updateId
  }

  /** Steps before the one that comes next, from the first bar on: the place that books are made from. */
  get place(): number {
    return this.#trades.stepsBefore(this.#bar) + this.#step
  }

  /** Whether the bars have come to their end. */
  get isOver(): boolean {
    return this.#bar >= this.#source.length
  }

  /** When the next step is due; infinite at the end of the bars. */
  get nextTime(): number {
    return this.#nextStep?.time ?? Number.POSITIVE_INFINITY
  }

  /** Length of the bar under way in milliseconds. */
  get barMs(): number {
    return this.isOver ? 0 : this.#source.endTime(this.#bar) - this.#source.openTime(this.#bar)
  }

  /** End of the bar under way, one past its last millisecond. */
  get barEnd(): number {
    return this.isOver ? Number.POSITIVE_INFINITY : this.#source.endTime(this.#bar)
  }

  /** Base that a bar had on average of the last ones, for the depth of the book. */
  get usualVolume(): number {
    return this.#source.usualVolume(this.#bar)
  }

  /** Mean price of the last minutes, by volume; the last price where nothing was traded. */
  averagePrice(minutes: number): number {
    let [base, quote] = [0, 0]
    const add = ({ volume, quoteVolume }: KlineValues): void => {
      base += volume
      quote += quoteVolume
    }
    if (this.#running) add(this.#running)
    for (let i = this.#bar - 1; i >= 0 && this.#source.endTime(i) > this.#now - minutes * 60_000; i--) {
      add(this.#values(i))
    }
    return base > 0 ? quote / base : this.#lastPrice
  }

  /** The own changes of orders change the book too. */
  touchBook(): void {
    this.#updateId++
  }

  /** Goes on by one step. The last step of a bar closes it; there must be one. */
  step(): MarketStep {
    const bar = this.#bar
    const { time, trade, isUpdate } = this.#nextStep ?? { time: this.#now, trade: undefined, isUpdate: false }
    const isClose = this.#step === this.#stepsOf(bar).length - 1
    this.#now = time
    this.#step++
    this.#updateId++
    if (trade) this.#take(trade)
    else this.#running ??= this.#source.quiet(bar, this.#lastPrice)
    if (isClose) this.#closeBar()
    return { market: this, time, trade, isClose, isUpdate }
  }

  /** Goes to the end of the bar under way at once, when nobody looks. */
  skipBar(): void {
    const last = this.#trades.lastOf(this.#bar)
    if (last) this.#lastIsBuyerMaker = last.isBuyerMaker
    this.#now = this.#source.endTime(this.#bar)
    this.#updateId += this.#trades.stepsBefore(this.#bar + 1) - this.place
    this.#closeBar()
  }

  /** A place at which three-day bars open: the first bar's day. */
  grid(interval: Interval, offsetMs = 0): KlineGrid {
    const first = this.#source.openTime(0)
    return { interval, offsetMs, anchor: klineOpen(first, { interval: '1d', offsetMs: 0, anchor: 0 }) }
  }

  /** The bar that closed last; undefined before the first. */
  lastClosed(): KlineValues | undefined {
    return this.#bar === 0 ? undefined : this.#values(this.#bar - 1)
  }

  /** The bar under way; undefined between bars. */
  get running(): KlineValues | undefined {
    return this.#running
  }

  /** The part of a longer kline that is made of bars which have closed: of the kline that `time` lies in. */
  closedPart(time: number, grid: KlineGrid): KlineValues | undefined {
    let sum: KlineValues | undefined
    for (let i = this.#source.firstFrom(klineOpen(time, grid)); i < this.#bar; i++) {
      sum = joinKline(sum, this.#values(i), grid)
    }
    return sum
  }

  /**
   * Klines of an interval that open from `from` to `to`, both included, oldest first, the one under way too;
   * `most` bounds them, taken from the start.
   */
  klines(grid: KlineGrid, from: number, to: number, most: number): readonly KlineValues[] {
    const found: KlineValues[] = []
    let sum: KlineValues | undefined
    const put = (part: KlineValues): boolean => {
      if (sum !== undefined && part.openTime > sum.closeTime) {
        if (sum.openTime >= from) found.push(sum)
        sum = undefined
      }
      if (found.length >= most || klineOpen(part.openTime, grid) > to) return false
      sum = joinKline(sum, part, grid)
      return true
    }
    let isOn = true
    for (let i = this.#source.firstFrom(klineOpen(from, grid)); isOn && i < this.#bar; i++)
      isOn = put(this.#values(i))
    if (isOn && this.#running) put(this.#running)
    if (sum !== undefined && sum.openTime >= from && found.length < most) found.push(sum)
    return found
  }

  /** The newest klines that open up to `to`, oldest first. */
  newestKlines(grid: KlineGrid, to: number, most: number): readonly KlineValues[] {
    const first = this.#source.openTime(0)
    const last = klineOpen(Math.min(to, this.#running?.openTime ?? this.#now - 1), grid)
    let span = most
    for (;;) {
      let from = last
      if (grid.interval === '1M') for (let k = 1; k < span; k++) from = klineOpen(from - 1, grid)
      else from -= (span - 1) * (klineEnd(last, grid) - last)
      const found = this.klines(grid, from, to, Number.POSITIVE_INFINITY)
      if (found.length >= most || from <= first) return found.slice(-most)
      span *= 2
    }
  }

  /** Trades so far from a time or an id on, oldest first. */
  *tradesFrom(from: { readonly time: number } | { readonly aggId: number }): Generator<PublicTrade> {
    const start = 'time' in from ? this.#source.lastOpeningBy(from.time) : this.#trades.barOf(from.aggId)
    for (let i = Math.max(0, start); i <= this.#bar && i < this.#source.length; i++) {
      for (const trade of this.#tradesSoFar(i)) {
        if ('time' in from ? trade.time >= from.time : trade.aggId >= from.aggId) yield trade
      }
    }
  }

  /** The newest trades up to `to`, oldest first. */
  newestTrades(to: number, most: number): readonly PublicTrade[] {
    const parts: (readonly PublicTrade[])[] = []
    let count = 0
    for (let i = Math.min(this.#bar, this.#source.lastOpeningBy(to)); i >= 0 && count < most; i--) {
      const part = this.#tradesSoFar(i).filter(({ time }) => time <= to)
      parts.unshift(part)
      count += part.length
    }
    return parts.flat().slice(-most)
  }

  /** The aggregate that holds the trade with this id, or the next one. */
  aggIdOf(tradeId: number): number {
    return this.#trades.aggIdOf(tradeId)
  }

  get #nextStep(): PlannedStep | undefined {
    return this.isOver ? undefined : this.#stepsOf(this.#bar)[this.#step]
  }

  #stepsOf(bar: number): readonly PlannedStep[] {
    if (this.#plan.bar !== bar) this.#plan = { bar, steps: this.#trades.steps(bar) }
    return this.#plan.steps
  }

  #values(i: number): KlineValues {
    return this.#source.values(i, this.#trades.ids(i))
  }

  #tradesSoFar(bar: number): readonly PublicTrade[] {
    if (bar < this.#bar) return this.#trades.of(bar)
    return this.#done === 0 ? [] : this.#trades.of(bar).slice(0, this.#done)
  }

  #take(trade: PublicTrade): void {
    this.#done++
    this.#lastPrice = trade.price
    this.#lastIsBuyerMaker = trade.isBuyerMaker
    this.#running = withTrade(this.#running ?? this.#source.quiet(this.#bar, trade.price), trade)
  }

  #closeBar(): void {
    this.#lastPrice = this.#source.close(this.#bar)
    this.#running = undefined
    this.#bar++
    this.#step = 0
    this.#done = 0
  }
}
