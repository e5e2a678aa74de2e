/** What a fill costs: the commission and the asset it is taken from. Floor 2. */
import {
  type Amount,
  type CommissionRate,
  commissionRate,
  multiplyDown,
  toAmount,
} from '../../model/amount.js'
import type { Execution } from '../../model/event.js'
import type { Side } from '../../model/order.js'
import type { MarketSettings } from '../../model/settings.js'
import type { SymbolRules } from '../../model/symbol-rules.js'

/** Commission rates, exact. */
export interface FeeRates {
  readonly maker: CommissionRate
  readonly taker: CommissionRate
}

/** The settings' fees as exact rates. */
export function feeRates(settings: MarketSettings): FeeRates {
  return { maker: commissionRate(settings.makerFee), taker: commissionRate(settings.takerFee) }
}

/**
 * Whether a fill's commission, rate × quantity rounded half up to 1e−8, is taken in base: on a BUY, where it is taken
 * from what is received, as with BNB that does not suffice. Else it is rate × quote in quote.
 */
export function isTakenInBase(side: Side, feeAsset: MarketSettings['feeAsset']): boolean {
  return side === 'BUY' && feeAsset !== 'quote'
}

/** A commission's worth in quote, rounded down: one in base is valued at its fill's price. */
export function commissionInQuote(
  fill: Pick<Execution, 'commission' | 'commissionAsset' | 'commissionQuote' | 'price'>,
  rules: Pick<SymbolRules, 'baseAsset' | 'quoteAsset'>,
): Amount {
  if (!(fill.commission > 0)) return 0
  if (fill.commissionQuote !== undefined) return toAmount(fill.commissionQuote)
  if (fill.commissionAsset === rules.quoteAsset) return fill.commission
  // A third asset is no part of the session's books.
  return fill.commissionAsset === rules.baseAsset ? multiplyDown(fill.price, fill.commission) : 0
}
