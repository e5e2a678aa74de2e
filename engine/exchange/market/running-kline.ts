/** A kline that grows: of one interval, from bars that have closed and the one under way. Floor 3. */
import { bucketOf } from '../../math/bucket.js'
import { type Interval, nextOpenTime } from '../../model/time.js'
import type { PublicTrade } from './market-trades.js'

/** A kline's values, running or final. Prices and volumes as numbers, times in UTC milliseconds. */
export interface KlineValues {
  readonly openTime: number
  readonly closeTime: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
  readonly quoteVolume: number
  readonly tradeCount: number
  readonly takerVolume: number
  readonly takerQuoteVolume: number
  /** −1 while nothing was traded. */
  readonly firstTradeId: number
  readonly lastTradeId: number
}

/** An interval, and by how much its borders are shifted from UTC. */
export interface KlineGrid {
  readonly interval: Interval
  readonly offsetMs: number
  /** A time at which three-day bars open. */
  readonly anchor: number
}

/** Open time of the kline that a moment lies in. */
export function klineOpen(time: number, { interval, offsetMs, anchor }: KlineGrid): number {
  return bucketOf(time + offsetMs, interval, anchor) - offsetMs
}

/** Open time of the kline after the one that opens at `openTime`. */
export function klineEnd(openTime: number, { interval, offsetMs }: KlineGrid): number {
  return nextOpenTime(openTime + offsetMs, interval) - offsetMs
}

/** A shorter kline, or the first of them, put into a longer one. */
export function joinKline(sum: KlineValues | undefined, part: KlineValues, grid: KlineGrid): KlineValues {
  if (sum === undefined) {
    const openTime = klineOpen(part.openTime, grid)
    return { ...part, openTime, closeTime: klineEnd(openTime, grid) - 1 }
  }
  return {
    openTime: sum.openTime,
    closeTime: sum.closeTime,
    open: sum.open,
    high: Math.max(sum.high, part.high),
    low: Math.min(sum.low, part.low),
    close: part.close,
    volume: sum.volume + part.volume,
    quoteVolume: sum.quoteVolume + part.quoteVolume,
    tradeCount: sum.tradeCount + part.tradeCount,
    takerVolume: sum.takerVolume + part.takerVolume,
    takerQuoteVolume: sum.takerQuoteVolume + part.takerQuoteVolume,
    firstTradeId: sum.firstTradeId < 0 ? part.firstTradeId : sum.firstTradeId,
    lastTradeId: part.lastTradeId < 0 ? sum.lastTradeId : part.lastTradeId,
  }
}

/** A kline with one more of its trades; a quiet one begins with it. */
export function withTrade(kline: KlineValues, trade: PublicTrade): KlineValues {
  const { price, units, isBuyerMaker, firstId, lastId } = trade
  const isFirst = kline.tradeCount === 0
  const volume = units / 1e8
  return {
    openTime: kline.openTime,
    closeTime: kline.closeTime,
    open: isFirst ? price : kline.open,
    high: isFirst ? price : Math.max(kline.high, price),
    low: isFirst ? price : Math.min(kline.low, price),
    close: price,
    volume: kline.volume + volume,
    quoteVolume: kline.quoteVolume + volume * price,
    tradeCount: kline.tradeCount + lastId - firstId + 1,
    takerVolume: kline.takerVolume + (isBuyerMaker ? 0 : volume),
    takerQuoteVolume: kline.takerQuoteVolume + (isBuyerMaker ? 0 : volume * price),
    firstTradeId: isFirst ? firstId : kline.firstTradeId,
    lastTradeId: lastId,
  }
}
