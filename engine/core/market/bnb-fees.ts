/**
 * Commissions in BNB, at a discount, out of a stock that is there for nothing else. Where the stock does not suffice
 * for the whole of one, that one is taken in full from what is received, as on the exchange. Pure. Floor 2.
 */
import {
  type Amount,
  type CommissionRate,
  commissionOf,
  commissionRate,
  multiplyDown,
  roundToAmount,
  toAmount,
  unitsOf,
} from '../../model/amount.js'
import { type Bars, countBefore, valueAt } from '../../model/bars.js'
import { ONE, type Units } from '../../model/money.js'
import type { Side } from '../../model/order.js'
import type { MarketSettings } from '../../model/settings.js'
import type { MarketRules } from '../../model/symbol-rules.js'
import { type EpochMs, intervalMs } from '../../model/time.js'

/** The asset. */
export const BNB = 'BNB'

/** What BNB was worth in quote: the columns of its bars. */
export type BnbBars = Pick<Bars, 'openTime' | 'open' | 'close' | 'length' | 'interval'>

/** What commissions in BNB are reckoned by. */
export interface BnbTerms {
  readonly maker: CommissionRate
  readonly taker: CommissionRate
  /** One price for all times; else that of `bars`. */
  readonly price: Amount | undefined
  readonly bars: BnbBars | undefined
}

/** A commission in BNB, and its worth in quote at the time of its fill, rounded down. */
export interface BnbCommission {
  readonly amount: Amount
  readonly asset: typeof BNB
  readonly quote: Units
}

/** The terms of a run; undefined where commissions are taken from something else. */
export function bnbTerms(settings: MarketSettings, bars: BnbBars | undefined): BnbTerms | undefined {
  const { bnb, makerFee, takerFee } = settings
  if (settings.feeAsset !== 'bnb' || !bnb) return undefined
  const left = 1 - bnb.discount
  return {
    maker: commissionRate(makerFee * left),
    taker: commissionRate(takerFee * left),
    price: bnb.price === undefined ? undefined : toAmount(bnb.price),
    bars,
  }
}

/** A fill whose commission is in question. */
export interface CommissionedFill {
  readonly side: Side
  readonly price: Amount
  readonly quantity: Amount
  readonly quote: Amount
  readonly time: EpochMs
  readonly isMaker: boolean
}

/**
 * A fill's commission in BNB, rounded half up; undefined where the stock does not hold all of it, or nothing says what
 * BNB was worth. Where the symbol's own base or quote asset is BNB, its fill says so.
 */
export function bnbCommission(
  terms: BnbTerms,
  fill: CommissionedFill,
  rules: MarketRules,
  stock: Amount,
): BnbCommission | undefined {
  const rate = fill.isMaker ? terms.maker : terms.taker
  if (rules.quoteAsset === BNB) {
    const amount = commissionOf(fill.quote, rate)
    return amount > stock ? undefined : { amount, asset: BNB, quote: unitsOf(amount) }
  }
  const price = rules.baseAsset === BNB ? fill.price : priceAt(terms, fill.time)
  if (price === undefined || !(price > 0)) return undefined
  const amount =
    rules.baseAsset === BNB ? commissionOf(fill.quantity, rate) : commissionAt(fill.quote, rate, price)
  if (amount > stock) return undefined
  return { amount, asset: BNB, quote: unitsOf(multiplyDown(price, amount)) }
}

/** quote × rate ÷ price, rounded half up once. */
function commissionAt(quote: Amount, { exact: { per, of } }: CommissionRate, price: Amount): Amount {
  const below = of * unitsOf(price)
  return toAmount((2n * unitsOf(quote) * per * ONE + below) / (2n * below))
}

/**
 * What was known of BNB's price at a moment: the open of the bar that runs, or the close of the last one where none
 * does. Undefined before the first.
 */
function priceAt({ price, bars }: BnbTerms, time: EpochMs): Amount | undefined {
  if (price !== undefined || !bars) return price
  const i = countBefore(bars, time + 1) - 1
  if (i < 0) return undefined
  const runs = time < valueAt(bars.openTime, i) + intervalMs(bars.interval)
  return roundToAmount(valueAt(runs ? bars.open : bars.close, i), 'nearest')
}
