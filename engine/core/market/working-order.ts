/** An order on the simulated market's book, and how its trigger trails. Floor 2. */
import { type Amount, multiplyDown, numberOf, roundToAmount, subtract, toAmount } from '../../model/amount.js'
import { toNumber } from '../../model/money.js'
import { isStop, type Order } from '../../model/order.js'
import type { MarketRules } from '../../model/symbol-rules.js'
import { roundToTick } from './fill-model.js'
import { fallsToTrigger, type Priced } from './matching.js'

/** An order that works; plain data. */
export interface WorkingOrder extends Priced {
  readonly order: Order
  readonly limit: number
  stop: number
  isTriggered: boolean
  /** Base filled so far. */
  executed: Amount
  /** The average true range at the bar that decided it, where that one prices it; else NaN. */
  readonly signalAtr: number
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
  order: Order,
  {
    signalAtr,
    price,
    rules,
  }: { readonly signalAtr: number; readonly price: number; readonly rules: MarketRules },
): WorkingOrder {
  const working: WorkingOrder = {
    order,
    limit: 'price' in order ? toNumber(order.price, rules.priceScale) : NO_PRICE,
    stop: NO_PRICE,
    isTriggered: false,
    executed: 0,
    signalAtr,
    extreme: NO_PRICE,
    isAmbiguous: false,
    isPending: order.listRole === 'PENDING',
    isDone: false,
  }
  if (order.type === 'MARKET' || !isStop(order)) return working
  if (order.stopPrice !== undefined) working.stop = toNumber(order.stopPrice, rules.priceScale)
  else trail(working, price, rules)
  return working
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
  if (!isTrailing(working) || ('stopPrice' in working.order && working.order.stopPrice !== undefined)) return
  working.extreme = NO_PRICE
  trail(working, price, rules)
}

/** Whether its trigger follows the market. */
export function isTrailing({ order }: WorkingOrder): boolean {
  return isStop(order) && order.trailingDelta !== undefined
}

/** Whether a falling price reaches it. */
export function isFalling({ order, isTriggered }: WorkingOrder): boolean {
  return isStop(order) && !isTriggered ? fallsToTrigger(order) : order.side === 'BUY'
}

/** What it keeps from other orders: quote for a BUY, base for a SELL. */
export function lockOf({ order, stop, executed }: WorkingOrder, rules: MarketRules): Amount {
  if (order.type === 'MARKET') return 0
  const left = subtract(toAmount(order.quantity), executed)
  if (order.side === 'SELL') return left
  const price = 'price' in order ? toAmount(order.price) : roundToAmount(stop, 'nearest', rules.priceScale)
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
