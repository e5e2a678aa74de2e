/** Every closed trade of a session, as columns. Floor 2. */
import type { Trade } from '../../model/fill.js'
import { toEpochMs } from '../../model/time.js'
import { type Log, NumberColumn, UnitsColumn, WordColumn } from './columns.js'

/** Trades by row, in the order of their exits. */
export class TradeLog implements Log<Trade> {
  #length = 0
  readonly #number = new NumberColumn()
  readonly #symbolIndex = new NumberColumn()
  readonly #entryTime = new NumberColumn()
  readonly #exitTime = new NumberColumn()
  readonly #entryBar = new NumberColumn()
  readonly #exitBar = new NumberColumn()
  readonly #entryPrice = new NumberColumn()
  readonly #exitPrice = new NumberColumn()
  readonly #quantity = new UnitsColumn()
  readonly #gross = new UnitsColumn()
  readonly #fees = new UnitsColumn()
  readonly #slippage = new UnitsColumn()
  readonly #net = new UnitsColumn()
  readonly #return = new NumberColumn()
  readonly #mae = new NumberColumn()
  readonly #mfe = new NumberColumn()
  readonly #entryTag = new WordColumn()
  readonly #exitTag = new WordColumn()

  get length(): number {
    return this.#length
  }

  /** Writes a closed trade down. */
  add(trade: Trade): void {
    const row = this.#length++
    this.#number.set(row, trade.number)
    this.#symbolIndex.set(row, trade.symbolIndex)
    this.#entryTime.set(row, trade.entryTime)
    this.#exitTime.set(row, trade.exitTime)
    this.#entryBar.set(row, trade.entryBar)
    this.#exitBar.set(row, trade.exitBar)
    this.#entryPrice.set(row, trade.entryPrice)
    this.#exitPrice.set(row, trade.exitPrice)
    this.#quantity.set(row, trade.quantity)
    this.#gross.set(row, trade.gross)
    this.#fees.set(row, trade.fees)
    this.#slippage.set(row, trade.slippage)
    this.#net.set(row, trade.net)
    this.#return.set(row, trade.return)
    this.#mae.set(row, trade.mae)
    this.#mfe.set(row, trade.mfe)
    this.#entryTag.set(row, trade.entryTag)
    this.#exitTag.set(row, trade.exitTag)
  }

  at(row: number): Trade {
    const entryBar = this.#entryBar.at(row)
    const exitBar = this.#exitBar.at(row)
    return {
      number: this.#number.at(row),
      symbolIndex: this.#symbolIndex.at(row),
      entryTime: toEpochMs(this.#entryTime.at(row)),
      exitTime: toEpochMs(this.#exitTime.at(row)),
      entryBar,
      exitBar,
      entryPrice: this.#entryPrice.at(row),
      exitPrice: this.#exitPrice.at(row),
      quantity: this.#quantity.at(row),
      gross: this.#gross.at(row),
      fees: this.#fees.at(row),
      slippage: this.#slippage.at(row),
      net: this.#net.at(row),
      return: this.#return.at(row),
      bars: exitBar - entryBar,
      mae: this.#mae.at(row),
      mfe: this.#mfe.at(row),
      entryTag: this.#entryTag.at(row),
      exitTag: this.#exitTag.at(row),
    }
  }
}
