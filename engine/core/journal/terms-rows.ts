/** Prices of orders and exits as rows of numbers: what is not there of an order leaves a mark, not a place. Floor 2. */
import type { Amount } from '../../model/amount.js'
import type { OrderType, TimeInForce } from '../../model/order.js'
import { type ExitTerms, PRICED_TYPES, type PriceTerms } from '../order-terms.js'
import type { Chunk } from './rows.js'

const TIMES: readonly TimeInForce[] = ['GTC', 'IOC', 'FOK']

/** Marks of what is there; above them the type, and the time in force from 1. */
const PRICE = 1
const STOP = 2
const TRAIL = 4
const TYPE = 3
const TIME = 6

/** Places that prices take: marks and distance, the price, the stop price. */
export const PRICES_WIDTH = 3

/** Prices as an order or an ask has them. */
interface AnyPrices {
  readonly type: OrderType
  readonly price?: Amount | undefined
  readonly timeInForce?: TimeInForce | undefined
  readonly stopPrice?: Amount | undefined
  readonly trailingDelta?: number | undefined
}

/** Writes prices down from a place on; a type that has none is LIMIT. */
export function putPrices(chunk: Chunk, at: number, prices: AnyPrices): void {
  const { price, stopPrice, timeInForce, trailingDelta, type } = prices
  const { halves } = chunk
  let marks = 0
  if (price !== undefined) {
    marks |= PRICE
    chunk.putAmount(at + 1, price)
  }
  if (stopPrice !== undefined) {
    marks |= STOP
    chunk.putAmount(at + 2, stopPrice)
  }
  if (trailingDelta !== undefined) {
    marks |= TRAIL
    halves[2 * at + 1] = trailingDelta
  }
  const time = timeInForce === undefined ? 0 : 1 + TIMES.indexOf(timeInForce)
  halves[2 * at] = marks | (indexOfType(type) << TYPE) | (time << TIME)
}

/** The prices that stand from a place on. */
export function pricesAt(chunk: Chunk, at: number): PriceTerms {
  const marks = chunk.halfAt(at, 0)
  return {
    type: PRICED_TYPES[(marks >> TYPE) & 7] ?? 'LIMIT',
    price: (marks & PRICE) === 0 ? undefined : chunk.amountAt(at + 1),
    timeInForce: TIMES[(marks >> TIME) - 1],
    stopPrice: (marks & STOP) === 0 ? undefined : chunk.amountAt(at + 2),
    trailingDelta: (marks & TRAIL) === 0 ? undefined : chunk.halfAt(at, 1),
  }
}

/** Places that exits take: marks and distance, the stop, the target. */
export const EXITS_WIDTH = 3

/** Writes exits down from a place on. */
export function putExits(chunk: Chunk, at: number, { stop, takeProfit, trailingDelta }: ExitTerms): void {
  let marks = 0
  if (takeProfit !== undefined) {
    marks |= PRICE
    chunk.putAmount(at + 2, takeProfit)
  }
  if (stop !== undefined) {
    marks |= STOP
    chunk.putAmount(at + 1, stop)
  }
  if (trailingDelta !== undefined) {
    marks |= TRAIL
    chunk.halves[2 * at + 1] = trailingDelta
  }
  chunk.halves[2 * at] = marks
}

/** The exits that stand from a place on. */
export function exitsAt(chunk: Chunk, at: number): ExitTerms {
  const marks = chunk.halfAt(at, 0)
  return {
    stop: (marks & STOP) === 0 ? undefined : chunk.amountAt(at + 1),
    takeProfit: (marks & PRICE) === 0 ? undefined : chunk.amountAt(at + 2),
    trailingDelta: (marks & TRAIL) === 0 ? undefined : chunk.halfAt(at, 1),
  }
}

function indexOfType(type: OrderType): number {
  for (let k = 0; k < PRICED_TYPES.length; k++) if (PRICED_TYPES[k] === type) return k
  return 0
}
