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
    fees += feeOf(fill, rules)
    slippage += fill.slippage
    traded += fill.quote
  }
  return { fees, slippage, traded }
}

/**
 * A fill's commission in quote; one taken in base is valued at the fill's price, one out of the BNB stock at what BNB
 * was worth, rounded down.
 */
export function feeOf(fill: Fill, rules: SymbolRules): Units {
  if (fill.commissionQuote !== undefined) return fill.commissionQuote
  return fill.commissionAsset === rules.quoteAsset
    ? fill.commission
    : multiplyDown(fill.price, fill.commission)
}

/**
 * The commission at which the same fills earn nothing, as a fraction of what is traded, slippage as paid:
 * (net profit + fees) ÷ quote traded. NaN where nothing was traded.
 */
export function breakEvenFee({ fees, traded }: Costs, netProfit: Units): number {
  return traded === 0n ? Number.NaN : Number(netProfit + fees) / Number(traded)
}
