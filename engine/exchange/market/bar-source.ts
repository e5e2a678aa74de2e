/**
 * The bars of a market as it tells them: re-dated, with what their source lacks, and the trades that each is
 * made of. Nothing in it changes. Floor 3.
 */
import { type Bars, countBefore, valueAt } from '../../model/bars.js'
import { nextOpenTime } from '../../model/time.js'
import { type PathTrade, type WalkTerms, walkBar } from './bar-walk.js'
import type { KlineValues } from './running-kline.js'

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

/** Bars by their index. Times are market time. */
export class BarSource {
  readonly #bars: Bars
  readonly #terms: WalkTerms
  readonly #shiftMs: number
  /** Trades before each bar, where the source counts them. */
  readonly #idsBefore: Float64Array | undefined

  constructor(bars: Bars, terms: WalkTerms, shiftMs: number) {
    this.#bars = bars
    this.#terms = terms
    this.#shiftMs = shiftMs
    this.#idsBefore = idsBefore(bars, terms.slots)
  }

  get length(): number {
    return this.#bars.length
  }

  close(i: number): number {
    return valueAt(this.#bars.close, i)
  }

  /** Base that a bar had on average of the twenty before `end`; 1 where none had any. */
  usualVolume(end: number): number {
    let sum = 0
    let count = 0
    for (let i = Math.max(0, end - 20); i < Math.min(end, this.length); i++) {
      const volume = valueAt(this.#bars.volume, i)
      if (!(volume > 0)) continue
      sum += volume
      count++
    }
    return count === 0 ? 1 : sum / count
  }

  /** Before its first trade a bar stands at the last price. */
  quiet(i: number, price: number): KlineValues {
    return {
      ...{ openTime: this.openTime(i), closeTime: this.endTime(i) - 1 },
      ...{ open: price, high: price, low: price, close: price },
      ...{ volume: 0, quoteVolume: 0, tradeCount: 0, takerVolume: 0, takerQuoteVolume: 0 },
      ...{ firstTradeId: -1, lastTradeId: -1 },
    }
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
    const j = this.path(bar).findIndex(({ firstId, ids }) => within < firstId + ids)
    return bar * this.#terms.slots + Math.max(0, j)
  }

  /** A bar that has closed, as its source has it; what that lacks is made of the rest. */
  values(i: number): KlineValues {
    const { open, high, low, close } = this.#bars
    const volume = zeroIfNone(valueAt(this.#bars.volume, i))
    const ids = this.ids(i)
    const middle = (valueAt(open, i) + valueAt(high, i) + valueAt(low, i) + valueAt(close, i)) / 4
    const optional = (name: 'quoteVolume' | 'takerVolume' | 'takerQuoteVolume', made: number): number => {
      const value = this.#bars[name] === undefined ? Number.NaN : valueAt(this.#bars[name], i)
      return Number.isNaN(value) ? made : value
    }
    return {
      openTime: this.openTime(i),
      closeTime: this.endTime(i) - 1,
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

  ids(i: number): { readonly first: number; readonly count: number } {
    const before = this.#idsBefore
    if (before) return { first: valueAt(before, i), count: valueAt(before, i + 1) - valueAt(before, i) }
    return { first: i * this.#terms.slots, count: valueAt(this.#bars.volume, i) > 0 ? this.#terms.slots : 0 }
  }

  path(i: number): readonly PathTrade[] {
    const bars = this.#bars
    return walkBar(
      {
        open: valueAt(bars.open, i),
        high: valueAt(bars.high, i),
        low: valueAt(bars.low, i),
        close: valueAt(bars.close, i),
        volume: zeroIfNone(valueAt(bars.volume, i)),
        count: this.ids(i).count,
      },
      i,
      this.#terms,
    )
  }

  trade(bar: number, { slot, price, units, isBuyerMaker, firstId, ids }: PathTrade, j: number): PublicTrade {
    const first = this.ids(bar).first + firstId
    const isLast = slot >= this.#terms.slots - 1
    return {
      aggId: bar * this.#terms.slots + j,
      firstId: first,
      lastId: first + ids - 1,
      time: isLast ? this.endTime(bar) - 1 : this.slotTime(bar, slot),
      price,
      units,
      isBuyerMaker,
    }
  }

  openTime(i: number): number {
    return valueAt(this.#bars.openTime, i) + this.#shiftMs
  }

  endTime(i: number): number {
    return nextOpenTime(valueAt(this.#bars.openTime, i), this.#bars.interval) + this.#shiftMs
  }

  slotTime(bar: number, slot: number): number {
    const open = this.openTime(bar)
    return open + Math.floor(((slot + 0.5) * (this.endTime(bar) - open)) / this.#terms.slots)
  }

  /** Index of the first bar that opens at or after a time. */
  firstFrom(time: number): number {
    return countBefore(this.#bars, time - this.#shiftMs)
  }

  /** Index of the last bar that opens at or before a time; −1 before the first. */
  lastOpeningBy(time: number): number {
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
