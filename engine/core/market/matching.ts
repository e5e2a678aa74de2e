/**
 * What a bar does to one order: pure rules, the same for backtest, paper, dry-run and the local exchange.
 * Prices are compared as the doubles next to their decimals, so that equal decimals are equal. Floor 2.
 *
 * Source: README, "How orders fill"; the exchange's own rules where a bar can tell them.
 */
import { isStop } from '../../model/order.js'
import type { SentOrder } from '../../model/sent-order.js'
import type { MarketSettings } from '../../model/settings.js'

/** Prices of a bar, or of a piece of one where finer data are given. */
export interface Range {
  readonly open: number
  readonly high: number
  readonly low: number
}

/** An order as the matching sees it: its prices as doubles, NaN where it has none. */
export interface Priced {
  readonly order: SentOrder
  readonly limit: number
  /** What sets it off; a trailing one moves. */
  readonly stop: number
  /** Whether it has been set off. */
  readonly isTriggered: boolean
  /** The best price since it trails; NaN before, and where it does not trail. */
  readonly extreme: number
}

/** What happens to an order. */
export type Match =
  /** Takes what is offered, from this price: with slippage, and no worse than its limit where it has one. */
  | { readonly kind: 'TAKE'; readonly from: number }
  /** Fills at its own limit. */
  | { readonly kind: 'MAKE' }
  /** Is set off, and rests at its limit from then on. */
  | { readonly kind: 'TRIGGER' }
  | { readonly kind: 'REJECT'; readonly reason: string }
  | { readonly kind: 'EXPIRE'; readonly reason: string }

const MAKE: Match = { kind: 'MAKE' }

/** When an order that the market has not seen meets its first open. `last` is the last close before that open. */
export function matchFirstOpen(priced: Priced, open: number, last: number): Match | undefined {
  const { order, limit } = priced
  switch (order.type) {
    case 'MARKET':
      return { kind: 'TAKE', from: open }
    case 'LIMIT':
      if (isBetter(order, open, limit)) return { kind: 'TAKE', from: open }
      if (order.timeInForce === 'IOC') return { kind: 'EXPIRE', reason: 'UNFILLED_IOC_QUANTITY_EXPIRED' }
      if (order.timeInForce === 'FOK') return { kind: 'EXPIRE', reason: 'UNFILLED_FOK_ORDER_EXPIRED' }
      return undefined
    case 'LIMIT_MAKER':
      return isBetter(order, open, limit) ? { kind: 'REJECT', reason: 'WOULD_MATCH_IMMEDIATELY' } : undefined
    case 'STOP_LOSS':
    case 'STOP_LOSS_LIMIT':
    case 'TAKE_PROFIT':
    case 'TAKE_PROFIT_LIMIT':
      if (waitsToTrail(priced) ? isReached(priced, order, last) : isSetOff(priced, order, last)) {
        return { kind: 'REJECT', reason: 'STOP_PRICE_WOULD_TRIGGER_IMMEDIATELY' }
      }
      return matchOpen(priced, open, 'through')
  }
}

/** When a bar opens on an order that rests: one the bar opens beyond fills at its own limit, a stop from the open. */
export function matchOpen(
  priced: Priced,
  open: number,
  limitFill: MarketSettings['limitFill'],
): Match | undefined {
  const { order, limit } = priced
  if (!isStop(order) || priced.isTriggered) return makesAt(order, limit, open, limitFill)
  if (!isSetOff(priced, order, open)) return undefined
  return setOff(order, limit, open)
}

/** What happens between a bar's open and its close, which came first among several left open. */
export function matchInside(
  priced: Priced,
  range: Range,
  limitFill: MarketSettings['limitFill'],
): Match | undefined {
  const { order, limit, stop } = priced
  if (!isStop(order) || priced.isTriggered) {
    return makesAt(order, limit, order.side === 'BUY' ? range.low : range.high, limitFill)
  }
  const extreme = fallsToTrigger(order) ? range.low : range.high
  return isSetOff(priced, order, extreme) ? setOff(order, limit, stop) : undefined
}

/**
 * Which of the orders that the same stretch of a bar reaches comes first in the worst case: what sells at
 * a loss, then what buys, then what sells at a gain. The best case is the other way round.
 */
export function worstFirst({ order }: Priced): number {
  if (order.side === 'BUY') return 1
  return order.type === 'STOP_LOSS' || order.type === 'STOP_LOSS_LIMIT' ? 0 : 2
}

/**
 * Whether a falling price sets the order off: a sale's stop, or a purchase's take-profit. One that trails
 * sells when the price falls from its best, and buys when it rises, whatever its type.
 */
export function fallsToTrigger(order: SentOrder): boolean {
  return order.trailingDelta === undefined ? fallsToStopPrice(order) : order.side === 'SELL'
}

/** Whether a falling price reaches the order's own stop price. */
export function fallsToStopPrice({ type, side }: Pick<SentOrder, 'type' | 'side'>): boolean {
  return (type === 'STOP_LOSS' || type === 'STOP_LOSS_LIMIT') === (side === 'SELL')
}

/** Whether it has a distance and a stop price, and the stop price, from which on it trails, is not reached yet. */
export function waitsToTrail({ order, extreme }: Priced): boolean {
  if (!isStop(order) || order.trailingDelta === undefined) return false
  return order.stopPrice !== undefined && Number.isNaN(extreme)
}

/** Whether a price reaches the stop price of an order that waits to trail. */
export function beginsToTrail(priced: Priced, price: number): boolean {
  return waitsToTrail(priced) && isStop(priced.order) && isReached(priced, priced.order, price)
}

function isReached({ stop }: Priced, order: SentOrder, price: number): boolean {
  return fallsToStopPrice(order) ? price <= stop : price >= stop
}

function isSetOff(priced: Priced, order: SentOrder, price: number): boolean {
  if (waitsToTrail(priced)) return false
  return fallsToTrigger(order) ? price <= priced.stop : price >= priced.stop
}

function setOff(order: SentOrder, limit: number, price: number): Match {
  const { timeInForce, type } = order
  const hasLimit = type === 'STOP_LOSS_LIMIT' || type === 'TAKE_PROFIT_LIMIT'
  if (!hasLimit || isBetter(order, price, limit)) return { kind: 'TAKE', from: price }
  if (timeInForce === 'GTC') return { kind: 'TRIGGER' }
  return {
    kind: 'EXPIRE',
    reason: `UNFILLED_${timeInForce}_${timeInForce === 'IOC' ? 'QUANTITY' : 'ORDER'}_EXPIRED`,
  }
}

function makesAt(
  { side }: SentOrder,
  limit: number,
  price: number,
  limitFill: MarketSettings['limitFill'],
): Match | undefined {
  const isReached =
    limitFill === 'touch'
      ? side === 'BUY'
        ? price <= limit
        : price >= limit
      : side === 'BUY'
        ? price < limit
        : price > limit
  return isReached ? MAKE : undefined
}

/** Whether a price is better than the order's limit: below it for a BUY, above it for a SELL. */
function isBetter({ side }: SentOrder, price: number, limit: number): boolean {
  return side === 'BUY' ? price < limit : price > limit
}
