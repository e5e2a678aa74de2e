/** Every order of a session and what became of it, as columns. Floor 2. */

import type { Units } from '../../model/money.js'
import type { MarketOrder, OrderRecord, OrderStatus, Side } from '../../model/order.js'
import { toEpochMs } from '../../model/time.js'
import { type Log, NumberColumn, UnitsColumn, WordColumn } from './columns.js'

/** What an order's size is counted in. */
type SizedIn = 'base' | 'quote'

/** Orders by row, in the order they were asked for. */
export class OrderLog implements Log<OrderRecord> {
  #length = 0
  readonly #number = new NumberColumn()
  readonly #symbolIndex = new NumberColumn()
  readonly #side = new WordColumn<Side>()
  readonly #sizedIn = new WordColumn<SizedIn>()
  readonly #size = new UnitsColumn()
  readonly #decisionTime = new NumberColumn()
  readonly #decisionOpenTime = new NumberColumn()
  readonly #tag = new WordColumn()
  readonly #status = new WordColumn<OrderStatus>()
  readonly #executed = new UnitsColumn()
  readonly #reason = new WordColumn()

  get length(): number {
    return this.#length
  }

  /** Writes a new order down and gives its row. */
  add(order: MarketOrder): number {
    const row = this.#length++
    this.#number.set(row, order.number)
    this.#symbolIndex.set(row, order.symbolIndex)
    this.#side.set(row, order.side)
    this.#sizedIn.set(row, order.quantity === undefined ? 'quote' : 'base')
    this.#size.set(row, order.quantity ?? order.quoteQuantity)
    this.#decisionTime.set(row, order.decisionTime)
    this.#decisionOpenTime.set(row, order.decisionOpenTime)
    this.#tag.set(row, order.tag)
    this.update(row, 'NEW', 0n, '')
    return row
  }

  /** Writes down what became of the order in a row. */
  update(row: number, status: OrderStatus, executedQuantity: Units, reason: string): void {
    this.#status.set(row, status)
    this.#executed.set(row, executedQuantity)
    this.#reason.set(row, reason)
  }

  at(row: number): OrderRecord {
    const size = this.#size.at(row)
    const order: MarketOrder = {
      number: this.#number.at(row),
      symbolIndex: this.#symbolIndex.at(row),
      side: this.#side.at(row),
      type: 'MARKET',
      ...(this.#sizedIn.at(row) === 'base' ? { quantity: size } : { quoteQuantity: size }),
      decisionTime: toEpochMs(this.#decisionTime.at(row)),
      decisionOpenTime: toEpochMs(this.#decisionOpenTime.at(row)),
      tag: this.#tag.at(row),
    }
    return {
      order,
      status: this.#status.at(row),
      executedQuantity: this.#executed.at(row),
      reason: this.#reason.at(row),
    }
  }
}
