/** An order on the exchange, and what has become of it. Floor 3. */
import type { WorkingOrder } from '../../core/market/working-order.js'
import type { Units } from '../../model/money.js'
import type { OrderType, Side, TimeInForce } from '../../model/order.js'
import type { ExpiryReason, SelfTradePrevention, WireOrderStatus } from '../../venue/order-wire.js'
import type { Account } from '../accounts/account.js'
import type { ListedSymbol } from '../listed-symbol.js'

/** An order as its owner asked for it, checked for form. Amounts that it has not are 0. */
export interface OrderSpec {
  readonly side: Side
  readonly type: OrderType
  readonly timeInForce: TimeInForce
  readonly quantity: Units
  readonly quoteQuantity: Units
  readonly price: Units
  readonly stopPrice: Units
  /** Basis points; undefined where the stop stands still. */
  readonly trailingDelta: number | undefined
  readonly icebergQuantity: Units
  readonly clientOrderId: string | undefined
  readonly strategyId: number | undefined
  readonly strategyType: number | undefined
  readonly prevention: SelfTradePrevention
}

/** One fill of an order. */
export interface OrderFill {
  readonly tradeId: number
  readonly price: Units
  readonly quantity: Units
  readonly quote: Units
  readonly commission: Units
  readonly commissionAsset: string
  readonly time: number
  readonly isMaker: boolean
}

/** A reduction that its owner asked for. */
export interface OrderAmendment {
  readonly executionId: number
  readonly origClientOrderId: string
  readonly newClientOrderId: string
  readonly origQty: Units
  readonly newQty: Units
  readonly time: number
}

/** Orders of which one ends the other, or brings them in. */
export interface OrderList {
  readonly id: number
  readonly clientOrderId: string
  readonly contingency: 'OCO' | 'OTO'
  readonly listed: ListedSymbol
  readonly account: Account
  /** In the order in which answers show them. */
  readonly orders: ExchangeOrder[]
  /** Those that wait for the working order to be filled. */
  pending: ExchangeOrder[]
  /** What the two legs of an OCO hold together, while both are there. */
  locked: Units
  time: number
  isDone: boolean
}

/** An order and its state; the desk alone changes it. */
export interface ExchangeOrder {
  readonly id: number
  readonly listed: ListedSymbol
  readonly account: Account
  readonly spec: OrderSpec
  clientOrderId: string
  list: OrderList | undefined
  status: WireOrderStatus
  /** What is asked for: less than in `spec` once amended, known at the end for orders in quote. */
  quantity: Units
  executed: Units
  /** Quote of all fills. */
  quote: Units
  readonly fills: OrderFill[]
  /** Taken by self-trade prevention. */
  prevented: Units
  preventedMatchId: number | undefined
  readonly amendments: OrderAmendment[]
  readonly time: number
  updateTime: number
  /** −1 while it has not been on the book. */
  workingTime: number
  /** Since when it trails; −1 before. */
  trailingTime: number
  expiryReason: ExpiryReason | undefined
  /** As the matching sees it. */
  readonly working: WorkingOrder
  /** What it holds of its owner's balance. */
  locked: Units
  /** Queries do not find it before this moment of the machine's clock. */
  hiddenUntil: number
}

/** Whether it can still trade. */
export function isOpenOrder({ status }: ExchangeOrder): boolean {
  return status === 'NEW' || status === 'PARTIALLY_FILLED' || status === 'PENDING_NEW'
}

/** Whether a price sets it off, and has not yet. */
export function isWaitingStop({ spec, working }: ExchangeOrder): boolean {
  return isStopType(spec.type) && !working.isTriggered
}

/** Whether orders of this type wait for a price. */
export function isStopType(type: OrderType): boolean {
  return type.startsWith('STOP_LOSS') || type.startsWith('TAKE_PROFIT')
}

/** Whether it stands on the book, where others can meet it. */
export function isResting(order: ExchangeOrder): boolean {
  return isOpenOrder(order) && order.status !== 'PENDING_NEW' && !isWaitingStop(order)
}

/** What is left to trade. */
export function leftOf({ quantity, executed, prevented }: ExchangeOrder): Units {
  return quantity - executed - prevented
}
