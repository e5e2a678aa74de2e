/** Every fill of a session, as rows of numbers. Floor 2. */
import { valueAt } from '../../model/bars.js'
import type { Execution } from '../../model/event.js'
import type { Fill, Liquidity } from '../../model/fill.js'
import { fromWhole, toWhole } from '../../model/money.js'
import type { OrderType } from '../../model/order.js'
import { toEpochMs } from '../../model/time.js'
import { type Log, Rows, Words } from './rows.js'

const WIDTH = 18

/** Fills by row, in the order they happened. */
export class FillLog implements Log<Fill> {
  readonly #rows = new Rows(WIDTH)
  readonly #types = new Words<OrderType>()
  readonly #liquidities = new Words<Liquidity>()
  readonly #assets = new Words()
  /** Fills with an amount that a double cannot hold exactly. */
  readonly #large = new Map<number, Fill>()

  get length(): number {
    return this.#rows.length
  }

  /** Writes an execution down, with the trade it belongs to. */
  add(execution: Execution, tradeNumber: number): void {
    const row = this.#rows.add()
    const chunk = this.#rows.chunkOf(row)
    const at = this.#rows.offsetOf(row)
    const price = toWhole(execution.price)
    const quantity = toWhole(execution.quantity)
    const quote = toWhole(execution.quote)
    chunk[at] = execution.orderNumber
    chunk[at + 1] = execution.symbolIndex
    chunk[at + 2] = execution.side === 'BUY' ? 1 : 0
    chunk[at + 3] = this.#types.codeOf(execution.type)
    chunk[at + 4] = this.#liquidities.codeOf(execution.liquidity)
    chunk[at + 5] = execution.time
    chunk[at + 6] = execution.barIndex
    chunk[at + 7] = execution.decisionTime
    chunk[at + 8] = price
    chunk[at + 9] = quantity
    chunk[at + 10] = quote
    chunk[at + 11] = toWhole(execution.commission)
    chunk[at + 12] = this.#assets.codeOf(execution.commissionAsset)
    chunk[at + 13] = toWhole(execution.referencePrice)
    chunk[at + 14] = execution.atr
    chunk[at + 15] = toWhole(execution.slippage)
    chunk[at + 16] = execution.isOutsideBar ? 1 : 0
    chunk[at + 17] = tradeNumber
    const largest = Math.max(
      price,
      quantity,
      quote,
      valueAt(chunk, at + 11),
      valueAt(chunk, at + 13),
      valueAt(chunk, at + 15),
    )
    if (largest > Number.MAX_SAFE_INTEGER) {
      this.#large.set(row, { ...execution, tradeNumber })
    }
  }

  at(row: number): Fill {
    const large = this.#large.get(row)
    if (large) return large
    const chunk = this.#rows.chunkOf(row)
    const at = this.#rows.offsetOf(row)
    const value = (k: number): number => valueAt(chunk, at + k)
    const units = (k: number): bigint => fromWhole(value(k))
    return {
      orderNumber: value(0),
      symbolIndex: value(1),
      side: value(2) === 1 ? 'BUY' : 'SELL',
      type: this.#types.wordOf(value(3)),
      liquidity: this.#liquidities.wordOf(value(4)),
      time: toEpochMs(value(5)),
      barIndex: value(6),
      decisionTime: toEpochMs(value(7)),
      price: units(8),
      quantity: units(9),
      quote: units(10),
      commission: units(11),
      commissionAsset: this.#assets.wordOf(value(12)),
      referencePrice: units(13),
      atr: value(14),
      slippage: units(15),
      isOutsideBar: value(16) === 1,
      tradeNumber: value(17),
    }
  }
}
