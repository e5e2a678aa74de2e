/** Every closed trade of a session: which fills it is made of. Floor 2. */

import { unitsOf } from '../../model/amount.js'
import { type Bars, valueAt } from '../../model/bars.js'
import { InvariantError } from '../../model/errors.js'
import type { Trade } from '../../model/fill.js'
import { toNumber } from '../../model/money.js'
import type { SymbolRules } from '../../model/symbol-rules.js'
import type { OpenTrade } from '../open-trade.js'
import { addFill, meanOf, newSums, type TradeSums } from '../trade-sums.js'
import type { FillLog } from './fill-log.js'
import { type Log, Rows, Words } from './rows.js'

/** Places of a row. */
const PLACE = { numberAndSymbol: 0, fills: 1, tags: 2 } as const
const WIDTH = 3

/** What trades of a symbol are computed from. */
interface TradedSymbol {
  readonly bars: Bars
  readonly rules: SymbolRules
}

/** Trades by row, in the order of their exits. What follows from its fills and the bars is computed when it is read. */
export class TradeLog implements Log<Trade> {
  readonly #symbols: readonly TradedSymbol[]
  readonly #fills: FillLog
  readonly #rows = new Rows(WIDTH)
  readonly #tags = new Words()
  /** What came before the first fill, by row: few trades have it. */
  readonly #before = new Map<number, TradeSums>()

  constructor(symbols: readonly TradedSymbol[], fills: FillLog) {
    this.#symbols = symbols
    this.#fills = fills
  }

  get length(): number {
    return this.#rows.length
  }

  /** Writes a trade down that is over: no later fill is its own. */
  add(trade: OpenTrade): void {
    const row = this.#rows.add()
    const { chunk, place } = this.#rows
    chunk.putHalves(place, trade.number, trade.symbolIndex)
    chunk.putHalves(place + PLACE.fills, trade.firstFill, this.#fills.length)
    chunk.putHalves(place + PLACE.tags, this.#tags.codeOf(trade.entryTag), this.#tags.codeOf(trade.exitTag))
    if (trade.before !== undefined) this.#before.set(row, trade.before)
  }

  /** What the fills of a trade add up to, up to row `end` (excluded) of their log: all of them when left out. */
  sumsOf(trade: Omit<OpenTrade, 'hasSold'>, end = this.#fills.length): TradeSums {
    const { rules } = this.#symbolOf(trade.symbolIndex)
    let sums = structuredClone(trade.before)
    for (let row = trade.firstFill; row < end; row++) {
      if (this.#fills.tradeNumberOf(row) !== trade.number) continue
      const execution = this.#fills.executionAt(row)
      sums ??= newSums(trade, execution)
      addFill(sums, execution, rules)
    }
    if (!sums) throw new InvariantError(`a trade must have a fill, ${trade.number} has none`)
    sums.exitTag = trade.exitTag
    return sums
  }

  /**
   * The trade in a row. Excursions are taken from the lows and highs of the entry's bar to the one
   * before the exit's, both included, as fractions of the mean entry price.
   */
  at(row: number): Trade {
    const { sums, bars, rules } = this.#read(row)
    const { number, symbolIndex, entryTime, exitTime, entryBar, exitBar, entryTag, exitTag } = sums
    const quoteScale = rules.priceScale * rules.quantityScale
    const fees = unitsOf(sums.fees)
    const slippage = unitsOf(sums.slippage)
    const net = unitsOf(sums.net)
    const entryPrice = meanOf(sums.entry, sums.bought, rules.priceScale)
    const { lowest, highest } = rangeOf(bars, entryBar, exitBar)
    return {
      number,
      symbolIndex,
      entryTime,
      exitTime,
      entryBar,
      exitBar,
      entryPrice,
      exitPrice: meanOf(sums.exit, sums.sold, rules.priceScale),
      quantity: unitsOf(sums.bought),
      gross: net + fees + slippage,
      fees,
      slippage,
      net,
      return: toNumber(net, quoteScale) / toNumber(unitsOf(sums.paid), quoteScale),
      bars: exitBar - entryBar,
      mae: Math.min(0, lowest / entryPrice - 1),
      mfe: Math.max(0, highest / entryPrice - 1),
      isAmbiguous: sums.isAmbiguous,
      entryTag,
      exitTag,
    }
  }

  #read(row: number): TradedSymbol & { readonly sums: TradeSums } {
    const chunk = this.#rows.chunkOf(row)
    const place = this.#rows.placeOf(row)
    const symbolIndex = chunk.halfAt(place, 1)
    const trade = {
      number: chunk.halfAt(place, 0),
      symbolIndex,
      entryTag: this.#tags.wordOf(chunk.halfAt(place + PLACE.tags, 0)),
      exitTag: this.#tags.wordOf(chunk.halfAt(place + PLACE.tags, 1)),
      firstFill: chunk.halfAt(place + PLACE.fills, 0),
      before: this.#before.get(row),
    }
    return { ...this.#symbolOf(symbolIndex), sums: this.sumsOf(trade, chunk.halfAt(place + PLACE.fills, 1)) }
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
