/** Every fill of a session, as rows of numbers. Floor 2. */
import { unitsOf } from '../../model/amount.js'
import type { Execution } from '../../model/event.js'
import { type Fill, slippageOf } from '../../model/fill.js'
import type { Units } from '../../model/money.js'
import type { OrderType } from '../../model/order.js'
import { toEpochMs } from '../../model/time.js'
import { type Log, Rows, Words } from './rows.js'

/** Places of a row. */
const PLACE = {
  orderAndBar: 0,
  tradeAndKind: 1,
  time: 2,
  decisionTime: 3,
  price: 4,
  quantity: 5,
  quote: 6,
  commission: 7,
  reference: 8,
  atr: 9,
} as const
const WIDTH = 10

/** What a fill is, packed: a bit each for BUY, outside, maker and ambiguous, then its type, asset and symbol. */
const OUTSIDE = 2
const MAKER = 4
const AMBIGUOUS = 8
const TYPE = 4
const ASSET = 8
const SYMBOL = 19
const TYPES = 15
const ASSETS = 2047

/** Fills by row, in the order they happened. */
export class FillLog implements Log<Fill> {
  readonly #rows = new Rows(WIDTH)
  readonly #types = new Words<OrderType>()
  readonly #assets = new Words()
  /** Worth of commissions that the BNB stock paid, by row: few runs have them. */
  readonly #commissionQuotes = new Map<number, Units>()

  get length(): number {
    return this.#rows.length
  }

  /** Writes an execution down, with the trade it belongs to. */
  add(execution: Execution, tradeNumber: number): void {
    const row = this.#rows.add()
    const { chunk, place: at } = this.#rows
    const { numbers } = chunk
    chunk.putHalves(at, execution.orderNumber, execution.barIndex)
    chunk.putHalves(at + PLACE.tradeAndKind, tradeNumber, this.#kindOf(execution))
    numbers[at + PLACE.time] = execution.time
    numbers[at + PLACE.decisionTime] = execution.decisionTime
    chunk.putAmount(at + PLACE.price, execution.price)
    chunk.putAmount(at + PLACE.quantity, execution.quantity)
    chunk.putAmount(at + PLACE.quote, execution.quote)
    chunk.putAmount(at + PLACE.commission, execution.commission)
    chunk.putAmount(at + PLACE.reference, execution.referencePrice)
    numbers[at + PLACE.atr] = execution.atr
    const { commissionQuote } = execution
    if (commissionQuote !== undefined) this.#commissionQuotes.set(row, commissionQuote)
  }

  at(row: number): Fill {
    const execution = this.executionAt(row)
    const { price, quantity, quote, commission, referencePrice } = execution
    return {
      ...execution,
      price: unitsOf(price),
      quantity: unitsOf(quantity),
      quote: unitsOf(quote),
      commission: unitsOf(commission),
      referencePrice: unitsOf(referencePrice),
      slippage: unitsOf(slippageOf(price, referencePrice, quantity)),
      tradeNumber: this.tradeNumberOf(row),
    }
  }

  /** The fill in a row as it was written. */
  executionAt(row: number): Execution {
    const chunk = this.#rows.chunkOf(row)
    const at = this.#rows.placeOf(row)
    const kind = chunk.halfAt(at + PLACE.tradeAndKind, 1)
    const commissionQuote = this.#commissionQuotes.get(row)
    return {
      orderNumber: chunk.halfAt(at + PLACE.orderAndBar, 0),
      symbolIndex: kind >> SYMBOL,
      side: (kind & 1) === 1 ? 'BUY' : 'SELL',
      type: this.#types.wordOf((kind >> TYPE) & TYPES),
      liquidity: (kind & MAKER) === 0 ? 'TAKER' : 'MAKER',
      time: toEpochMs(chunk.numberAt(at + PLACE.time)),
      barIndex: chunk.halfAt(at + PLACE.orderAndBar, 1),
      decisionTime: toEpochMs(chunk.numberAt(at + PLACE.decisionTime)),
      price: chunk.amountAt(at + PLACE.price),
      quantity: chunk.amountAt(at + PLACE.quantity),
      quote: chunk.amountAt(at + PLACE.quote),
      commission: chunk.amountAt(at + PLACE.commission),
      commissionAsset: this.#assets.wordOf((kind >> ASSET) & ASSETS),
      referencePrice: chunk.amountAt(at + PLACE.reference),
      atr: chunk.numberAt(at + PLACE.atr),
      isOutsideBar: (kind & OUTSIDE) !== 0,
      isAmbiguous: (kind & AMBIGUOUS) !== 0,
      ...(commissionQuote !== undefined && { commissionQuote }),
    }
  }

  /** The trade to which the fill in a row belongs. */
  tradeNumberOf(row: number): number {
    return this.#rows.chunkOf(row).halfAt(this.#rows.placeOf(row) + PLACE.tradeAndKind, 0)
  }

  #kindOf(fill: Execution): number {
    return (
      (fill.side === 'BUY' ? 1 : 0) |
      (fill.isOutsideBar ? OUTSIDE : 0) |
      (fill.liquidity === 'MAKER' ? MAKER : 0) |
      (fill.isAmbiguous ? AMBIGUOUS : 0) |
      (this.#types.codeOf(fill.type) << TYPE) |
      (this.#assets.codeOf(fill.commissionAsset) << ASSET) |
      (fill.symbolIndex << SYMBOL)
    )
  }
}
