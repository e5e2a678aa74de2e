/** The orders of a maker-first wish: their prices and sizes, from what is left of it. Pure. Floor 2. */
import {
  type Amount,
  divideDown,
  floorTo,
  larger,
  multiplyDown,
  toAmount,
  unitsOf,
} from '../../model/amount.js'
import type { Units } from '../../model/money.js'
import type { Side } from '../../model/order.js'
import type { MarketRules } from '../../model/symbol-rules.js'
import { roundToTick } from '../market/fill-model.js'
import { floorMarketQuantity } from '../market/filters.js'
import type { PriceTerms } from '../order-terms.js'
import type { SizedOrder } from '../sizing.js'
import type { MakerFirstTerms } from './maker-first-state.js'

/** How far beyond the last price an IOC reaches: it is no order without a limit. */
const IOC_REACH = 0.005

/** A timeout in the whole bars that fit into it: a simulated post that is given less than a bar counts as unfilled. */
export function wholeBars(timeoutMs: number, barMs: number): number {
  return Math.floor(timeoutMs / barMs) * barMs
}

/**
 * The least that an order of this size is sent for, in its unit: a step, and the minimum notional at the last
 * price.
 */
export function leastOf(
  { quantity }: { readonly quantity: Amount | undefined },
  price: Amount,
  rules: MarketRules,
): Units {
  const { minNotional, stepSize } = rules
  if (quantity === undefined) return unitsOf(larger(multiplyDown(price, stepSize), minNotional))
  return unitsOf(larger(price > 0 ? divideDown(minNotional, price) : 0, stepSize))
}

/** The posted order: LIMIT_MAKER at the last price, on the tick away from the market. */
export function postedOrder(
  { side, size }: MakerFirstTerms,
  rest: Units,
  price: number,
  rules: MarketRules,
): SizedOrder {
  const limit = atLeastATick(roundToTick(price, side === 'BUY' ? 'down' : 'up', rules), rules)
  const quantity = inBase(size.quantity === undefined, toAmount(rest), limit, rules)
  return { side, quantity, quoteQuantity: undefined, prices: limitTerms('LIMIT_MAKER', limit) }
}

/** The order that takes the rest: at market, or as an IOC that reaches a little beyond the last price. */
export function takingOrder(
  { side, size }: MakerFirstTerms,
  { type, rest }: { readonly type: 'IOC' | 'MARKET'; readonly rest: Units },
  price: number,
  rules: MarketRules,
): SizedOrder {
  const isInQuote = size.quantity === undefined
  if (type === 'IOC') {
    const limit = iocLimit(side, price, rules)
    const quantity = inBase(isInQuote, toAmount(rest), limit, rules)
    return { side, quantity, quoteQuantity: undefined, prices: limitTerms('LIMIT', limit) }
  }
  const left = toAmount(rest)
  return {
    side,
    quantity: isInQuote ? undefined : floorMarketQuantity(rules, left),
    quoteQuantity: isInQuote ? left : undefined,
    prices: undefined,
  }
}

/** A post, or a limit that takes what it can at once. */
function limitTerms(type: 'LIMIT' | 'LIMIT_MAKER', price: Amount): PriceTerms {
  const timeInForce = type === 'LIMIT' ? 'IOC' : undefined
  return { type, price, timeInForce, stopPrice: undefined, trailingDelta: undefined }
}

function iocLimit(side: Side, price: number, rules: MarketRules): Amount {
  const reach = side === 'BUY' ? 1 + IOC_REACH : 1 - IOC_REACH
  return atLeastATick(roundToTick(price * reach, side === 'BUY' ? 'down' : 'up', rules), rules)
}

function inBase(isInQuote: boolean, rest: Amount, price: Amount, { stepSize }: MarketRules): Amount {
  return floorTo(isInQuote ? divideDown(rest, price) : rest, stepSize)
}

function atLeastATick(price: Amount, { tickSize }: MarketRules): Amount {
  return larger(price, tickSize)
}
