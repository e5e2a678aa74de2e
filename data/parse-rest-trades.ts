/** Answers of `GET /api/v3/aggTrades` as they were saved, to bars. Floor 3. */
import { TradeBars } from '../engine/math/bars-from-trades.js'
import type { BarColumns } from '../engine/model/bars.js'
import { DataError } from '../engine/model/errors.js'
import { parseUnits } from '../engine/model/money.js'
import type { Interval } from '../engine/model/time.js'
import { parseAggTrade } from '../engine/venue/trade-shape.js'

/** Whether a row is meant as a trade: it has an id and a price. */
export function isTradeRow(row: unknown): boolean {
  return typeof row === 'object' && row !== null && 'a' in row && 'p' in row
}

/**
 * The bars of the trades, a trade at the seam of two pages once. Throws a DataError that names the row which is no
 * trade, or comes too late; rows are counted from 1.
 */
export function parseRestTrades(
  rows: readonly unknown[],
  {
    shown,
    symbol,
    interval,
  }: { readonly shown: string; readonly symbol: string; readonly interval: Interval },
): BarColumns {
  const bars = new TradeBars({ symbol, interval })
  let lastId = Number.NEGATIVE_INFINITY
  for (const [index, row] of rows.entries()) {
    const place = `${shown} row ${index + 1}`
    const { id, time, firstId, lastId: end, isBuyerMaker, ...texts } = parseAggTrade(row, place)
    if (id === lastId) continue
    if (id < lastId) throw new DataError(`${place}: ids of trades must rise, ${id} came after ${lastId}`)
    lastId = id
    const [price, quantity] = [parseUnits(texts.price), parseUnits(texts.quantity)]
    const count = end - firstId + 1
    if (!price || quantity === undefined || count < 1) {
      throw new DataError(
        `${place}: must be a trade with a price above 0 and trade ids that rise, was ${JSON.stringify(row)}`,
      )
    }
    try {
      bars.add({ time, price, quantity, isBuyerMaker, count })
    } catch (error) {
      throw error instanceof DataError ? new DataError(`${place}: ${error.message}`) : error
    }
  }
  return bars.end()
}
