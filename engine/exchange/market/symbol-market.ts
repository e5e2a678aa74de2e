/**
 * The public market of one symbol: where it stands in its bars, and everything that can be asked about the
 * trades so far. It keeps nothing but its place: what was is told again from the bars. Floor 3.
 */
import { type Bars, countBefore, valueAt } from '../../model/bars.js'
import { type Interval, intervalMs, nextOpenTime } from '../../model/time.js'
import { type PathTrade, type WalkTerms, walkBar } from './bar-walk.js'
import { joinKline, type KlineGrid, type KlineValues, klineEnd, klineOpen } from './running-kline.js'

/** A trade of the public market. */
export interface PublicTrade {
  readonly aggId: number
  readonly firstId: number
  readonly lastId: number
  readonly time: number
  readonly price: number
  /** Base in whole 1e−8. */
  readonly units: number
  readonly isBuyerMaker: boolean
}

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
  readonly #bars: Bars
  readonly #terms: WalkTerms
  readonly #shiftMs: number
  /** Trades before each bar, where the source counts them. */
  readonly #idsBefore: Float64Array | undefined
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

  constructor({ bars, tick, seed, history, shiftMs }: SymbolMarketParts) {
    this.symbol = bars.symbol
    this.interval = bars.interval
    this.slots = slotsOf(bars.interval)
    this.#bars = bars
    this.#terms = { slots: this.slots, seed, tick }
    this.#shiftMs = shiftMs
    this.#idsBefore = idsBefore(bars, this.slots)
    this.#bar = history
    this.#lastPrice = valueAt(bars.close, Math.max(0, history - 1))
    this.#now = history === 0 ? this.#openTime(0) : this.#endTime(history - 1)
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
    return this.#bar >= this.#bars.length
  }

  /** When the next step is due; infinite at the end of the bars. */
  get nextTime(): number {
    if (this.isOver) return Number.POSITIVE_INFINITY
    return this.#slot === this.slots - 1 ? this.#endTime(this.#bar) : this.#slotTime(this.#bar, this.#slot)
  }

  /** End of the bar under way, one past its last millisecond. */
  get barEnd(): number {
    return this.isOver ? Number.POSITIVE_INFINITY : this.#endTime(this.#bar)
  }

  /** Base that a bar had on average of the last ones, for the depth of the book. */
  get usualVolume(): number {
    let sum = 0
    let count = 0
    for (let i = Math.max(0, this.#bar - 20); i < Math.min(this.#bar, this.#bars.length); i++) {
      const volume = valueAt(this.#bars.volume, i)
      if (!(volume > 0)) continue
      sum += volume
      count++
    }
    return count === 0 ? 1 : sum / count
  }

  /** Mean price of the last minutes, by volume; the last price where nothing was traded. */
  averagePrice(minutes: number): number {
    let [base, quote] = [0, 0]
    const add = ({ volume, quoteVolume }: KlineValues): void => {
      base += volume
      quote += quoteVolume
    }
    if (this.#running) add(this.#running)
    for (let i = this.#bar - 1; i >= 0 && this.#endTime(i) > this.#now - minutes * 60_000; i--) {
      add(this.#valuesOf(i))
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
    if (this.#slot === 0) this.#path = this.#pathOf(bar)
    const slot = this.#slot
    const isClose = slot === this.slots - 1
    const found = this.#path[this.#done]
    // The close is the last trade's, whatever slot that fell into.
    const trade =
      found && (found.slot <= slot || isClose) ? this.#publicTrade(bar, found, this.#done) : undefined
    this.#now = isClose ? this.#endTime(bar) : this.#slotTime(bar, slot)
    this.#slot++
    this.#updateId++
    if (trade) this.#take(trade)
    else this.#running ??= this.#quietKline(bar)
    if (isClose) {
      this.#lastPrice = valueAt(this.#bars.close, bar)
      this.#running = undefined
      this.#bar++
      this.#slot = 0
      this.#done = 0
    }
    return { market: this, time: this.#now, trade, isClose }
  }

  /** Goes to the end of the bar under way at once, when nobody looks. */
  skipBar(): void {
    this.#path = this.#path.length > 0 ? this.#path : this.#pathOf(this.#bar)
    const last = this.#path.at(-1)
    if (last) this.#lastIsBuyerMaker = last.isBuyerMaker
    this.#lastPrice = valueAt(this.#bars.close, this.#bar)
    this.#now = this.#endTime(this.#bar)
    this.#updateId += this.slots - this.#slot
    this.#bar++
    this.#slot = 0
    this.#done = 0
    this.#running = undefined
    this.#path = []
  }

  /** A place at which three-day bars open: the first bar's day. */
  grid(interval: Interval, offsetMs = 0): KlineGrid {
    const first = this.#openTime(0)
    return { interval, offsetMs, anchor: klineOpen(first, { interval: '1d', offsetMs: 0, anchor: 0 }) }
  }

  /** The bar that closed last; undefined before the first. */
  lastClosed(): KlineValues | undefined {
    return this.#bar === 0 ? undefined : this.#valuesOf(this.#bar - 1)
  }

  /** The bar under way; undefined between bars. */
  get running(): KlineValues | undefined {
    return this.#running
  }

  /** The part of a longer kline that is made of bars which have closed: of the kline that `time` lies in. */
  closedPart(time: number, grid: KlineGrid): KlineValues | undefined {
    let sum: KlineValues | undefined
    for (let i = this.#firstFrom(klineOpen(time, grid)); i < this.#bar; i++) {
      sum = joinKline(sum, this.#valuesOf(i), grid)
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
    for (let i = this.#firstFrom(klineOpen(from, grid)); isOn && i < this.#bar; i++)
      isOn = put(this.#valuesOf(i))
    if (isOn && this.#running) put(this.#running)
    if (sum !== undefined && sum.openTime >= from && found.length < most) found.push(sum)
    return found
  }

  /** The newest klines that open up to `to`, oldest first. */
  newestKlines(grid: KlineGrid, to: number, most: number): readonly KlineValues[] {
    const first = this.#openTime(0)
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
    const start = 'time' in from ? this.#lastOpeningBy(from.time) : Math.floor(from.aggId / this.slots)
    for (let i = Math.max(0, start); i <= this.#bar && i < this.#bars.length; i++) {
      const path = i === this.#bar && this.#slot > 0 ? this.#path : i < this.#bar ? this.#pathOf(i) : []
      for (const [j, found] of path.entries()) {
        if (i === this.#bar && j >= this.#done) return
        const trade = this.#publicTrade(i, found, j)
        if ('time' in from ? trade.time >= from.time : trade.aggId >= from.aggId) yield trade
      }
    }
  }

  /** The newest trades up to `to`, oldest first. */
  newestTrades(to: number, most: number): readonly PublicTrade[] {
    const parts: (readonly PublicTrade[])[] = []
    let count = 0
    for (let i = Math.min(this.#bar, this.#lastOpeningBy(to)); i >= 0 && count < most; i--) {
      const isNow = i === this.#bar
      const path = isNow ? (this.#slot > 0 ? this.#path.slice(0, this.#done) : []) : this.#pathOf(i)
      const part = path.map((found, j) => this.#publicTrade(i, found, j)).filter(({ time }) => time <= to)
      parts.unshift(part)
      count += part.length
    }
    return parts.flat().slice(-most)
  }

  /** The trade with this exchange id or the next one; the aggregate that holds it. */
  aggIdOf(tradeId: number): number {
    const before = this.#idsBefore
    if (before === undefined) return tradeId
    let [low, high] = [0, this.#bars.length]
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (valueAt(before, middle) <= tradeId) low = middle
      else high = middle - 1
    }
    const bar = Math.min(low, this.#bars.length - 1)
    const within = tradeId - valueAt(before, bar)
    const j = this.#pathOf(bar).findIndex(({ firstId, ids }) => within < firstId + ids)
    return bar * this.slots + Math.max(0, j)
  }

  #take(trade: PublicTrade): void {
    const { price, units, isBuyerMaker, firstId, lastId } = trade
    this.#done++
    this.#lastPrice = price
    this.#lastIsBuyerMaker = isBuyerMaker
    const volume = units / 1e8
    const open = this.#openTime(this.#bar)
    const one: KlineValues = {
      openTime: open,
      closeTime: this.#endTime(this.#bar) - 1,
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

  /** Before its first trade a bar stands at the last price. */
  #quietKline(bar: number): KlineValues {
    const price = this.#lastPrice
    return {
      ...{ openTime: this.#openTime(bar), closeTime: this.#endTime(bar) - 1 },
      ...{ open: price, high: price, low: price, close: price },
      ...{ volume: 0, quoteVolume: 0, tradeCount: 0, takerVolume: 0, takerQuoteVolume: 0 },
      ...{ firstTradeId: -1, lastTradeId: -1 },
    }
  }

  /** A bar that has closed, as its source has it; what that lacks is made of the rest. */
  #valuesOf(i: number): KlineValues {
    const { open, high, low, close } = this.#bars
    const volume = zeroIfNone(valueAt(this.#bars.volume, i))
    const ids = this.#idsOf(i)
    const middle = (valueAt(open, i) + valueAt(high, i) + valueAt(low, i) + valueAt(close, i)) / 4
    const optional = (name: 'quoteVolume' | 'takerVolume' | 'takerQuoteVolume', made: number): number => {
      const value = this.#bars[name] === undefined ? Number.NaN : valueAt(this.#bars[name], i)
      return Number.isNaN(value) ? made : value
    }
    return {
      openTime: this.#openTime(i),
      closeTime: this.#endTime(i) - 1,
      open: valueAt(open, i),
      high: valueAt(high, i),
      low: valueAt(low, i),
      close: valueAt(close, i),
      volume,
      quoteVolume: optional('quoteVolume', volume * middle),
      tradeCount: ids.count,
      takerVolume: optional('takerVolume', volume / 2),
      takerQuoteVolume: optional('takerQuoteVolume', (volume * middle) / 2),
      firstTradeId: ids.count === 0 ? -1 : ids.first,
      lastTradeId: ids.count === 0 ? -1 : ids.first + ids.count - 1,
    }
  }

  #idsOf(i: number): { readonly first: number; readonly count: number } {
    const before = this.#idsBefore
    if (before) return { first: valueAt(before, i), count: valueAt(before, i + 1) - valueAt(before, i) }
    return { first: i * this.slots, count: valueAt(this.#bars.volume, i) > 0 ? this.slots : 0 }
  }

  #pathOf(i: number): readonly PathTrade[] {
    const bars = this.#bars
    return walkBar(
      {
        open: valueAt(bars.open, i),
        high: valueAt(bars.high, i),
        low: valueAt(bars.low, i),
        close: valueAt(bars.close, i),
        volume: zeroIfNone(valueAt(bars.volume, i)),
        count: this.#idsOf(i).count,
      },
      i,
      this.#terms,
    )
  }

  #publicTrade(
    bar: number,
    { slot, price, units, isBuyerMaker, firstId, ids }: PathTrade,
    j: number,
  ): PublicTrade {
    const first = this.#idsOf(bar).first + firstId
    const isLast = slot >= this.slots - 1
    return {
      aggId: bar * this.slots + j,
      firstId: first,
      lastId: first + ids - 1,
      time: isLast ? this.#endTime(bar) - 1 : this.#slotTime(bar, slot),
      price,
      units,
      isBuyerMaker,
    }
  }

  #openTime(i: number): number {
    return valueAt(this.#bars.openTime, i) + this.#shiftMs
  }

  #endTime(i: number): number {
    return nextOpenTime(valueAt(this.#bars.openTime, i), this.interval) + this.#shiftMs
  }

  #slotTime(bar: number, slot: number): number {
    const open = this.#openTime(bar)
    return open + Math.floor(((slot + 0.5) * (this.#endTime(bar) - open)) / this.slots)
  }

  /** Index of the first bar that opens at or after a time. */
  #firstFrom(time: number): number {
    return Math.min(this.#bar, countBefore(this.#bars, time - this.#shiftMs))
  }

  /** Index of the last bar that opens at or before a time; −1 before the first. */
  #lastOpeningBy(time: number): number {
    return countBefore(this.#bars, time - this.#shiftMs + 1) - 1
  }
}

function zeroIfNone(volume: number): number {
  return Number.isNaN(volume) ? 1 : volume
}

/** Trades before each bar and after the last, from the source's counts; undefined where it has none. */
function idsBefore(bars: Bars, slots: number): Float64Array | undefined {
  const counts = bars.tradeCount
  if (counts === undefined) return undefined
  const before = new Float64Array(bars.length + 1)
  for (let i = 0; i < bars.length; i++) {
    const count = valueAt(counts, i)
    const isTraded = valueAt(bars.volume, i) > 0
    const ids = Number.isNaN(count) ? (isTraded ? slots : 0) : isTraded ? Math.max(1, count) : 0
    before[i + 1] = valueAt(before, i) + ids
  }
  return before
}
