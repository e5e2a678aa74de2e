/** Every closed trade of a session, as rows of numbers. Floor 2. */
import { valueAt } from '../../model/bars.js'
import type { Trade } from '../../model/fill.js'
import { fromWhole, toWhole } from '../../model/money.js'
import { toEpochMs } from '../../model/time.js'
import { type Log, Rows, Words } from './rows.js'

const WIDTH = 18

/** Trades by row, in the order of their exits. */
export class TradeLog implements Log<Trade> {
  readonly #rows = new Rows(WIDTH)
  readonly #tags = new Words()
  /** Trades with an amount that a double cannot hold exactly. */
  readonly #large = new Map<number, Trade>()

  get length(): number {
    return this.#rows.length
  }

  /** Writes a closed trade down. */
  add(trade: Trade): void {
    const row = this.#rows.add()
    const chunk = this.#rows.chunkOf(row)
    const at = this.#rows.offsetOf(row)
    const quantity = toWhole(trade.quantity)
    const gross = toWhole(trade.gross)
    const fees = toWhole(trade.fees)
    const slippage = toWhole(trade.slippage)
    const net = toWhole(trade.net)
    chunk[at] = trade.number
    chunk[at + 1] = trade.symbolIndex
    chunk[at + 2] = trade.entryTime
    chunk[at + 3] = trade.exitTime
    chunk[at + 4] = trade.entryBar
    chunk[at + 5] = trade.exitBar
    chunk[at + 6] = trade.entryPrice
    chunk[at + 7] = trade.exitPrice
    chunk[at + 8] = quantity
    chunk[at + 9] = gross
    chunk[at + 10] = fees
    chunk[at + 11] = slippage
    chunk[at + 12] = net
    chunk[at + 13] = trade.return
    chunk[at + 14] = trade.mae
    chunk[at + 15] = trade.mfe
    chunk[at + 16] = this.#tags.codeOf(trade.entryTag)
    chunk[at + 17] = this.#tags.codeOf(trade.exitTag)
    const largest = Math.max(quantity, Math.abs(gross), fees, slippage, Math.abs(net))
    if (largest > Number.MAX_SAFE_INTEGER) this.#large.set(row, trade)
  }

  at(row: number): Trade {
    const large = this.#large.get(row)
    if (large) return large
    const chunk = this.#rows.chunkOf(row)
    const at = this.#rows.offsetOf(row)
    const value = (k: number): number => valueAt(chunk, at + k)
    const units = (k: number): bigint => fromWhole(value(k))
    return {
      number: value(0),
      symbolIndex: value(1),
      entryTime: toEpochMs(value(2)),
      exitTime: toEpochMs(value(3)),
      entryBar: value(4),
      exitBar: value(5),
      entryPrice: value(6),
      exitPrice: value(7),
      quantity: units(8),
      gross: units(9),
      fees: units(10),
      slippage: units(11),
      net: units(12),
      return: value(13),
      bars: value(5) - value(4),
      mae: value(14),
      mfe: value(15),
      entryTag: this.#tags.wordOf(value(16)),
      exitTag: this.#tags.wordOf(value(17)),
    }
  }
}
