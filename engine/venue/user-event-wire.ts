/**
 * Events of a user data stream as they stand on the wire, with the exchange's one-letter keys. Floor 2.
 *
 * The trap among them: on a cancel `c` is the cancel's own id and `C` the order's; else `C` is empty.
 */
import type { OrderType, Side, TimeInForce } from '../model/order.js'
import type { ExpiryReason, SelfTradePrevention, WireOrderStatus } from './order-wire.js'

/** What happened to an order. */
export type ExecutionType =
  | 'NEW'
  | 'CANCELED'
  | 'REPLACED'
  | 'REJECTED'
  | 'TRADE'
  | 'EXPIRED'
  | 'TRADE_PREVENTION'

/** Something happened to an order. Amounts are texts, times UTC milliseconds of the market. */
export interface ExecutionReport {
  readonly e: 'executionReport'
  readonly E: number
  /** Symbol. */
  readonly s: string
  /** Client order id; of a cancel, the cancel's. */
  readonly c: string
  readonly S: Side
  readonly o: OrderType
  readonly f: TimeInForce
  /** Quantity, price, stop price, iceberg quantity. */
  readonly q: string
  readonly p: string
  readonly P: string
  /** Distance of a trailing stop in basis points, and since when it trails. */
  readonly d?: number
  readonly D?: number
  readonly F: string
  /** Order list id, −1 for none. */
  readonly g: number
  /** Of a cancel or replacement, the client order id of the order; else empty. */
  readonly C: string
  readonly x: ExecutionType
  readonly X: WireOrderStatus
  /** Why it was rejected. */
  readonly r: string
  readonly i: number
  /** Quantity and price of this fill, quantity and quote of all fills. */
  readonly l: string
  readonly z: string
  readonly L: string
  readonly n: string
  readonly N: string | null
  readonly T: number
  /** Trade id, −1 without a trade. */
  readonly t: number
  readonly v?: number
  /** Execution id. */
  readonly I: number
  /** Whether it is on the book. */
  readonly w: boolean
  /** Whether this fill gave liquidity. */
  readonly m: boolean
  readonly M: boolean
  readonly O: number
  readonly Z: string
  readonly Y: string
  readonly Q: string
  /** Since when it has been on the book; absent for one that never was. */
  readonly W?: number
  readonly V: SelfTradePrevention
  readonly j?: number
  readonly J?: number
  /** Quantity that self-trade prevention took, in all and this time. */
  readonly A?: string
  readonly B?: string
  readonly u?: number
  readonly U?: number
  readonly Cs?: string
  readonly pl?: string
  readonly pL?: string
  readonly pY?: string
  readonly eR?: ExpiryReason
}

/** The balances that may have changed, as they are now. */
export interface AccountPosition {
  readonly e: 'outboundAccountPosition'
  readonly E: number
  readonly u: number
  readonly B: readonly { readonly a: string; readonly f: string; readonly l: string }[]
}

/** A deposit, a withdrawal or a transfer. */
export interface BalanceUpdate {
  readonly e: 'balanceUpdate'
  readonly E: number
  readonly a: string
  readonly d: string
  readonly T: number
}

/** A list of orders changed. */
export interface ListStatus {
  readonly e: 'listStatus'
  readonly E: number
  readonly s: string
  readonly g: number
  readonly c: 'OCO' | 'OTO'
  readonly l: 'RESPONSE' | 'EXEC_STARTED' | 'UPDATED' | 'ALL_DONE'
  readonly L: 'EXECUTING' | 'ALL_DONE' | 'REJECT'
  readonly r: string
  readonly C: string
  readonly T: number
  readonly O: readonly { readonly s: string; readonly i: number; readonly c: string }[]
}

/** A subscription ended: by logout, by unsubscribing, or because its key did. */
export interface StreamTerminated {
  readonly e: 'eventStreamTerminated'
  readonly E: number
}

/** Any event of a user data stream. */
export type UserEvent = ExecutionReport | AccountPosition | BalanceUpdate | ListStatus | StreamTerminated

/** An event as it comes over the WebSocket API. */
export interface WrappedUserEvent {
  readonly subscriptionId: number
  readonly event: UserEvent
}
