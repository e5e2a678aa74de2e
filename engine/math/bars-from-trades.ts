/** Bars from trades, one trade after the other, sums exact to the last decimal. Floor 1. */
import { BarColumns, OPTIONAL_FIELDS } from '../model/bars.js'
import { DataError } from '../model/errors.js'
import { ONE, toNumber, type Units } from '../model/money.js'
import { formatTime, type Interval, nextOpenTime } from '../model/time.js'
import { bucketOf } from './bucket.js'

/** A trade, or several that one order made at one price and time (an aggregate trade). */
export interface PublicTrade {
  /** UTC milliseconds. */
  readonly time: number
  readonly price: Units
  /** Base asset. */
  readonly quantity: Units
  /** Whether the seller took: the buyer's order was resting. */
  readonly isBuyerMaker: boolean
  /** Trades that it stands for. */
  readonly count: number
}

/** The bar at hand. */
interface OpenBar {
  readonly openTime: number
  readonly end: number
  readonly open: Units
  high: Units
  low: Units
  close: Units
  volume: bigint
  /** Price times quantity, in 1e−16. */
  quote: bigint
  count: number
  takerVolume: bigint
  takerQuote: bigint
}

/**
 * Makes bars of trades. An interval without a trade has no bar. The first and the last bar hold the trades
 * that came: whether they are all of their interval the trades do not say.
 */
export class TradeBars {
  readonly #bars: BarColumns
  #bar: OpenBar | undefined

  constructor({ symbol, interval }: { readonly symbol: string; readonly interval: Interval }) {
    this.#bars = new BarColumns({ symbol, interval, optional: OPTIONAL_FIELDS })
  }

  /** Throws a DataError when the trade is of an earlier bar than the one before. */
  add({ time, price, quantity, isBuyerMaker, count }: PublicTrade): void {
    let bar = this.#bar
    if (bar && time < bar.openTime) {
      throw new DataError(
        `trades must come oldest first, ${formatTime(time)} comes in the bar of ${formatTime(bar.openTime)}`,
      )
    }
    if (!bar || time >= bar.end) {
      this.#close()
      const openTime = bucketOf(time, this.#bars.interval)
      const end = nextOpenTime(openTime, this.#bars.interval)
      bar = {
        openTime,
        end,
        open: price,
        high: price,
        low: price,
        close: price,
        volume: 0n,
        quote: 0n,
        count: 0,
        takerVolume: 0n,
        takerQuote: 0n,
      }
      this.#bar = bar
    }
    if (price > bar.high) bar.high = price
    if (price < bar.low) bar.low = price
    bar.close = price
    bar.volume += quantity
    bar.quote += price * quantity
    bar.count += count
    if (isBuyerMaker) return
    bar.takerVolume += quantity
    bar.takerQuote += price * quantity
  }

  /** The bars of all trades so far, the one at hand too; with origin `trades`. */
  end(): BarColumns {
    this.#close()
    return this.#bars
  }

  #close(): void {
    const bar = this.#bar
    if (!bar) return
    this.#bars.append({
      openTime: bar.openTime,
      open: toNumber(bar.open),
      high: toNumber(bar.high),
      low: toNumber(bar.low),
      close: toNumber(bar.close),
      volume: toNumber(bar.volume),
      quoteVolume: toNumber(bar.quote / ONE),
      tradeCount: bar.count,
      takerVolume: toNumber(bar.takerVolume),
      takerQuoteVolume: toNumber(bar.takerQuote / ONE),
      origin: 'trades',
    })
    this.#bar = undefined
  }
}
