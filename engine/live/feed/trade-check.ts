/**
 * Holds the closed bars of one symbol against the trades that were told meanwhile: each bar must be their sum. Pure.
 * A bar is judged when every trade of it is known to have come, by the ids around it. Floor 3.
 */
import { TradeBars } from '../../math/bars-from-trades.js'
import { bucketOf } from '../../math/bucket.js'
import { type Bar, barAt } from '../../model/bars.js'
import { type Interval, nextOpenTime } from '../../model/time.js'
import type { TradeMessage } from '../../venue/stream-message.js'
import { isSameBar } from './bar-sequence.js'

/** What the trades say of a bar. `unknown`: some of them did not come. */
export interface TradeVerdict {
  readonly bar: Bar
  readonly result: 'same' | 'different' | 'unknown'
  /** What the trades make; without trades a bar of one price and no volume. */
  readonly traded: Bar | undefined
}

/** Bars and sums of trades that wait for each other. */
const REMEMBERED = 256

/** One symbol's bars and trades. */
export class TradeCheck {
  readonly #symbol: string
  readonly #interval: Interval
  /** Sums of bars that are over, by open time. */
  readonly #sums = new Map<number, Bar>()
  /** Closed bars whose trades are not all known. */
  readonly #waiting = new Map<number, Bar>()
  #open: { readonly openTime: number; readonly bars: TradeBars } | undefined
  #lastId: number | undefined
  /** Open time of the first bar since when no trade is missing. */
  #wholeSince = Number.POSITIVE_INFINITY

  constructor(symbol: string, interval: Interval) {
    this.#symbol = symbol
    this.#interval = interval
  }

  /** A trade has come. One that has come before, over another connection, is passed over. */
  takeTrade({ id, time, price, quantity, isBuyerMaker, count }: TradeMessage): readonly TradeVerdict[] {
    const [interval, last] = [this.#interval, this.#lastId]
    if (last !== undefined && id <= last) return []
    const openTime = bucketOf(time, interval)
    const before = this.#open?.openTime ?? Number.NEGATIVE_INFINITY
    // A missing trade may be of this bar, or of any since the last trade.
    if (last === undefined || id !== last + 1) this.#wholeSince = nextOpenTime(openTime, interval)
    this.#lastId = id
    if (openTime > before) {
      this.#close()
      this.#open = { openTime, bars: new TradeBars({ symbol: this.#symbol, interval }) }
    }
    if (openTime >= before) this.#open?.bars.add({ time, price, quantity, isBuyerMaker, count })
    return openTime > before ? this.#judge(openTime) : []
  }

  /** A bar has closed and been passed on. */
  takeBar(bar: Bar): readonly TradeVerdict[] {
    this.#waiting.set(bar.openTime, bar)
    const [oldest] = this.#waiting.values()
    if (this.#waiting.size > REMEMBERED && oldest) {
      this.#waiting.delete(oldest.openTime)
      return [{ bar: oldest, result: 'unknown', traded: undefined }]
    }
    return this.#open ? this.#judge(this.#open.openTime) : []
  }

  #close(): void {
    if (!this.#open) return
    const sum = barAt(this.#open.bars.end(), 0)
    this.#sums.set(sum.openTime, sum)
    const [oldest] = this.#sums.keys()
    if (this.#sums.size > REMEMBERED && oldest !== undefined) this.#sums.delete(oldest)
  }

  /** Judges the bars that opened before the one whose trades come now. */
  #judge(now: number): readonly TradeVerdict[] {
    const verdicts: TradeVerdict[] = []
    for (const bar of this.#waiting.values()) {
      if (bar.openTime >= now) continue
      this.#waiting.delete(bar.openTime)
      verdicts.push(this.#verdictOn(bar))
    }
    return verdicts
  }

  #verdictOn(bar: Bar): TradeVerdict {
    const sum = this.#sums.get(bar.openTime)
    this.#sums.delete(bar.openTime)
    if (bar.openTime < this.#wholeSince) return { bar, result: 'unknown', traded: undefined }
    if (sum) return { bar, result: isSameBar(sum, bar) ? 'same' : 'different', traded: sum }
    const { close } = bar
    const quiet: Bar = { ...bar, open: close, high: close, low: close, volume: 0 }
    return { bar, result: isSameBar(quiet, bar) ? 'same' : 'different', traded: quiet }
  }
}
