/** What a run's fills cost, exactly, in quote. Floor 1. */
import type { Fill } from '../../model/fill.js'
import { multiplyDown, type Units } from '../../model/money.js'
import type { SymbolRules } from '../../model/symbol-rules.js'

/** Sums over fills, in quote units. */
export interface Costs {
  /** Commissions; one taken in base is valued at its fill's price, rounded down fill by fill. */
  readonly fees: Units
  /** |price − reference| × quantity. */
  readonly slippage: Units
  /** price × quantity, both sides counted. */
  readonly traded: Units
}

/** Adds up what the fills cost and traded. */
export function costsOf(fills: readonly Fill[], rules: SymbolRules): Costs {
  let fees = 0n
  let slippage = 0n
  let traded = 0n
  for (const fill of fills) {
    const isInQuote = fill.commissionAsset === rules.quoteAsset
    fees += isInQuote ? fill.commission : multiplyDown(fill.price, fill.commission)
    slippage += fill.slippage
    traded += fill.quote
  }
  return { fees, slippage, traded }
}
