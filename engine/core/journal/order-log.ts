/** Every order of a session and what became of it, as rows of numbers. Floor 2. */
import type { Amount } from '../../model/amount.js'
import {
  isOpen,
  type OrderNumber,
  type OrderRecord,
  type OrderStatus,
  type Replaced,
} from '../../model/order.js'
import { type SentOrder, toOrder } from '../../model/sent-order.js'
import { type EpochMs, toEpochMs } from '../../model/time.js'
import { type Log, Rows, Words } from './rows.js'
import { PRICES_WIDTH, pricesAt, putPrices } from './terms-rows.js'

/** Places of a row. */
const PLACE = {
  numberAndKind: 0,
  tagAndReason: 1,
  size: 2,
  executed: 3,
  decisionTime: 4,
  changeTime: 5,
  /** Its other half: milliseconds from the open of the bar that decided to its close, as 32 bits without a sign. */
  terms: 6,
} as const
const WIDTH = 7

/** Places of the terms of an order that is no market order, belongs to a list or replaces another. */
const TERMS = { listAndMarks: 0, prices: 1 } as const
const TERMS_WIDTH = TERMS.prices + PRICES_WIDTH
const IN_LIST = 1
const IS_WORKING = 2
const IS_PENDING = 4
const AT_MARKET = 8

/** What an order is, packed: a bit each for BUY and a size in base, then its status and symbol. */
const IN_BASE = 2
const STATUS = 2
const SYMBOL = 6
const STATUS_BITS = 15

/** Statuses by their codes. */
const STATUSES: readonly OrderStatus[] = [
  'NEW',
  'FILLED',
  'PARTIALLY_FILLED',
  'CANCELED',
  'REJECTED',
  'EXPIRED',
  'PENDING_NEW',
  'EXPIRED_IN_MATCH',
  'UNKNOWN',
]
const NEW = 0
const FILLED = 1

/** The reason of a row to which nothing has happened, and of most others. */
const NOTHING_TO_SAY = 0

/** What became of an order, and when. */
export interface OrderChange {
  readonly status: OrderStatus
  readonly executedQuantity: Amount
  readonly reason: string
  readonly time: EpochMs
}

/** Orders by row, in the order they were asked for. */
export class OrderLog implements Log<OrderRecord> {
  readonly #rows = new Rows(WIDTH)
  readonly #tags = new Words()
  readonly #reasons = new Words()
  /** Of orders that are no market orders, belong to a list or replace another. A row has a number, from 1. */
  readonly #terms = new Rows(TERMS_WIDTH)
  /** What orders replace, by their rows of terms: few do. */
  readonly #replaced = new Map<number, Replaced>()

  get length(): number {
    return this.#rows.length
  }

  /** Writes a new order down and gives its row. */
  add(order: SentOrder): number {
    const row = this.#rows.add()
    const { chunk, place: at } = this.#rows
    const { numbers, halves } = chunk
    if (order.type !== 'MARKET' || order.list !== undefined || order.replaces !== undefined) {
      halves[2 * (at + PLACE.terms)] = this.#addTerms(order)
    }
    const kind =
      (order.side === 'BUY' ? 1 : 0) |
      (order.quantity === undefined ? 0 : IN_BASE) |
      (NEW << STATUS) |
      (order.symbolIndex << SYMBOL)
    chunk.putHalves(at, order.number, kind)
    halves[2 * (at + PLACE.tagAndReason)] = this.#tags.codeOf(order.tag)
    chunk.putAmount(at + PLACE.size, order.quantity ?? order.quoteQuantity ?? 0)
    numbers[at + PLACE.decisionTime] = order.decisionTime
    halves[2 * (at + PLACE.terms) + 1] = order.decisionTime - order.decisionOpenTime
    return row
  }

  /** Writes down what became of the order in a row, and when. */
  update(row: number, { status, executedQuantity, reason, time }: OrderChange): void {
    this.#put(row, STATUSES.indexOf(status), this.#reasons.codeOf(reason), executedQuantity, time)
  }

  /** Writes down that the order in a row is filled whole: an `update` of most orders, without words. */
  fill(row: number, executed: Amount, time: EpochMs): void {
    this.#put(row, FILLED, NOTHING_TO_SAY, executed, time)
  }

  at(row: number): OrderRecord {
    const chunk = this.#rows.chunkOf(row)
    const at = this.#rows.placeOf(row)
    const kind = chunk.halfAt(at, 1)
    const size = chunk.amountAt(at + PLACE.size)
    const isInBase = (kind & IN_BASE) !== 0
    const decisionTime = chunk.numberAt(at + PLACE.decisionTime)
    const order = toOrder({
      number: chunk.halfAt(at, 0),
      symbolIndex: kind >> SYMBOL,
      side: (kind & 1) === 1 ? 'BUY' : 'SELL',
      type: 'MARKET',
      decisionTime: toEpochMs(decisionTime),
      decisionOpenTime: toEpochMs(decisionTime - (chunk.halfAt(at + PLACE.terms, 1) >>> 0)),
      tag: this.#tags.wordOf(chunk.halfAt(at + PLACE.tagAndReason, 0)),
      quantity: isInBase ? size : undefined,
      quoteQuantity: isInBase ? undefined : size,
      ...this.#termsOf(chunk.halfAt(at + PLACE.terms, 0)),
    })
    const status = STATUSES[(kind >> STATUS) & STATUS_BITS] ?? 'UNKNOWN'
    return {
      order,
      status,
      executedQuantity: chunk.unitsAt(at + PLACE.executed),
      reason: this.#reasons.wordOf(chunk.halfAt(at + PLACE.tagAndReason, 1)),
      ...(!isOpen(status) && { endTime: toEpochMs(chunk.numberAt(at + PLACE.changeTime)) }),
    }
  }

  #put(row: number, status: number, reason: number, executed: Amount, time: EpochMs): void {
    const chunk = this.#rows.chunkOf(row)
    const { numbers, halves } = chunk
    const at = this.#rows.placeOf(row)
    halves[2 * at + 1] = ((halves[2 * at + 1] ?? 0) & ~(STATUS_BITS << STATUS)) | (status << STATUS)
    halves[2 * (at + PLACE.tagAndReason) + 1] = reason
    chunk.putAmount(at + PLACE.executed, executed)
    numbers[at + PLACE.changeTime] = time
  }

  #addTerms(order: SentOrder): number {
    const row = this.#terms.add()
    const { chunk, place: at } = this.#terms
    const { list, listRole, replaces, type } = order
    if (replaces) this.#replaced.set(row, replaces)
    chunk.halves[2 * at] = list ?? 0
    chunk.halves[2 * at + 1] =
      (list === undefined ? 0 : IN_LIST) |
      (listRole === 'WORKING' ? IS_WORKING : 0) |
      (listRole === 'PENDING' ? IS_PENDING : 0) |
      (type === 'MARKET' ? AT_MARKET : 0)
    putPrices(chunk, at + TERMS.prices, order)
    return row + 1
  }

  #termsOf(number: number): Partial<SentOrder> | undefined {
    if (number === 0) return undefined
    const chunk = this.#terms.chunkOf(number - 1)
    const at = this.#terms.placeOf(number - 1)
    const marks = chunk.halfAt(at, 1)
    const list: OrderNumber | undefined = (marks & IN_LIST) === 0 ? undefined : chunk.halfAt(at, 0)
    const listRole =
      (marks & IS_WORKING) !== 0 ? 'WORKING' : (marks & IS_PENDING) !== 0 ? 'PENDING' : undefined
    return {
      ...((marks & AT_MARKET) === 0 && pricesAt(chunk, at + TERMS.prices)),
      list,
      listRole,
      replaces: this.#replaced.get(number - 1),
    }
  }
}
