/** Every order of a session and what became of it, as rows of numbers. Floor 2. */
import { type Amount, toAmount } from '../../model/amount.js'
import { isOpen, type Order, type OrderRecord, type OrderStatus } from '../../model/order.js'
import { type EpochMs, toEpochMs } from '../../model/time.js'
import { halfAt, type Log, numberAt, putAmount, Rows, unitsAt, Words } from './rows.js'

/** Places of a row. */
const PLACE = {
  numberAndKind: 0,
  tagAndReason: 1,
  size: 2,
  executed: 3,
  decisionTime: 4,
  openTime: 5,
  changeTime: 6,
  other: 7,
} as const
const WIDTH = 8

/** What an order is, packed: a bit each for BUY and a size in base, then its status and symbol. */
const IN_BASE = 2
const STATUS = 2
const SYMBOL = 6
const STATUSES = 15

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
  readonly #statuses = new Words<OrderStatus>()
  readonly #reasons = new Words()
  /** Orders that are no market orders, or belong to a list: they stay what they are. A row has a number, from 1. */
  readonly #others: Order[] = []

  get length(): number {
    return this.#rows.length
  }

  /** Writes a new order down and gives its row. */
  add(order: Order): number {
    const row = this.#rows.add()
    const chunk = this.#rows.chunkOf(row)
    const { numbers, halves } = chunk
    const at = this.#rows.placeOf(row)
    const size = order.type === 'MARKET' ? (order.quantity ?? order.quoteQuantity) : order.quantity
    if (order.type !== 'MARKET' || order.list !== undefined) {
      halves[2 * (at + PLACE.other)] = this.#others.push(order)
    }
    const kind =
      (order.side === 'BUY' ? 1 : 0) |
      (order.quantity === undefined ? 0 : IN_BASE) |
      (this.#statuses.codeOf('NEW') << STATUS) |
      (order.symbolIndex << SYMBOL)
    halves[2 * at] = order.number
    halves[2 * at + 1] = kind
    halves[2 * (at + PLACE.tagAndReason)] = this.#tags.codeOf(order.tag)
    halves[2 * (at + PLACE.tagAndReason) + 1] = this.#reasons.codeOf('')
    putAmount(chunk, at + PLACE.size, toAmount(size))
    numbers[at + PLACE.decisionTime] = order.decisionTime
    numbers[at + PLACE.openTime] = order.decisionOpenTime
    return row
  }

  /** Writes down what became of the order in a row, and when. */
  update(row: number, { status, executedQuantity, reason, time }: OrderChange): void {
    const chunk = this.#rows.chunkOf(row)
    const { numbers, halves } = chunk
    const at = this.#rows.placeOf(row)
    const kind = halves[2 * at + 1] ?? 0
    halves[2 * at + 1] = (kind & ~(STATUSES << STATUS)) | (this.#statuses.codeOf(status) << STATUS)
    halves[2 * (at + PLACE.tagAndReason) + 1] = this.#reasons.codeOf(reason)
    putAmount(chunk, at + PLACE.executed, executedQuantity)
    numbers[at + PLACE.changeTime] = time
  }

  at(row: number): OrderRecord {
    const chunk = this.#rows.chunkOf(row)
    const at = this.#rows.placeOf(row)
    const kind = halfAt(chunk, at, 1)
    const size = unitsAt(chunk, at + PLACE.size)
    const order: Order = this.#others[halfAt(chunk, at + PLACE.other, 0) - 1] ?? {
      number: halfAt(chunk, at, 0),
      symbolIndex: kind >> SYMBOL,
      side: (kind & 1) === 1 ? 'BUY' : 'SELL',
      type: 'MARKET',
      decisionTime: toEpochMs(numberAt(chunk, at + PLACE.decisionTime)),
      decisionOpenTime: toEpochMs(numberAt(chunk, at + PLACE.openTime)),
      tag: this.#tags.wordOf(halfAt(chunk, at + PLACE.tagAndReason, 0)),
      ...((kind & IN_BASE) === 0 ? { quoteQuantity: size } : { quantity: size }),
    }
    const status = this.#statuses.wordOf((kind >> STATUS) & STATUSES)
    return {
      order,
      status,
      executedQuantity: unitsAt(chunk, at + PLACE.executed),
      reason: this.#reasons.wordOf(halfAt(chunk, at + PLACE.tagAndReason, 1)),
      ...(!isOpen(status) && { endTime: toEpochMs(numberAt(chunk, at + PLACE.changeTime)) }),
    }
  }
}
