/**
 * Orders as they stand in Binance Spot's answers, field by field as on the wire: decimals are texts, ids and
 * times numbers. Shared by the live shell, which reads them, and the local exchange, which writes them. Floor 2.
 */
import type { OrderType, Side, TimeInForce } from '../model/order.js'

/** Statuses of an order on the wire. New words come without notice: a reader must expect others. */
export type WireOrderStatus =
  | 'NEW'
  | 'PENDING_NEW'
  | 'PARTIALLY_FILLED'
  | 'FILLED'
  | 'CANCELED'
  | 'REJECTED'
  | 'EXPIRED'
  | 'EXPIRED_IN_MATCH'

/** What happens between orders of one account. */
export type SelfTradePrevention =
  | 'NONE'
  | 'EXPIRE_TAKER'
  | 'EXPIRE_MAKER'
  | 'EXPIRE_BOTH'
  | 'DECREMENT'
  | 'TRANSFER'

/** Why an order ended without being filled or canceled by its owner. */
export type ExpiryReason =
  | 'NONE'
  | 'REJECTED'
  | 'EXCHANGE_CANCELED'
  | 'OCO_TRIGGER'
  | 'OTO_PHASE_ONE_EXPIRED'
  | 'UNFILLED_IOC_QUANTITY_EXPIRED'
  | 'UNFILLED_FOK_ORDER_EXPIRED'
  | 'INSUFFICIENT_LIQUIDITY'
  | 'EXECUTION_RULE_PRICE_RANGE_EXCEEDED'

/** An answer that says only that the order was taken. */
export interface OrderAck {
  readonly symbol: string
  readonly orderId: number
  /** −1 where it is of no list. */
  readonly orderListId: number
  readonly clientOrderId: string
  readonly transactTime: number
}

/** What an order may carry besides. */
export interface OrderExtras {
  readonly stopPrice?: string
  readonly trailingDelta?: number
  readonly trailingTime?: number
  readonly icebergQty?: string
  readonly strategyId?: number
  readonly strategyType?: number
  readonly preventedMatchId?: number
  readonly preventedQuantity?: string
  readonly expiryReason?: ExpiryReason
}

/** How far the order is. `cummulativeQuoteQty` is spelled so on the wire. */
export interface OrderState {
  readonly price: string
  readonly origQty: string
  readonly executedQty: string
  readonly origQuoteOrderQty: string
  readonly cummulativeQuoteQty: string
  readonly status: WireOrderStatus
  readonly timeInForce: TimeInForce
  readonly type: OrderType
  readonly side: Side
  readonly selfTradePreventionMode: SelfTradePrevention
}

/** An answer with the order's state. */
export interface OrderResult extends OrderAck, OrderState, OrderExtras {
  readonly workingTime: number
}

/** One fill in an answer. */
export interface OrderFillWire {
  readonly price: string
  readonly qty: string
  readonly commission: string
  readonly commissionAsset: string
  readonly tradeId: number
}

/** An answer with the fills made so far; none for an order that rests. */
export interface OrderFull extends OrderResult {
  readonly fills: readonly OrderFillWire[]
}

/** What answers a cancel: `clientOrderId` is the cancel's, `origClientOrderId` the order's. */
export interface CancelAnswer extends OrderAck, OrderState, OrderExtras {
  readonly origClientOrderId: string
}

/** An order as queries show it. */
export interface QueriedOrder extends Omit<OrderAck, 'transactTime'>, OrderState, OrderExtras {
  readonly stopPrice: string
  readonly icebergQty: string
  readonly time: number
  readonly updateTime: number
  readonly isWorking: boolean
  /** −1 where it never was on the book. */
  readonly workingTime: number
}

/** A row of `GET /api/v3/myTrades`. */
export interface AccountTrade {
  readonly symbol: string
  readonly id: number
  readonly orderId: number
  readonly orderListId: number
  readonly price: string
  readonly qty: string
  readonly quoteQty: string
  readonly commission: string
  readonly commissionAsset: string
  readonly time: number
  readonly isBuyer: boolean
  readonly isMaker: boolean
  readonly isBestMatch: boolean
}

/** A list of orders of which one cancels the other, or one brings in the others. */
export interface OrderListAnswer {
  readonly orderListId: number
  readonly contingencyType: 'OCO' | 'OTO'
  readonly listStatusType: 'RESPONSE' | 'EXEC_STARTED' | 'UPDATED' | 'ALL_DONE'
  readonly listOrderStatus: 'EXECUTING' | 'ALL_DONE' | 'REJECT'
  readonly listClientOrderId: string
  readonly transactionTime: number
  readonly symbol: string
  readonly orders: readonly {
    readonly symbol: string
    readonly orderId: number
    readonly clientOrderId: string
  }[]
}

/** An asset of an account. */
export interface WireBalance {
  readonly asset: string
  readonly free: string
  readonly locked: string
}

/** An error of the exchange. */
export interface WireError {
  readonly code: number
  readonly msg: string
  readonly data?: unknown
}
