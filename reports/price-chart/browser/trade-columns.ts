/** Trades, the position and orders as columns again. Floor 4. */
import type { ChartManifest } from './chart-manifest.js'
import type { ColumnReader } from './column-reader.js'

/** The trades in the order of their entries. An open one has no exit, no net and no return: NaN. */
export interface TradeColumns {
  readonly n: number
  readonly number: Float64Array
  readonly entryTime: Float64Array
  readonly exitTime: Float64Array
  readonly entryPrice: Float64Array
  readonly exitPrice: Float64Array
  /** In quote. */
  readonly net: Float64Array
  readonly return: Float64Array
}

/** Reads the trades' block. */
export function readTrades(reader: ColumnReader, { trades }: ChartManifest): TradeColumns {
  const { n, priceDecimals } = trades
  const number = reader.next(n)
  const entryTime = summed(reader.nextSigned(n))
  const exitTime = reader
    .next(n)
    .map((after, i) => (after === 0 ? Number.NaN : (entryTime[i] ?? 0) + after - 1))
  const power = Number(`1e${priceDecimals ?? 0}`)
  const [entryPrice, exitPrice] = [0, 1].map(() =>
    priceDecimals === undefined ? reader.next(n) : summed(reader.nextSigned(n)).map((step) => step / power),
  ) as [Float64Array, Float64Array]
  for (let i = 0; i < n; i++) if (Number.isNaN(exitTime[i])) exitPrice[i] = Number.NaN
  return {
    n,
    number,
    entryTime,
    exitTime,
    entryPrice,
    exitPrice,
    net: reader.next(n),
    return: reader.next(n),
  }
}

/** When what was held changed, and the base held from then on. */
export interface PositionColumns {
  readonly time: Float64Array
  readonly held: Float64Array
}

/** Reads the position's block. */
export function readPosition(reader: ColumnReader, { position: { n } }: ChartManifest): PositionColumns {
  return { time: summed(reader.nextSigned(n)), held: reader.next(n) }
}

/** Orders with a price of their own: the lines they stood at, those of one order one behind the other. */
export interface OrderColumns {
  readonly n: number
  readonly from: Float64Array
  readonly to: Float64Array
  /** 0 a limit that did not fill, 1 a stop, 2 a target. */
  readonly mark: Float64Array
  /** 1 for a further step of the order before. */
  readonly isNext: Float64Array
  readonly price: Float64Array
}

/** Reads the orders' block. */
export function readOrders(reader: ColumnReader, { orders, from: start }: ChartManifest): OrderColumns {
  const { n, priceDecimals } = orders
  const from = summed(reader.nextSigned(n)).map((after) => start + after)
  const to = reader.next(n).map((length, i) => (from[i] ?? 0) + length)
  const mark = reader.next(n)
  const isNext = reader.next(n)
  const power = Number(`1e${priceDecimals ?? 0}`)
  const price =
    priceDecimals === undefined ? reader.next(n) : summed(reader.nextSigned(n)).map((step) => step / power)
  return { n, from, to, mark, isNext, price }
}

function summed(values: Float64Array): Float64Array {
  let sum = 0
  return values.map((value) => {
    sum += value
    return sum
  })
}
