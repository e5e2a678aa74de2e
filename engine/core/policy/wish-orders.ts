/** The orders of a maker-first wish: their prices and sizes, from what is left of it. Pure. Floor 2. */
import { divideDown, floorTo, multiplyDown, type Units } from '../../model/money.js'
import type { Side } from '../../model/order.js'
import type { SymbolRules } from '../../model/symbol-rules.js'
import { roundToTick } from '../market/fill-model.js'
import { floorMarketQuantity } from '../market/filters.js'
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
  { quantity }: { readonly quantity?: Units },
  price: Units,
  rules: SymbolRules,
): Units {
  const step = multiplyDown(price, rules.stepSize)
  if (quantity === undefined) return step > rules.minNotional ? step : rules.minNotional
  const inBase = price === 0n ? 0n : divideDown(rules.minNotional, price)
  return inBase > rules.stepSize ? inBase : rules.stepSize
}

/** The posted order: LIMIT_MAKER at the last price, on the tick away from the market. */
export function postedOrder(
  { side, size }: MakerFirstTerms,
  rest: Units,
  price: number,
  rules: SymbolRules,
): SizedOrder {
  const limit = atLeastATick(roundToTick(price, side === 'BUY' ? 'down' : 'up', rules), rules)
  const quantity = inBase(size.quantity === undefined, rest, limit, rules)
  return { side, size: { quantity }, prices: { type: 'LIMIT_MAKER', price: limit } }
}

/** The order that takes the rest: at market, or as an IOC that reaches a little beyond the last price. */
export function takingOrder(
  { side, size }: MakerFirstTerms,
  { type, rest }: { readonly type: 'IOC' | 'MARKET'; readonly rest: Units },
  price: number,
  rules: SymbolRules,
): SizedOrder {
  const isInQuote = size.quantity === undefined
  if (type === 'IOC') {
    const limit = iocLimit(side, price, rules)
    const quantity = inBase(isInQuote, rest, limit, rules)
    return { side, size: { quantity }, prices: { type: 'LIMIT', price: limit, timeInForce: 'IOC' } }
  }
  return { side, size: isInQuote ? { quoteQuantity: rest } : { quantity: floorMarketQuantity(rules, rest) } }
}

function iocLimit(side: Side, price: number, rules: SymbolRules): Units {
  const reach = side === 'BUY' ? 1 + IOC_REACH : 1 - IOC_REACH
  return atLeastATick(roundToTick(price * reach, side === 'BUY' ? 'down' : 'up', rules), rules)
}

function inBase(isInQuote: boolean, rest: Units, price: Units, { stepSize }: SymbolRules): Units {
  return floorTo(isInQuote ? divideDown(rest, price) : rest, stepSize)
}

function atLeastATick(price: Units, { tickSize }: SymbolRules): Units {
  return price < tickSize ? tickSize : price
}
