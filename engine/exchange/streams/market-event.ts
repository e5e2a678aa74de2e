/** What a market stream other than klines and changes of the book sends at a step. Floor 3. */
import type { Exchange } from '../exchange.js'
import { fixedNumber } from '../fixed.js'
import type { MarketStep } from '../market/symbol-market.js'
import { bookTicker, dayTicker, depthOf } from '../rest/book-routes.js'
import { aggTradeRow } from '../rest/market-routes.js'
import type { StreamName } from './stream-name.js'

/** The message; undefined where the step has nothing for this stream. */
export function marketEvent(
  stream: StreamName,
  { trade, time, market, isUpdate }: MarketStep,
  exchange: Exchange,
): Readonly<Record<string, unknown>> | undefined {
  const { symbol } = stream
  switch (stream.kind) {
    case 'aggTrade':
      return trade && { e: 'aggTrade', E: time, s: symbol, ...aggTradeRow(trade) }
    case 'trade': {
      if (!trade) return undefined
      const { lastId, price, units, time: at, isBuyerMaker } = trade
      return {
        ...{ e: 'trade', E: time, s: symbol, t: lastId },
        ...{ p: fixedNumber(price), q: fixedNumber(units / 1e8), T: at, m: isBuyerMaker, M: true },
      }
    }
    case 'bookTicker': {
      const { bidPrice, bidQty, askPrice, askQty } = bookTicker(exchange, symbol)
      return { u: market.updateId, s: symbol, b: bidPrice, B: bidQty, a: askPrice, A: askQty }
    }
    case 'depth':
      return { lastUpdateId: market.updateId, ...depthOf(exchange, symbol, stream.levels) }
    case 'avgPrice':
      if (!isUpdate) return undefined
      return {
        e: 'avgPrice',
        E: time,
        s: symbol,
        i: '5m',
        w: fixedNumber(market.averagePrice(5)),
        T: market.now,
      }
    case 'miniTicker':
    case 'ticker': {
      const listed = isUpdate ? exchange.listed(symbol) : undefined
      return listed && tickerEvent(dayTicker(exchange, listed), stream.kind === 'miniTicker', time)
    }
    default:
      return undefined
  }
}

function tickerEvent(day: ReturnType<typeof dayTicker>, isMini: boolean, time: number) {
  const mini = {
    ...{
      e: isMini ? '24hrMiniTicker' : '24hrTicker',
      E: time,
      s: day.symbol,
      c: day.lastPrice,
      o: day.openPrice,
    },
    ...{ h: day.highPrice, l: day.lowPrice, v: day.volume, q: day.quoteVolume },
  }
  if (isMini) return mini
  return {
    ...mini,
    ...{ p: day.priceChange, P: day.priceChangePercent, w: day.weightedAvgPrice, x: day.prevClosePrice },
    ...{ Q: day.lastQty, b: day.bidPrice, B: day.bidQty, a: day.askPrice, A: day.askQty },
    ...{ O: day.openTime, C: day.closeTime, F: day.firstId, L: day.lastId, n: day.count },
  }
}
