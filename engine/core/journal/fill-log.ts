/** Every fill of a session, as columns. Floor 2. */
import type { Execution } from '../../model/event.js'
import type { Fill, Liquidity } from '../../model/fill.js'
import type { OrderType, Side } from '../../model/order.js'
import { toEpochMs } from '../../model/time.js'
import { type Log, NumberColumn, UnitsColumn, WordColumn } from './columns.js'

/** Fills by row, in the order they happened. */
export class FillLog implements Log<Fill> {
  #length = 0
  readonly #orderNumber = new NumberColumn()
  readonly #symbolIndex = new NumberColumn()
  readonly #side = new WordColumn<Side>()
  readonly #type = new WordColumn<OrderType>()
  readonly #liquidity = new WordColumn<Liquidity>()
  readonly #time = new NumberColumn()
  readonly #barIndex = new NumberColumn()
  readonly #decisionTime = new NumberColumn()
  readonly #price = new UnitsColumn()
  readonly #quantity = new UnitsColumn()
  readonly #quote = new UnitsColumn()
  readonly #commission = new UnitsColumn()
  readonly #commissionAsset = new WordColumn()
  readonly #referencePrice = new UnitsColumn()
  readonly #atr = new NumberColumn()
  readonly #slippage = new UnitsColumn()
  readonly #isOutsideBar = new NumberColumn()
  readonly #tradeNumber = new NumberColumn()

  get length(): number {
    return this.#length
  }

  /** Writes an execution down, with the trade it belongs to. */
  add(execution: Execution, tradeNumber: number): void {
    const row = this.#length++
    this.#orderNumber.set(row, execution.orderNumber)
    this.#symbolIndex.set(row, execution.symbolIndex)
    this.#side.set(row, execution.side)
    this.#type.set(row, execution.type)
    this.#liquidity.set(row, execution.liquidity)
    this.#time.set(row, execution.time)
    this.#barIndex.set(row, execution.barIndex)
    this.#decisionTime.set(row, execution.decisionTime)
    this.#price.set(row, execution.price)
    this.#quantity.set(row, execution.quantity)
    this.#quote.set(row, execution.quote)
    this.#commission.set(row, execution.commission)
    this.#commissionAsset.set(row, execution.commissionAsset)
    this.#referencePrice.set(row, execution.referencePrice)
    this.#atr.set(row, execution.atr)
    this.#slippage.set(row, execution.slippage)
    this.#isOutsideBar.set(row, execution.isOutsideBar ? 1 : 0)
    this.#tradeNumber.set(row, tradeNumber)
  }

  at(row: number): Fill {
    return {
      orderNumber: this.#orderNumber.at(row),
      symbolIndex: this.#symbolIndex.at(row),
      side: this.#side.at(row),
      type: this.#type.at(row),
      liquidity: this.#liquidity.at(row),
      time: toEpochMs(this.#time.at(row)),
      barIndex: this.#barIndex.at(row),
      decisionTime: toEpochMs(this.#decisionTime.at(row)),
      price: this.#price.at(row),
      quantity: this.#quantity.at(row),
      quote: this.#quote.at(row),
      commission: this.#commission.at(row),
      commissionAsset: this.#commissionAsset.at(row),
      referencePrice: this.#referencePrice.at(row),
      atr: this.#atr.at(row),
      slippage: this.#slippage.at(row),
      isOutsideBar: this.#isOutsideBar.at(row) === 1,
      tradeNumber: this.#tradeNumber.at(row),
    }
  }
}
