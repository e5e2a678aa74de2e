/**
 * The public market of one symbol: where it stands in its bars, and everything that can be asked about the
 * trades so far. It keeps nothing but its place: what was is told again from the bars. Floor 3.
 */
import type { Bars } from '../../model/bars.js'
import { type Interval, intervalMs } from '../../model/time.js'
import { BarSource, type PublicTrade } from './bar-source.js'
import type { PathTrade } from './bar-walk.js'
import { joinKline, type KlineGrid, type KlineValues, klineEnd, klineOpen } from './running-kline.js'

/** What one step did. */
export interface MarketStep {
  readonly market: SymbolMarket
  readonly time: number
  readonly trade: PublicTrade | undefined
  /** Whether it was the last of its bar. */
  readonly isClose: boolean
}

/** What a symbol's market is made of. */
export interface SymbolMarketParts {
  readonly bars: Bars
  readonly tick: number
  /** Quantities of trades are multiples of so many 1e−8, where their bar has enough volume. */
  readonly step: number
  readonly seed: number
  /** Bars that have closed when it begins. */
  readonly history: number
  /** Added to every time of the bars. */
  readonly shiftMs: number
}

/** Updates of a kline come every two seconds of market time, in longer bars 60 of them. */
const UPDATE_MS = 2000
const MAX_SLOTS = 60
const MIN_SLOTS = 4

/** How many slots a bar of the interval is walked in. */
export function slotsOf(interval: Interval): number {
  return Math.min(MAX_SLOTS, Math.max(MIN_SLOTS, Math.round(intervalMs(interval) / UPDATE_MS)))
}

/** One symbol's market. Times are market time. */
export class SymbolMarket {
  readonly symbol: string
  readonly interval: Interval
  readonly slots: number
  readonly #source: BarSource
  /** The bar under way, and how many of its slots are over. */
  #bar: number
  #slot = 0
  #path: readonly PathTrade[] = []
  #done = 0
  #running: KlineValues | undefined
  #lastPrice: number
  #lastIsBuyerMaker = false
  #now: number
  #updateId = 1

  constructor({ bars, tick, step, seed, history, shiftMs }: SymbolMarketParts) {
    this.symbol = bars.symbol
    this.interval = bars.interval
    this.slots = slotsOf(bars.interval)
    this.#source = new BarSource(bars, { slots: this.slots, seed, tick, step }, shiftMs)
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

  /** Index of the bar under way, and how many of its slots are over: the place that books are made from. */
  get place(): { readonly bar: number; readonly slot: number } {
    return { bar: this.#bar, slot: this.#slot }
  }

  /** Whether the bars have come to their end. */
  get isOver(): boolean {
    return this.#bar >= this.#source.length
  }

  /** When the next step is due; infinite at the end of the bars. */
  get nextTime(): number {
    if (this.isOver) return Number.POSITIVE_INFINITY
    return this.#slot === this.slots - 1
      ? this.#source.endTime(this.#bar)
      : this.#source.slotTime(this.#bar, this.#slot)
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
      add(this.#source.values(i))
    }
    return base > 0 ? quote / base : this.#lastPrice
  }

  /** The own changes of orders change the book too. */
  touchBook(): void {
    this.#updateId++
  }

  /** Goes on by one slot. The last slot of a bar carries its last trade and closes it. */
  step(): MarketStep {
    const bar = this.#bar
    if (this.#slot === 0) this.#path = this.#source.path(bar)
    const slot = this.#slot
    const isClose = slot === this.slots - 1
    const found = this.#path[this.#done]
    // The close is the last trade's, whatever slot that fell into.
    const trade =
      found && (found.slot <= slot || isClose) ? this.#source.trade(bar, found, this.#done) : undefined
    this.#now = isClose ? this.#source.endTime(bar) : this.#source.slotTime(bar, slot)
    this.#slot++
    this.#updateId++
    if (trade) this.#take(trade)
    else this.#running ??= this.#source.quiet(bar, this.#lastPrice)
    if (isClose) {
      this.#lastPrice = this.#source.close(bar)
      this.#running = undefined
      this.#bar++
      this.#slot = 0
      this.#done = 0
    }
    return { market: this, time: this.#now, trade, isClose }
  }

  /** Goes to the end of the bar under way at once, when nobody looks. */
  skipBar(): void {
    this.#path = this.#path.length > 0 ? this.#path : this.#source.path(this.#bar)
    const last = this.#path.at(-1)
    if (last) this.#lastIsBuyerMaker = last.isBuyerMaker
    this.#lastPrice = this.#source.close(this.#bar)
    this.#now = this.#source.endTime(this.#bar)
    this.#updateId += this.slots - this.#slot
    this.#bar++
    this.#slot = 0
    this.#done = 0
    this.#running = undefined
    this.#path = []
  }

  /** A place at which three-day bars open: the first bar's day. */
  grid(interval: Interval, offsetMs = 0): KlineGrid {
    const first = this.#source.openTime(0)
    return { interval, offsetMs, anchor: klineOpen(first, { interval: '1d', offsetMs: 0, anchor: 0 }) }
  }

  /** The bar that closed last; undefined before the first. */
  lastClosed(): KlineValues | undefined {
    return this.#bar === 0 ? undefined : this.#source.values(this.#bar - 1)
  }

  /** The bar under way; undefined between bars. */
  get running(): KlineValues | undefined {
    return this.#running
  }

  /** The part of a longer kline that is made of bars which have closed: of the kline that `time` lies in. */
  closedPart(time: number, grid: KlineGrid): KlineValues | undefined {
    let sum: KlineValues | undefined
    for (let i = this.#source.firstFrom(klineOpen(time, grid)); i < this.#bar; i++) {
      sum = joinKline(sum, this.#source.values(i), grid)
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
      isOn = put(this.#source.values(i))
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
    const start = 'time' in from ? this.#source.lastOpeningBy(from.time) : Math.floor(from.aggId / this.slots)
    for (let i = Math.max(0, start); i <= this.#bar && i < this.#source.length; i++) {
      const path = i === this.#bar && this.#slot > 0 ? this.#path : i < this.#bar ? this.#source.path(i) : []
      for (const [j, found] of path.entries()) {
        if (i === this.#bar && j >= this.#done) return
        const trade = this.#source.trade(i, found, j)
        if ('time' in from ? trade.time >= from.time : trade.aggId >= from.aggId) yield trade
      }
    }
  }

  /** The newest trades up to `to`, oldest first. */
  newestTrades(to: number, most: number): readonly PublicTrade[] {
    const parts: (readonly PublicTrade[])[] = []
    let count = 0
    for (let i = Math.min(this.#bar, this.#source.lastOpeningBy(to)); i >= 0 && count < most; i--) {
      const isNow = i === this.#bar
      const path = isNow ? (this.#slot > 0 ? this.#path.slice(0, this.#done) : []) : this.#source.path(i)
      const part = path.map((found, j) => this.#source.trade(i, found, j)).filter(({ time }) => time <= to)
      parts.unshift(part)
      count += part.length
    }
    return parts.flat().slice(-most)
  }

  /** The aggregate that holds the trade with this id, or the next one. */
  aggIdOf(tradeId: number): number {
    return this.#source.aggIdOf(tradeId)
  }

  #take(trade: PublicTrade): void {
    const { price, units, isBuyerMaker, firstId, lastId } = trade
    this.#done++
    this.#lastPrice = price
    this.#lastIsBuyerMaker = isBuyerMaker
    const volume = units / 1e8
    const open = this.#source.openTime(this.#bar)
    const one: KlineValues = {
      openTime: open,
      closeTime: this.#source.endTime(this.#bar) - 1,
      open: price,
      high: price,
      low: price,
      close: price,
      volume,
      quoteVolume: volume * price,
      tradeCount: lastId - firstId + 1,
      takerVolume: isBuyerMaker ? 0 : volume,
      takerQuoteVolume: isBuyerMaker ? 0 : volume * price,
      firstTradeId: firstId,
      lastTradeId: lastId,
    }
    const grid = { interval: this.interval, offsetMs: 0, anchor: 0 }
    const isFirst = this.#running === undefined || this.#running.tradeCount === 0
    this.#running = isFirst ? one : joinKline(this.#running, one, grid)
  }
}
