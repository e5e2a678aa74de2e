/** The book and prices: depth, tickers, the mean price. Floor 3. */
import { DAY_MS } from '../../model/time.js'
import { fixedNumber, fixedUnits } from '../fixed.js'
import type { ListedSymbol } from '../listed-symbol.js'
import type { BookLevel } from '../market/book.js'
import { joinKline, type KlineValues } from '../market/running-kline.js'
import { chosen } from './general-routes.js'
import type { Params } from './params.js'
import { type Call, marketOf, type Route } from './route.js'

const TICKER_NAMES = ['symbol', 'symbols', 'symbolStatus']
const MAX_LEVELS = 5000

/** Routes of the book and of prices. */
export const BOOK_ROUTES: readonly Route[] = [
  {
    rest: 'GET /api/v3/depth',
    method: 'depth',
    security: 'NONE',
    weight: (params) => depthWeight(Number(params.plain('limit') || 100)),
    params: ['symbol', 'limit'],
    run(call) {
      const { symbol, market } = marketOf(call)
      const { bids, asks } = depthOf(call.exchange, symbol, call.params.limit(MAX_LEVELS, 100))
      return { body: { lastUpdateId: market.updateId, bids, asks } }
    },
  },
  {
    rest: 'GET /api/v3/ticker/price',
    method: 'ticker.price',
    security: 'NONE',
    weight: oneOrMany(2, 4),
    params: TICKER_NAMES,
    run: (call) =>
      perSymbol(call, ({ symbol, market }) => ({ symbol, price: fixedNumber(market.lastPrice) })),
  },
  {
    rest: 'GET /api/v3/ticker/bookTicker',
    method: 'ticker.book',
    security: 'NONE',
    weight: oneOrMany(2, 4),
    params: TICKER_NAMES,
    run: (call) => perSymbol(call, ({ symbol }) => bookTicker(call.exchange, symbol)),
  },
  {
    rest: 'GET /api/v3/ticker/24hr',
    method: 'ticker.24hr',
    security: 'NONE',
    weight: oneOrMany(2, 80),
    params: [...TICKER_NAMES, 'type'],
    run: (call) => perSymbol(call, (listed) => dayShown(call, listed)),
  },
  {
    rest: 'GET /api/v3/avgPrice',
    method: 'avgPrice',
    security: 'NONE',
    weight: 2,
    params: ['symbol'],
    run(call) {
      const { market } = marketOf(call)
      return { body: { mins: 5, price: fixedNumber(market.averagePrice(5)), closeTime: market.now } }
    },
  },
]

function depthWeight(limit: number): number {
  return limit <= 100 ? 5 : limit <= 500 ? 25 : limit <= 1000 ? 50 : 250
}

function oneOrMany(one: number, many: number): (params: Params) => number {
  return (params) => (params.has('symbol') ? one : many)
}

/** An object for one symbol, a list for several or all. */
function perSymbol(call: Call, show: (listed: ListedSymbol) => unknown) {
  const listed = chosen(call)
  const [only] = listed
  return { body: call.params.has('symbol') && only ? show(only) : listed.map(show) }
}

/** The levels of a book with what stands at them, everybody's orders too, the best first. */
export function depthOf(exchange: Call['exchange'], symbol: string, most: number) {
  const side = (which: 'BUY' | 'SELL') =>
    exchange.desk
      .offers(symbol, which)
      .slice(0, most)
      .map(({ price, units }: BookLevel) => [fixedUnits(price), fixedUnits(units)])
  return { bids: side('BUY'), asks: side('SELL') }
}

/** The best bid and offer of a symbol. */
export function bookTicker(exchange: Call['exchange'], symbol: string) {
  const { bids, asks } = depthOf(exchange, symbol, 1)
  return {
    symbol,
    bidPrice: bids[0]?.[0] ?? '0.00000000',
    bidQty: bids[0]?.[1] ?? '0.00000000',
    askPrice: asks[0]?.[0] ?? '0.00000000',
    askQty: asks[0]?.[1] ?? '0.00000000',
  }
}

/** The last 24 hours, from the bars in them. */
export function dayTicker(exchange: Call['exchange'], { symbol, market }: ListedSymbol) {
  const from = market.now - DAY_MS
  const grid = market.grid(market.interval)
  const bars = market.klines(grid, from, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY)
  const whole = { ...grid, interval: '1M' as const }
  let day: KlineValues | undefined
  for (const bar of bars)
    day = day === undefined ? bar : { ...joinKline(day, bar, whole), openTime: day.openTime }
  const [newest] = market.newestTrades(Number.POSITIVE_INFINITY, 1)
  const best = bookTicker(exchange, symbol)
  const [open, volume, quote] = [day?.open ?? market.lastPrice, day?.volume ?? 0, day?.quoteVolume ?? 0]
  const change = market.lastPrice - open
  return {
    symbol,
    priceChange: fixedNumber(change),
    priceChangePercent: ((change / open) * 100).toFixed(3),
    weightedAvgPrice: fixedNumber(volume > 0 ? quote / volume : open),
    prevClosePrice: fixedNumber(open),
    lastPrice: fixedNumber(market.lastPrice),
    lastQty: fixedNumber((newest?.units ?? 0) / 1e8),
    bidPrice: best.bidPrice,
    bidQty: best.bidQty,
    askPrice: best.askPrice,
    askQty: best.askQty,
    openPrice: fixedNumber(open),
    highPrice: fixedNumber(day?.high ?? market.lastPrice),
    lowPrice: fixedNumber(day?.low ?? market.lastPrice),
    volume: fixedNumber(volume),
    quoteVolume: fixedNumber(quote),
    openTime: from,
    closeTime: market.now,
    firstId: day?.firstTradeId ?? -1,
    lastId: day?.lastTradeId ?? -1,
    count: day?.tradeCount ?? 0,
  }
}

/** All of it, or the small form. */
function dayShown({ exchange, params }: Call, listed: ListedSymbol) {
  const day = dayTicker(exchange, listed)
  if (params.plain('type') !== 'MINI') return day
  const { symbol, openPrice, highPrice, lowPrice, lastPrice, volume, quoteVolume } = day
  const { openTime, closeTime, firstId, lastId, count } = day
  return {
    ...{ symbol, openPrice, highPrice, lowPrice, lastPrice, volume, quoteVolume },
    ...{ openTime, closeTime, firstId, lastId, count },
  }
}
