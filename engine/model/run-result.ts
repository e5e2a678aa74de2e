/** What a run leaves behind, before any statistic. Floor 0. */
import type { Bars } from './bars.js'
import type { Decision } from './decision.js'
import { InvariantError } from './errors.js'
import type { Fill, Trade } from './fill.js'
import type { Units } from './money.js'
import type { OrderRecord, SessionIdentity } from './order.js'
import type { RunSettings } from './settings.js'
import type { SymbolRules } from './symbol-rules.js'

/** One symbol of a run. */
export interface RunSymbol {
  readonly bars: Bars
  readonly rules: SymbolRules
  /** Base asset at the end, dust included. */
  readonly quantity: Units
  /** Close of its last bar in the run, at which that is marked; 0 without a bar. */
  readonly lastClose: number
}

/**
 * A finished run over bars `first` (included) to `end` (excluded). With several symbols `bars` has a bar for
 * each moment at which one of them has one, with the prices of the first, and every index of a bar is into it.
 */
export interface RunResult {
  readonly identity: SessionIdentity
  readonly bars: Bars
  /** Rules of the first symbol. */
  readonly rules: SymbolRules
  readonly settings: RunSettings
  readonly first: number
  readonly end: number
  /** Bar at which the strategy was first called; `end` when it never was. */
  readonly firstCall: number
  /** In the order they were asked for. */
  readonly orders: readonly OrderRecord[]
  /** In the order they happened. */
  readonly fills: readonly Fill[]
  /** Closed round trips, in the order of their exits. */
  readonly trades: readonly Trade[]
  readonly decisions: readonly Decision[]
  /** Equity at the close of bar `first + k`; `end − first` values, in quote. */
  readonly equity: Float64Array
  /** Bars at whose close more than dust was held. */
  readonly exposedBars: number
  /** Quote asset at the end. */
  readonly cash: Units
  /** BNB for commissions: what is left, and the worth in quote of what was taken. Undefined without. */
  readonly bnb?: { readonly left: Units; readonly charged: Units } | undefined
  /** Base asset of the first symbol at the end, dust included. */
  readonly quantity: Units
  /** Whether a trade is still open at the end. */
  readonly hasOpenTrade: boolean
  /** Every symbol, by name; fills, trades and orders name them by index. */
  readonly symbols: readonly RunSymbol[]
}

/** A symbol of a run. Throws an InvariantError when it has none of this index. */
export function symbolAt({ symbols }: Pick<RunResult, 'symbols'>, index: number): RunSymbol {
  const symbol = symbols[index]
  if (!symbol) throw new InvariantError(`a run of ${symbols.length} symbols has none of index ${index}`)
  return symbol
}
