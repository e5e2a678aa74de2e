/** Every order of a session and what became of it, as rows of numbers. Floor 2. */
import { valueAt } from '../../model/bars.js'
import { fromWhole, toWhole, type Units } from '../../model/money.js'
import type { MarketOrder, OrderRecord, OrderStatus } from '../../model/order.js'
import { toEpochMs } from '../../model/time.js'
import { type Log, Rows, Words } from './rows.js'

const WIDTH = 11
/** Where in a row what became of the order begins. */
const STATUS = 8

/** Orders by row, in the order they were asked for. */
export class OrderLog implements Log<OrderRecord> {
  readonly #rows = new Rows(WIDTH)
  readonly #tags = new Words()
  readonly #statuses = new Words<OrderStatus>()
  readonly #reasons = new Words()
  /** Amounts that a double cannot hold exactly, by row. */
  readonly #largeSizes = new Map<number, Units>()
  readonly #largeExecuted = new Map<number, Units>()

  get length(): number {
    return this.#rows.length
  }

  /** Writes a new order down and gives its row. */
  add(order: MarketOrder): number {
    const row = this.#rows.add()
    const chunk = this.#rows.chunkOf(row)
    const at = this.#rows.offsetOf(row)
    const units = order.quantity ?? order.quoteQuantity
    const size = toWhole(units)
    chunk[at] = order.number
    chunk[at + 1] = order.symbolIndex
    chunk[at + 2] = order.side === 'BUY' ? 1 : 0
    chunk[at + 3] = order.quantity === undefined ? 0 : 1
    chunk[at + 4] = size
    chunk[at + 5] = order.decisionTime
    chunk[at + 6] = order.decisionOpenTime
    chunk[at + 7] = this.#tags.codeOf(order.tag)
    chunk[at + STATUS] = this.#statuses.codeOf('NEW')
    chunk[at + STATUS + 2] = this.#reasons.codeOf('')
    if (size > Number.MAX_SAFE_INTEGER) this.#largeSizes.set(row, units)
    return row
  }

  /** Writes down what became of the order in a row. */
  update(row: number, status: OrderStatus, executedQuantity: Units, reason: string): void {
    const chunk = this.#rows.chunkOf(row)
    const at = this.#rows.offsetOf(row) + STATUS
    const executed = toWhole(executedQuantity)
    chunk[at] = this.#statuses.codeOf(status)
    chunk[at + 1] = executed
    chunk[at + 2] = this.#reasons.codeOf(reason)
    if (executed > Number.MAX_SAFE_INTEGER) this.#largeExecuted.set(row, executedQuantity)
  }

  at(row: number): OrderRecord {
    const chunk = this.#rows.chunkOf(row)
    const at = this.#rows.offsetOf(row)
    const value = (k: number): number => valueAt(chunk, at + k)
    const size = this.#largeSizes.get(row) ?? fromWhole(value(4))
    const order: MarketOrder = {
      number: value(0),
      symbolIndex: value(1),
      side: value(2) === 1 ? 'BUY' : 'SELL',
      type: 'MARKET',
      decisionTime: toEpochMs(value(5)),
      decisionOpenTime: toEpochMs(value(6)),
      tag: this.#tags.wordOf(value(7)),
      ...(value(3) === 1 ? { quantity: size } : { quoteQuantity: size }),
    }
    return {
      order,
      status: this.#statuses.wordOf(value(STATUS)),
      executedQuantity: this.#largeExecuted.get(row) ?? fromWhole(value(STATUS + 1)),
      reason: this.#reasons.wordOf(value(STATUS + 2)),
    }
  }
}
