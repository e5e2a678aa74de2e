/** From what a strategy says of an order to its prices on the tick. Pure. Floor 2. */
import { unitsOf } from '../model/amount.js'
import type { Exits, OrderPrices } from '../model/decision.js'
import { roundToMultiple, toUnits, type Units } from '../model/money.js'
import type { Side } from '../model/order.js'
import type { MarketRules } from '../model/symbol-rules.js'
import type { BracketExits, OrderTerms } from './context.js'

/** Widest and narrowest distance of a trailing stop, in basis points. Source: Binance, TRAILING_DELTA. */
const TRAILING = { min: 1, max: 2000 }

/** Type and prices of an order; undefined for a market order. Throws a RangeError for a price that is none. */
export function pricesOf(side: Side, terms: OrderTerms, rules: MarketRules): OrderPrices | undefined {
  if (terms.type === undefined || terms.type === 'MARKET') return undefined
  switch (terms.type) {
    case 'LIMIT':
      return {
        type: terms.type,
        price: limitOf(side, terms.price, rules),
        timeInForce: terms.timeInForce ?? 'GTC',
      }
    case 'LIMIT_MAKER':
      return { type: terms.type, price: limitOf(side, terms.price, rules) }
    case 'STOP_LOSS':
    case 'TAKE_PROFIT':
      return { type: terms.type, ...triggerOf(terms, rules) }
    case 'STOP_LOSS_LIMIT':
    case 'TAKE_PROFIT_LIMIT':
      return {
        type: terms.type,
        price: limitOf(side, terms.price, rules),
        timeInForce: terms.timeInForce ?? 'GTC',
        ...triggerOf(terms, rules),
      }
  }
}

/** Exits on the tick. Throws a RangeError when there is none, or the stop is not below the target. */
export function exitsOf({ stop, takeProfit }: BracketExits, rules: MarketRules): Exits {
  if (stop === undefined && takeProfit === undefined) {
    throw new RangeError('bracket must have a stop, a takeProfit or both')
  }
  if (stop !== undefined && takeProfit !== undefined && !(stop < takeProfit)) {
    throw new RangeError(`the stop of a bracket must be below its takeProfit, was ${stop} and ${takeProfit}`)
  }
  return {
    ...(stop !== undefined && { stop: nearestTick('stop', stop, rules) }),
    ...(takeProfit !== undefined && { takeProfit: limitOf('SELL', takeProfit, rules) }),
  }
}

/** A fraction of the price as a distance in basis points. Throws a RangeError outside the exchange's bounds. */
export function trailingDeltaOf(fraction: number): number {
  const delta = Math.round(fraction * 10_000)
  if (delta >= TRAILING.min && delta <= TRAILING.max) return delta
  throw new RangeError(`the fraction of trail must be between 0.0001 and 0.2, was ${fraction}`)
}

function triggerOf(
  { stopPrice, trailingDelta }: { readonly stopPrice?: number; readonly trailingDelta?: number },
  rules: MarketRules,
): Pick<OrderPrices, 'stopPrice' | 'trailingDelta'> {
  return {
    ...(stopPrice !== undefined && { stopPrice: nearestTick('stopPrice', stopPrice, rules) }),
    ...(trailingDelta !== undefined && { trailingDelta: trailingDeltaOf(trailingDelta / 10_000) }),
  }
}

/** A limit on the tick, on the side that favours the trader: a BUY rounds down. */
function limitOf(side: Side, price: number, rules: MarketRules): Units {
  const units = toUnits(checkPrice('price', price), side === 'BUY' ? 'down' : 'up', rules.priceScale)
  return roundToMultiple(units, unitsOf(rules.tickSize), side === 'BUY' ? 'down' : 'up')
}

function nearestTick(name: string, price: number, rules: MarketRules): Units {
  return roundToMultiple(
    toUnits(checkPrice(name, price), 'nearest', rules.priceScale),
    unitsOf(rules.tickSize),
    'nearest',
  )
}

function checkPrice(name: string, price: number): number {
  if (Number.isFinite(price) && price > 0) return price
  throw new RangeError(`${name} must be a price above 0, was ${price}`)
}
