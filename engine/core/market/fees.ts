/** What a fill costs: the commission and the asset it is taken from. Floor 2. */
import {
  type Amount,
  type CommissionRate,
  commissionOf,
  commissionRate,
  multiplyDown,
  toAmount,
} from '../../model/amount.js'
import type { Execution } from '../../model/event.js'
import type { Side } from '../../model/order.js'
import type { MarketSettings } from '../../model/settings.js'
import type { MarketRules } from '../../model/symbol-rules.js'

/** A commission and its asset. */
export interface Commission {
  readonly amount: Amount
  readonly asset: string
}

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
 * Commission of a fill, rounded half up to 1e−8 of its asset: rate × quantity in base on a BUY and
 * rate × quote in quote on a SELL where it is taken from what is received, as with BNB that does not suffice; else
 * rate × quote in quote.
 */
export function commissionFor(
  fill: { readonly side: Side; readonly quantity: Amount; readonly quote: Amount },
  rate: CommissionRate,
  rules: MarketRules,
  feeAsset: MarketSettings['feeAsset'],
): Commission {
  const isInBase = fill.side === 'BUY' && feeAsset !== 'quote'
  return isInBase
    ? { amount: commissionOf(fill.quantity, rate), asset: rules.baseAsset }
    : { amount: commissionOf(fill.quote, rate), asset: rules.quoteAsset }
}

/** A commission's worth in quote, rounded down: one in base is valued at its fill's price. */
export function commissionInQuote(
  fill: Pick<Execution, 'commission' | 'commissionAsset' | 'commissionQuote' | 'price'>,
  rules: MarketRules,
): Amount {
  if (!(fill.commission > 0)) return 0
  if (fill.commissionQuote !== undefined) return toAmount(fill.commissionQuote)
  if (fill.commissionAsset === rules.quoteAsset) return fill.commission
  // A third asset is no part of the session's books.
  return fill.commissionAsset === rules.baseAsset ? multiplyDown(fill.price, fill.commission) : 0
}
