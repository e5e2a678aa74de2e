/** Market data over REST: klines and trades. Floor 3. */
import { isInterval } from '../../model/time.js'
import { fixedNumber } from '../fixed.js'
import type { PublicTrade } from '../market/market-trades.js'
import type { KlineGrid, KlineValues } from '../market/running-kline.js'
import type { SymbolMarket } from '../market/symbol-market.js'
import { Rejection, reject } from '../rejection.js'
import type { Params } from './params.js'
import { type Call, marketOf, type Route } from './route.js'

/** Klines, aggregate trades and trades. */
export const MARKET_ROUTES: readonly Route[] = [
  ...['klines', 'uiKlines'].map(
    (name): Route => ({
      rest: `GET /api/v3/${name}`,
      method: name,
      security: 'NONE',
      weight: 2,
      params: ['symbol', 'interval', 'startTime', 'endTime', 'timeZone', 'limit'],
      run: klines,
    }),
  ),
  {
    rest: 'GET /api/v3/aggTrades',
    method: 'trades.aggregate',
    security: 'NONE',
    weight: 4,
    params: ['symbol', 'fromId', 'startTime', 'endTime', 'limit'],
    run: aggTrades,
  },
  {
    rest: 'GET /api/v3/trades',
    method: 'trades.recent',
    security: 'NONE',
    weight: 25,
    params: ['symbol', 'limit'],
    run(call) {
      const { market } = marketOf(call)
      const found = market.newestTrades(Number.POSITIVE_INFINITY, call.params.limit(1000, 500))
      return { body: found.map(tradeRow) }
    },
  },
  {
    rest: 'GET /api/v3/historicalTrades',
    method: 'trades.historical',
    security: 'NONE',
    weight: 25,
    params: ['symbol', 'limit', 'fromId'],
    run(call) {
      const { market } = marketOf(call)
      const most = call.params.limit(1000, 500)
      const fromId = call.params.whole('fromId')
      const found =
        fromId === undefined
          ? market.newestTrades(Number.POSITIVE_INFINITY, most)
          : take(market.tradesFrom({ aggId: market.aggIdOf(fromId) }), most)
      return { body: found.map(tradeRow) }
    },
  },
]

function klines({ exchange, params }: Call) {
  const { market, entry } = marketOf({ exchange, params })
  const interval = params.required('interval')
  if (!isInterval(interval) || !exchange.canServe(market, interval)) throw reject(-1120)
  if (entry.status === 'CANCEL_ONLY' || entry.status === 'BREAK') return { body: [] }
  const grid = market.grid(interval, timeZone(params))
  const rows = exchange.faults.alterKlines(market.symbol, interval, rowsOf(market, grid, params))
  return { body: rows }
}

function rowsOf(market: SymbolMarket, grid: KlineGrid, params: Params): readonly (readonly unknown[])[] {
  const [start, end] = [params.bound('startTime'), params.bound('endTime')]
  const most = params.limit(1000, 500)
  const found =
    start === undefined
      ? market.newestKlines(grid, end ?? Number.POSITIVE_INFINITY, most)
      : market.klines(grid, start, end ?? Number.POSITIVE_INFINITY, most)
  return found.map(klineRow)
}

/** A kline as REST writes it. */
export function klineRow(kline: KlineValues): readonly unknown[] {
  return [
    kline.openTime,
    fixedNumber(kline.open),
    fixedNumber(kline.high),
    fixedNumber(kline.low),
    fixedNumber(kline.close),
    fixedNumber(kline.volume),
    kline.closeTime,
    fixedNumber(kline.quoteVolume),
    kline.tradeCount,
    fixedNumber(kline.takerVolume),
    fixedNumber(kline.takerQuoteVolume),
    '0',
  ]
}

/** `timeZone` as milliseconds: hours, or `hh:mm`, from −12:00 to +14:00. */
function timeZone(params: Params): number {
  const text = params.text('timeZone')
  if (text === undefined) return 0
  const match = /^([+-]?)(\d{1,2})(?::(\d{2}))?$/.exec(text)
  const minutes = match === null ? Number.NaN : Number(match[2]) * 60 + Number(match[3] ?? 0)
  const signed = match?.[1] === '-' ? -minutes : minutes
  if (!(signed >= -720 && signed <= 840)) {
    throw new Rejection(-1130, "Data sent for parameter 'timeZone' is not valid.")
  }
  return signed * 60_000
}

function aggTrades({ exchange, params }: Call) {
  const { market } = marketOf({ exchange, params })
  const most = params.limit(1000, 500)
  const fromId = params.whole('fromId')
  const [start, end] = [params.bound('startTime'), params.bound('endTime')]
  if (fromId !== undefined && (start !== undefined || end !== undefined)) throw reject(-1128)
  const found =
    fromId !== undefined
      ? take(market.tradesFrom({ aggId: fromId }), most)
      : start !== undefined
        ? take(market.tradesFrom({ time: start }), most, end)
        : market.newestTrades(end ?? Number.POSITIVE_INFINITY, most)
  return { body: found.map(aggTradeRow) }
}

function take(trades: Iterable<PublicTrade>, most: number, end = Number.POSITIVE_INFINITY): PublicTrade[] {
  const found: PublicTrade[] = []
  for (const trade of trades) {
    if (found.length >= most || trade.time > end) break
    found.push(trade)
  }
  return found
}

/** An aggregate trade as REST writes it; the stream has the same fields. */
export function aggTradeRow({ aggId, price, units, firstId, lastId, time, isBuyerMaker }: PublicTrade) {
  return {
    a: aggId,
    p: fixedNumber(price),
    q: fixedNumber(units / 1e8),
    f: firstId,
    l: lastId,
    T: time,
    m: isBuyerMaker,
    M: true,
  }
}

/** The trades of an aggregate are told as one, under the id of the last of them. */
function tradeRow({ lastId, price, units, time, isBuyerMaker }: PublicTrade) {
  return {
    id: lastId,
    price: fixedNumber(price),
    qty: fixedNumber(units / 1e8),
    quoteQty: fixedNumber((units / 1e8) * price),
    time,
    isBuyerMaker,
    isBestMatch: true,
  }
}
