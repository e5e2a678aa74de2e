/** One stream of klines: what it sends at each step of its market. Floor 3. */
import { fixedNumber } from '../fixed.js'
import { joinKline, type KlineGrid, type KlineValues } from '../market/running-kline.js'
import type { MarketStep, SymbolMarket } from '../market/symbol-market.js'

/** A kline message as it stands on the wire. */
function klineEvent(symbol: string, interval: string, kline: KlineValues, isClosed: boolean, time: number) {
  return {
    e: 'kline',
    E: time,
    s: symbol,
    k: {
      t: kline.openTime,
      T: kline.closeTime,
      s: symbol,
      i: interval,
      f: kline.firstTradeId,
      L: kline.lastTradeId,
      o: fixedNumber(kline.open),
      c: fixedNumber(kline.close),
      h: fixedNumber(kline.high),
      l: fixedNumber(kline.low),
      v: fixedNumber(kline.volume),
      n: kline.tradeCount,
      x: isClosed,
      q: fixedNumber(kline.quoteVolume),
      V: fixedNumber(kline.takerVolume),
      Q: fixedNumber(kline.takerQuoteVolume),
      B: '0',
    },
  }
}

/** The message of a kline stream. */
export type KlineEvent = ReturnType<typeof klineEvent>

/** Klines of one symbol and interval, of the bars that close and the one under way. */
export class KlineStream {
  readonly #market: SymbolMarket
  readonly #grid: KlineGrid
  #sum: KlineValues | undefined

  constructor(market: SymbolMarket, grid: KlineGrid) {
    this.#market = market
    this.#grid = grid
    this.#sum = market.closedPart(market.running?.openTime ?? market.now, grid)
  }

  /** Messages of a step, oldest first. A kline that a gap cut short is closed when the next one begins. */
  onStep({ isClose, isUpdate, time }: MarketStep): readonly KlineEvent[] {
    if (!isUpdate) return []
    const part = isClose ? this.#market.lastClosed() : this.#market.running
    if (part === undefined) return []
    const events: KlineEvent[] = []
    const event = (kline: KlineValues, isClosed: boolean): void => {
      events.push(klineEvent(this.#market.symbol, this.#grid.interval, kline, isClosed, time))
    }
    if (this.#sum && part.openTime > this.#sum.closeTime) {
      event(this.#sum, true)
      this.#sum = undefined
    }
    const now = joinKline(this.#sum, part, this.#grid)
    const isClosed = isClose && part.closeTime >= now.closeTime
    event(now, isClosed)
    if (isClose) this.#sum = isClosed ? undefined : now
    return events
  }
}
