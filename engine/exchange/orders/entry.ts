/** What an order must meet when it comes to the desk, by the book as it stands. Floor 3. */
import { matchFirstOpen } from '../../core/market/matching.js'
import { divideDown, floorTo, type Units } from '../../model/money.js'
import { Rejection } from '../rejection.js'
import { type ExchangeOrder, isStopType } from './exchange-order.js'
import type { Matcher } from './matcher.js'
import { holdingOf } from './settlement.js'

/** Throws −2010 on a post that would take and on a stop that has been reached already. */
export function checkEntry(order: ExchangeOrder, matcher: Matcher): void {
  const { spec, listed, working } = order
  if (spec.type === 'LIMIT_MAKER' && matcher.bestAgainst(order) !== undefined) {
    throw new Rejection(-2010, 'Order would immediately match and take.')
  }
  const last = listed.market.lastPrice
  if (
    isStopType(spec.type) &&
    spec.stopPrice > 0n &&
    matchFirstOpen(working, last, last)?.kind === 'REJECT'
  ) {
    throw new Rejection(-2010, 'Order would trigger immediately.')
  }
}

/** What an account must have free: all of it at the price of the book for what takes at once. */
export function fundsFor(order: ExchangeOrder, matcher: Matcher): Units {
  const { spec } = order
  if (spec.type !== 'MARKET') return holdingOf(order)
  if (spec.quoteQuantity > 0n) {
    if (spec.side === 'BUY') return spec.quoteQuantity
    const best = matcher.bestAgainst(order)
    return best === undefined
      ? 0n
      : floorTo(divideDown(spec.quoteQuantity, best), order.listed.rules.stepSize)
  }
  return spec.side === 'SELL' ? spec.quantity : matcher.preview(order).quote
}
