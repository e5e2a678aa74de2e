/** Every closed trade of a session, as rows of numbers. Floor 2. */
import { type Bars, valueAt } from '../../model/bars.js'
import { InvariantError } from '../../model/errors.js'
import type { Trade } from '../../model/fill.js'
import { toNumber } from '../../model/money.js'
import type { SymbolRules } from '../../model/symbol-rules.js'
import { toEpochMs } from '../../model/time.js'
import { meanOf, type OpenTrade } from '../open-trade.js'
import { halfAt, type Log, numberAt, putAmount, Rows, unitsAt, Words } from './rows.js'

/** Places of a row. */
const PLACE = {
  numberAndSymbol: 0,
  bars: 1,
  tags: 2,
  entryTime: 3,
  exitTime: 4,
  entryPrice: 5,
  exitPrice: 6,
  paid: 7,
  bought: 8,
  fees: 9,
  slippage: 10,
  net: 11,
} as const
const WIDTH = 12

/** What trades of a symbol are computed from. */
interface TradedSymbol {
  readonly bars: Bars
  readonly rules: SymbolRules
}

/** Trades by row, in the order of their exits. What follows from a row and the bars is computed when it is read. */
export class TradeLog implements Log<Trade> {
  readonly #symbols: readonly TradedSymbol[]
  readonly #rows = new Rows(WIDTH)
  readonly #tags = new Words()

  constructor(symbols: readonly TradedSymbol[]) {
    this.#symbols = symbols
  }

  get length(): number {
    return this.#rows.length
  }

  /** Writes a trade down that is over. */
  add(trade: OpenTrade): void {
    const row = this.#rows.add()
    const chunk = this.#rows.chunkOf(row)
    const { numbers, halves } = chunk
    const at = this.#rows.placeOf(row)
    const { rules } = this.#symbolOf(trade.symbolIndex)
    halves[2 * at] = trade.number
    halves[2 * at + 1] = (trade.symbolIndex << 1) | (trade.isAmbiguous ? 1 : 0)
    halves[2 * (at + PLACE.bars)] = trade.entryBar
    halves[2 * (at + PLACE.bars) + 1] = trade.exitBar
    halves[2 * (at + PLACE.tags)] = this.#tags.codeOf(trade.entryTag)
    halves[2 * (at + PLACE.tags) + 1] = this.#tags.codeOf(trade.exitTag)
    numbers[at + PLACE.entryTime] = trade.entryTime
    numbers[at + PLACE.exitTime] = trade.exitTime
    numbers[at + PLACE.entryPrice] = meanOf(trade.entry, trade.bought, rules.priceScale)
    numbers[at + PLACE.exitPrice] = meanOf(trade.exit, trade.sold, rules.priceScale)
    putAmount(chunk, at + PLACE.paid, trade.paid)
    putAmount(chunk, at + PLACE.bought, trade.bought)
    putAmount(chunk, at + PLACE.fees, trade.fees)
    putAmount(chunk, at + PLACE.slippage, trade.slippage)
    putAmount(chunk, at + PLACE.net, trade.net)
  }

  /**
   * The trade in a row. Excursions are taken from the lows and highs of the entry's bar to the one
   * before the exit's, both included, as fractions of the mean entry price.
   */
  at(row: number): Trade {
    const chunk = this.#rows.chunkOf(row)
    const at = this.#rows.placeOf(row)
    const paid = unitsAt(chunk, at + PLACE.paid)
    const bought = unitsAt(chunk, at + PLACE.bought)
    const fees = unitsAt(chunk, at + PLACE.fees)
    const slippage = unitsAt(chunk, at + PLACE.slippage)
    const net = unitsAt(chunk, at + PLACE.net)
    const symbolIndex = halfAt(chunk, at + PLACE.numberAndSymbol, 1) >> 1
    const { bars, rules } = this.#symbolOf(symbolIndex)
    const quoteScale = rules.priceScale * rules.quantityScale
    const entryBar = halfAt(chunk, at + PLACE.bars, 0)
    const exitBar = halfAt(chunk, at + PLACE.bars, 1)
    const entryPrice = numberAt(chunk, at + PLACE.entryPrice)
    const { lowest, highest } = rangeOf(bars, entryBar, exitBar)
    return {
      number: halfAt(chunk, at + PLACE.numberAndSymbol, 0),
      symbolIndex,
      entryTime: toEpochMs(numberAt(chunk, at + PLACE.entryTime)),
      exitTime: toEpochMs(numberAt(chunk, at + PLACE.exitTime)),
      entryBar,
      exitBar,
      entryPrice,
      exitPrice: numberAt(chunk, at + PLACE.exitPrice),
      quantity: bought,
      gross: net + fees + slippage,
      fees,
      slippage,
      net,
      return: toNumber(net, quoteScale) / toNumber(paid, quoteScale),
      bars: exitBar - entryBar,
      mae: Math.min(0, lowest / entryPrice - 1),
      mfe: Math.max(0, highest / entryPrice - 1),
      isAmbiguous: (halfAt(chunk, at + PLACE.numberAndSymbol, 1) & 1) === 1,
      entryTag: this.#tags.wordOf(halfAt(chunk, at + PLACE.tags, 0)),
      exitTag: this.#tags.wordOf(halfAt(chunk, at + PLACE.tags, 1)),
    }
  }

  #symbolOf(index: number): TradedSymbol {
    const symbol = this.#symbols[index]
    if (!symbol) throw new InvariantError(`a trade must be of a symbol of its session, was of ${index}`)
    return symbol
  }
}

/** The lowest low and the highest high of bars `from` to `to` (excluded). */
function rangeOf(
  bars: Bars,
  from: number,
  to: number,
): { readonly lowest: number; readonly highest: number } {
  let lowest = Number.POSITIVE_INFINITY
  let highest = Number.NEGATIVE_INFINITY
  for (let i = from; i < to; i++) {
    const low = valueAt(bars.low, i)
    const high = valueAt(bars.high, i)
    if (low < lowest) lowest = low
    if (high > highest) highest = high
  }
  return { lowest, highest }
}
