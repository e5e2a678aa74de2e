/** An order on the simulated market's book, and how its trigger trails. Floor 2. */
import { type Amount, multiplyDown, numberOf, roundToAmount, subtract } from '../../model/amount.js'
import { isStop } from '../../model/order.js'
import { plainOrder, type SentOrder } from '../../model/sent-order.js'
import type { MarketRules } from '../../model/symbol-rules.js'
import { roundToTick } from './fill-model.js'
import { fallsToTrigger, type Priced } from './matching.js'

/** An order that works; plain data. */
export interface WorkingOrder extends Priced {
  order: SentOrder
  limit: number
  stop: number
  isTriggered: boolean
  /** Base filled so far. */
  executed: Amount
  /** The average true range at the bar that decided it, where that one prices it; else NaN. */
  signalAtr: number
  /** The best price since it trails: the highest for a sale. NaN before, and where it does not trail. */
  extreme: number
  /** Whether a bar left open what became of it. */
  isAmbiguous: boolean
  /** Whether it waits for the first order of its list to be filled. */
  isPending: boolean
  /** Whether it has left the book. */
  isDone: boolean
}

const NO_PRICE = Number.NaN

/** An order as it comes in. `price` is the last one known: a trailing stop without a price starts there. */
export function workingOrder(
  order: SentOrder,
  {
    signalAtr,
    price,
    rules,
  }: { readonly signalAtr: number; readonly price: number; readonly rules: MarketRules },
): WorkingOrder {
  const working: WorkingOrder = {
    order,
    limit: order.price === undefined ? NO_PRICE : numberOf(order.price, rules.priceScale),
    stop: NO_PRICE,
    isTriggered: false,
    executed: 0,
    signalAtr,
    extreme: NO_PRICE,
    isAmbiguous: false,
    isPending: isPendingOf(order),
    isDone: false,
  }
  if (!isStop(order)) return working
  if (order.stopPrice !== undefined) working.stop = numberOf(order.stopPrice, rules.priceScale)
  else trail(working, price, rules)
  return working
}

/** A market order written over one that is over: a new record for each would be a quarter of what it allocates. */
export function renewed(working: WorkingOrder, order: SentOrder, signalAtr: number): WorkingOrder {
  working.order = order
  working.limit = NO_PRICE
  working.stop = NO_PRICE
  working.isTriggered = false
  working.executed = 0
  working.signalAtr = signalAtr
  working.extreme = NO_PRICE
  working.isAmbiguous = false
  working.isPending = isPendingOf(order)
  working.isDone = false
  return working
}

/** Whether an order waits for another of its list. Most orders have no list: that is the faster question. */
function isPendingOf({ list, listRole }: SentOrder): boolean {
  return list !== undefined && listRole === 'PENDING'
}

/** An order for a snapshot: a copy, that goes on when this one does not. */
export function remembered(working: WorkingOrder): WorkingOrder {
  return { ...working, order: plainOrder(working.order) }
}

/** An order of a snapshot: JSON knows no NaN and gives `null` for it. */
export function revived(working: WorkingOrder): WorkingOrder {
  const { limit, stop, signalAtr, extreme } = working
  return {
    ...working,
    limit: limit ?? NO_PRICE,
    stop: stop ?? NO_PRICE,
    signalAtr: signalAtr ?? NO_PRICE,
    extreme: extreme ?? NO_PRICE,
  }
}

/** The order for which it waited is filled, at this price: it works from here on, and trails from here. */
export function bringIn(working: WorkingOrder, price: number, rules: MarketRules): void {
  working.isPending = false
  if (!isTrailing(working) || working.order.stopPrice !== undefined) return
  working.extreme = NO_PRICE
  trail(working, price, rules)
}

/** Whether its trigger follows the market. */
export function isTrailing({ order }: WorkingOrder): boolean {
  return order.trailingDelta !== undefined && isStop(order)
}

/** Whether a falling price reaches it. */
export function isFalling({ order, isTriggered }: WorkingOrder): boolean {
  return isStop(order) && !isTriggered ? fallsToTrigger(order) : order.side === 'BUY'
}

/** What it keeps from other orders: quote for a BUY, base for a SELL. */
export function lockOf({ order, stop, executed }: WorkingOrder, rules: MarketRules): Amount {
  if (order.type === 'MARKET') return 0
  const left = subtract(order.quantity ?? 0, executed)
  if (order.side === 'SELL') return left
  const price = order.price ?? roundToAmount(stop, 'nearest', rules.priceScale)
  return multiplyDown(price, left)
}

/** A price that the market has reached: a trailing trigger follows the best so far, on the tick. */
export function trail(working: WorkingOrder, price: number, rules: MarketRules): void {
  const { order, extreme } = working
  if (!isStop(order) || order.trailingDelta === undefined || working.isTriggered) return
  const falls = fallsToTrigger(order)
  const isBest = falls ? !(price <= extreme) : !(price >= extreme)
  if (!isBest) return
  working.extreme = price
  const distance = order.trailingDelta / 10_000
  const stop = price * (falls ? 1 - distance : 1 + distance)
  working.stop = numberOf(roundToTick(stop, falls ? 'down' : 'up', rules), rules.priceScale)
}
