/** The orders by which a position is left: one, or two of which one ends the other. Pure. Floor 2. */
import type { Side } from '../model/order.js'
import type { MarketRules } from '../model/symbol-rules.js'
import type { OcoSale, OrderTerms } from './context.js'
import { type ExitTerms, type PriceTerms, pricesOf } from './order-terms.js'

/** The stop of exits, as a sale; undefined without one. */
export function stopOfExits({ stop, trailingDelta }: ExitTerms): PriceTerms | undefined {
  if (stop === undefined && trailingDelta === undefined) return undefined
  return { type: 'STOP_LOSS', price: undefined, timeInForce: undefined, stopPrice: stop, trailingDelta }
}

/** The target of exits, as a sale; undefined without one. */
export function targetOfExits({ takeProfit }: ExitTerms): PriceTerms | undefined {
  if (takeProfit === undefined) return undefined
  const none = undefined
  return { type: 'LIMIT_MAKER', price: takeProfit, timeInForce: none, stopPrice: none, trailingDelta: none }
}

/** Exits that are already asked for, with others in their place: one stop, that stands or that trails. */
export function exitsWith(before: ExitTerms | undefined, exits: ExitTerms): ExitTerms {
  const takeProfit = exits.takeProfit ?? before?.takeProfit
  const hasStop = exits.stop !== undefined || exits.trailingDelta !== undefined
  const { stop, trailingDelta } = hasStop ? exits : (before ?? exits)
  return { stop, takeProfit, trailingDelta }
}

/**
 * A pair of which one ends the other: the one below first. Throws a RangeError for a price that is none, and where the
 * types are not those that the exchange takes on that side.
 */
export function pairOf(
  side: Side,
  { above, below }: { readonly above: OrderTerms; readonly below: OrderTerms },
  rules: MarketRules,
): readonly [below: PriceTerms, above: PriceTerms] {
  const [stop, other] = side === 'SELL' ? [below, above] : [above, below]
  if (stop.type !== 'STOP_LOSS' && stop.type !== 'STOP_LOSS_LIMIT') {
    const where = side === 'SELL' ? 'below' : 'above'
    throw new RangeError(
      `${where} of a pair must be a STOP_LOSS or STOP_LOSS_LIMIT, was ${stop.type ?? 'MARKET'}`,
    )
  }
  if (other.type !== 'LIMIT_MAKER' && !other.type?.startsWith('TAKE_PROFIT')) {
    const where = side === 'SELL' ? 'above' : 'below'
    throw new RangeError(
      `${where} of a pair must be a LIMIT_MAKER, TAKE_PROFIT or TAKE_PROFIT_LIMIT, was ${other.type ?? 'MARKET'}`,
    )
  }
  const [lower, upper] = [pricesOf(side, below, rules), pricesOf(side, above, rules)]
  if (!lower || !upper) throw new RangeError('a pair must be of orders that rest')
  return [lower, upper]
}

/**
 * The two orders of an OCO sale: the one below first. Throws a RangeError for a price that is none, and where the
 * one below is not below.
 */
export function legsOfOco(
  { above, below }: Pick<OcoSale, 'above' | 'below'>,
  rules: MarketRules,
): readonly [below: PriceTerms, above: PriceTerms] {
  const lower = pricesOf('SELL', below, rules)
  const upper = pricesOf('SELL', above, rules)
  if (!lower?.type.startsWith('STOP_LOSS')) {
    throw new RangeError(`below of oco must be a STOP_LOSS or STOP_LOSS_LIMIT, was ${below.type}`)
  }
  if (upper?.type !== 'LIMIT_MAKER' && !upper?.type.startsWith('TAKE_PROFIT')) {
    throw new RangeError(
      `above of oco must be a LIMIT_MAKER, TAKE_PROFIT or TAKE_PROFIT_LIMIT, was ${above.type}`,
    )
  }
  // As said, not as rounded: a pair that falls on one tick is no fault of the strategy.
  const { stopPrice: from } = below
  const to = above.type === 'LIMIT_MAKER' ? above.price : above.stopPrice
  if (from !== undefined && to !== undefined && !(from < to)) {
    throw new RangeError(
      `the stop of an oco must be below the price of its other order, was ${from} and ${to}`,
    )
  }
  return [lower, upper]
}
