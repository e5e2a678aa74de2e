/** From what a strategy says of an order to its prices on the tick. Pure. Floor 2. */
import { type Amount, roundTo, roundToAmount } from '../model/amount.js'
import type { Rounding } from '../model/money.js'
import type { OrderType, Side, TimeInForce } from '../model/order.js'
import type { MarketRules } from '../model/symbol-rules.js'
import type { BracketExits, OrderTerms } from './context.js'

/** Type and prices of an order that is no market order; undefined where its type has none. */
export interface PriceTerms {
  readonly type: Exclude<OrderType, 'MARKET'>
  readonly price: Amount | undefined
  readonly timeInForce: TimeInForce | undefined
  readonly stopPrice: Amount | undefined
  readonly trailingDelta: number | undefined
}

/** Types of orders with prices. Journals count them in this order. */
export const PRICED_TYPES: readonly PriceTerms['type'][] = [
  'LIMIT',
  'LIMIT_MAKER',
  'STOP_LOSS',
  'STOP_LOSS_LIMIT',
  'TAKE_PROFIT',
  'TAKE_PROFIT_LIMIT',
]

/** How a position is left: at a loss, at a gain, or behind the best price by so many basis points. */
export interface ExitTerms {
  readonly stop: Amount | undefined
  readonly takeProfit: Amount | undefined
  readonly trailingDelta: number | undefined
}

/** Widest and narrowest distance of a trailing stop, in basis points. Source: Binance, TRAILING_DELTA. */
const TRAILING = { min: 1, max: 2000 }

/**
 * Type and prices of an order; undefined for a market order. Throws a RangeError for a price that is none, and for a
 * type that is none or has no use for a price: a strategy's types may never have been checked.
 */
export function pricesOf(side: Side, terms: OrderTerms, rules: MarketRules): PriceTerms | undefined {
  if (terms.type === undefined || terms.type === 'MARKET') {
    const { price, stopPrice }: Unchecked = terms
    if (price === undefined && stopPrice === undefined) return undefined
    throw new RangeError(
      'an order with a price must say its type, such as LIMIT or STOP_LOSS, says none or MARKET',
    )
  }
  switch (terms.type) {
    case 'LIMIT':
      return termsOf(terms.type, limitOf(side, terms.price, rules), terms.timeInForce ?? 'GTC')
    case 'LIMIT_MAKER':
      return termsOf(terms.type, limitOf(side, terms.price, rules), undefined)
    case 'STOP_LOSS':
    case 'TAKE_PROFIT':
      return withTrigger(termsOf(terms.type, undefined, undefined), terms, rules)
    case 'STOP_LOSS_LIMIT':
    case 'TAKE_PROFIT_LIMIT': {
      const price = limitOf(side, terms.price, rules)
      return withTrigger(termsOf(terms.type, price, terms.timeInForce ?? 'GTC'), terms, rules)
    }
    default: {
      const { type }: Unchecked = terms
      throw new RangeError(
        `the type of an order must be one of MARKET, ${PRICED_TYPES.join(', ')}, was ${type}`,
      )
    }
  }
}

/** Terms as a program whose types no one has checked may give them. */
interface Unchecked {
  readonly type?: unknown
  readonly price?: unknown
  readonly stopPrice?: unknown
}

/** Exits on the tick. Throws a RangeError when there is none, or the stop is not below the target. */
export function exitsOf({ stop, takeProfit }: BracketExits, rules: MarketRules): ExitTerms {
  if (stop === undefined && takeProfit === undefined) {
    throw new RangeError('bracket must have a stop, a takeProfit or both')
  }
  if (stop !== undefined && takeProfit !== undefined && !(stop < takeProfit)) {
    throw new RangeError(`the stop of a bracket must be below its takeProfit, was ${stop} and ${takeProfit}`)
  }
  return {
    stop: stop === undefined ? undefined : nearestTick('stop', stop, rules),
    takeProfit: takeProfit === undefined ? undefined : limitOf('SELL', takeProfit, rules),
    trailingDelta: undefined,
  }
}

/** A fraction of the price as a distance in basis points. Throws a RangeError outside the exchange's bounds. */
export function trailingDeltaOf(fraction: number): number {
  const delta = Math.round(fraction * 10_000)
  if (delta >= TRAILING.min && delta <= TRAILING.max) return delta
  throw new RangeError(`the fraction of trail must be between 0.0001 and 0.2, was ${fraction}`)
}

function termsOf(
  type: PriceTerms['type'],
  price: Amount | undefined,
  timeInForce: TimeInForce | undefined,
): PriceTerms {
  return { type, price, timeInForce, stopPrice: undefined, trailingDelta: undefined }
}

function withTrigger(
  prices: PriceTerms,
  { stopPrice, trailingDelta }: { readonly stopPrice?: number; readonly trailingDelta?: number },
  rules: MarketRules,
): PriceTerms {
  if (stopPrice === undefined && trailingDelta === undefined) {
    throw new RangeError(`a ${prices.type} must have a stopPrice or a trailingDelta, has neither`)
  }
  return {
    ...prices,
    stopPrice: stopPrice === undefined ? undefined : nearestTick('stopPrice', stopPrice, rules),
    trailingDelta: trailingDelta === undefined ? undefined : trailingDeltaOf(trailingDelta / 10_000),
  }
}

/** A limit on the tick, on the side that favours the trader: a BUY rounds down. */
function limitOf(side: Side, price: number, rules: MarketRules): Amount {
  return onTick(checkPrice('price', price), side === 'BUY' ? 'down' : 'up', rules)
}

function nearestTick(name: string, price: number, rules: MarketRules): Amount {
  return onTick(checkPrice(name, price), 'nearest', rules)
}

function onTick(price: number, rounding: Rounding, { priceScale, tickSize }: MarketRules): Amount {
  return roundTo(roundToAmount(price, rounding, priceScale), tickSize, rounding)
}

function checkPrice(name: string, price: number): number {
  if (Number.isFinite(price) && price > 0) return price
  throw new RangeError(`${name} must be a price above 0, was ${price}`)
}
