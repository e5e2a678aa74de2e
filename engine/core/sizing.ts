/** From a wish to a market order's size, fixed at the decision's close. Pure. Floor 2. */
import {
  type Amount,
  divideDown,
  floorTo,
  multiplyDown,
  numberOf,
  roundToAmount,
  smaller,
  withoutCommission,
} from '../model/amount.js'
import type { Side } from '../model/order.js'
import type { MarketSettings } from '../model/settings.js'
import type { MarketRules } from '../model/symbol-rules.js'
import type { Account } from './account.js'
import type { FeeRates } from './market/fees.js'
import { floorMarketQuantity } from './market/filters.js'
import type { PriceTerms } from './order-terms.js'

/** How much: in base, or (at market only) in quote. Exactly one is there. */
export interface Size {
  readonly quantity: Amount | undefined
  readonly quoteQuantity: Amount | undefined
}

/** An order's side, size, and prices where it is no market order. */
export interface SizedOrder extends Size {
  readonly side: Side
  readonly prices: PriceTerms | undefined
}

/** What sizing looks at: the books, the close, and what the exchange allows. */
export interface SizingInputs {
  readonly account: Readonly<Account>
  /** Quote that orders on the book do not hold. */
  readonly free: Amount
  readonly close: number
  /** Value of the positions in other symbols, in quote. */
  readonly beside: number
  readonly rules: MarketRules
  readonly settings: MarketSettings
  readonly rates: FeeRates
  /** Most base that one purchase may be; undefined is no bound. */
  readonly most?: Amount | undefined
}

/**
 * The order that brings the position's value to `weight` of equity at the close. Undefined when the
 * change is nothing, or smaller than the minimum notional.
 */
export function sizeTarget(weight: number, inputs: SizingInputs): SizedOrder | undefined {
  const { account, beside, close, rules } = inputs
  if (weight === 0) return sizeSell(account.quantity, inputs)
  // All of equity less the position is the cash, exactly: no double holds 1e12 of it to the last unit.
  if (weight === 1 && beside === 0) return sizeBuyQuote(account.cash, inputs)
  const quoteScale = rules.priceScale * rules.quantityScale
  const value = numberOf(account.quantity, rules.quantityScale) * close
  const equity = account.purse.marked + (value + beside)
  const change = weight * equity - value
  const quote = roundToAmount(Math.abs(change), 'down', quoteScale, equity)
  if (change > 0) return sizeBuyQuote(quote, inputs)
  return sizeSell(divideDown(quote, roundToAmount(close, 'nearest', rules.priceScale)), inputs)
}

/** A BUY that spends this much quote, at most what is free; undefined below the minimum notional. */
export function sizeBuyQuote(quote: Amount, inputs: SizingInputs): SizedOrder | undefined {
  const { rates, rules, settings } = inputs
  const free = settings.feeAsset === 'quote' ? withoutCommission(inputs.free, rates.taker) : inputs.free
  const quoteQuantity = smaller(capped(quote, inputs), free)
  if (quoteQuantity <= 0 || quoteQuantity < rules.minNotional) return undefined
  return { side: 'BUY', quantity: undefined, quoteQuantity, prices: undefined }
}

/** A BUY at market of this much quote or base; undefined below the minimum notional. */
export function sizeBuy(amount: Size, inputs: SizingInputs): SizedOrder | undefined {
  if (amount.quantity === undefined) return sizeBuyQuote(amount.quoteQuantity ?? 0, inputs)
  const { most } = inputs
  return sizeBase('BUY', most === undefined ? amount.quantity : smaller(amount.quantity, most), inputs)
}

/** Quote cut to what the most that may be bought is worth at the close. */
function capped(quote: Amount, { most, close, rules }: SizingInputs): Amount {
  if (most === undefined) return quote
  return smaller(quote, multiplyDown(roundToAmount(close, 'nearest', rules.priceScale), most))
}

/**
 * An order that rests, sized in base: quote is divided by its limit, or by its stop where it has no limit.
 * At most what is free, cut to the step; undefined when nothing is left. The exchange's filters are judged
 * when it comes in.
 */
export function sizeResting(
  side: Side,
  amount: Size,
  prices: PriceTerms,
  { account, free, close, rates, rules, settings, most: cap }: SizingInputs,
): SizedOrder | undefined {
  const named = prices.price ?? prices.stopPrice
  const price = named ?? roundToAmount(close, 'nearest', rules.priceScale)
  const rate = settings.makerFee > settings.takerFee ? rates.maker : rates.taker
  const most =
    side === 'SELL'
      ? account.quantity
      : divideDown(settings.feeAsset === 'quote' ? withoutCommission(free, rate) : free, price)
  const wished = amount.quantity ?? divideDown(amount.quoteQuantity ?? 0, price)
  const asked = side === 'BUY' && cap !== undefined ? smaller(wished, cap) : wished
  const quantity = floorTo(smaller(asked, most), rules.stepSize)
  return quantity > 0 ? { side, quantity, quoteQuantity: undefined, prices } : undefined
}

/** A SELL of this much base, at most what is owned, cut to the step; undefined below the minimum notional. */
export function sizeSell(quantity: Amount, inputs: SizingInputs): SizedOrder | undefined {
  return sizeBase('SELL', smaller(quantity, inputs.account.quantity), inputs)
}

function sizeBase(side: Side, wished: Amount, { close, rules }: SizingInputs): SizedOrder | undefined {
  const quantity = floorMarketQuantity(rules, wished)
  if (quantity <= 0) return undefined
  if (rules.minNotional > 0) {
    const notional = multiplyDown(roundToAmount(close, 'nearest', rules.priceScale), quantity)
    if (notional < rules.minNotional) return undefined
  }
  return { side, quantity, quoteQuantity: undefined, prices: undefined }
}
