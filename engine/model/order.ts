/** Orders: what was asked for, in the exchange's words. Floor 0. */
import type { Units } from './money.js'
import type { EpochMs } from './time.js'

/** Which way an order trades. */
export type Side = 'BUY' | 'SELL'

/** Types of Binance Spot orders. */
export type OrderType =
  | 'MARKET'
  | 'LIMIT'
  | 'LIMIT_MAKER'
  | 'STOP_LOSS'
  | 'STOP_LOSS_LIMIT'
  | 'TAKE_PROFIT'
  | 'TAKE_PROFIT_LIMIT'

/** How long an order stays. */
export type TimeInForce = 'GTC' | 'IOC' | 'FOK'

/** Statuses of an order, spelled as on the exchange. `UNKNOWN` is a live shell's: no answer yet. */
export type OrderStatus =
  | 'NEW'
  | 'PENDING_NEW'
  | 'PARTIALLY_FILLED'
  | 'FILLED'
  | 'CANCELED'
  | 'REJECTED'
  | 'EXPIRED'
  | 'EXPIRED_IN_MATCH'
  | 'UNKNOWN'

/**
 * Number of an order within its session, from 1. The id on the wire and in files is
 * `clientOrderId` of the session, the decision's bar and this number.
 */
export type OrderNumber = number

/** What every order carries. */
interface OrderCommon {
  readonly number: OrderNumber
  /** Index into the session's symbols. */
  readonly symbolIndex: number
  readonly side: Side
  /** Close of the bar that decided. */
  readonly decisionTime: EpochMs
  /** Open of the bar that decided: part of the order's id. */
  readonly decisionOpenTime: EpochMs
  /** The strategy's own word for it; empty when it gave none. */
  readonly tag: string
  /** Number of the first order of its list: where one cancels the other (OCO), or brings others in (OTO). */
  readonly list?: OrderNumber
  /** In a list that brings orders in: whether it comes first, or waits until that one is filled. */
  readonly listRole?: 'WORKING' | 'PENDING'
  /** The order that is taken back for it. */
  readonly replaces?: Replaced
}

/**
 * What becomes of an order whose predecessor could not be taken back: with STOP_ON_FAILURE it is not sent, with
 * ALLOW_FAILURE it is.
 */
export type ReplaceMode = 'STOP_ON_FAILURE' | 'ALLOW_FAILURE'

/** The order in whose place another is sent. */
export interface Replaced {
  readonly order: OrderNumber
  /** Open of the bar that decided it: part of its id. */
  readonly openTime: EpochMs
  readonly mode: ReplaceMode
  /** Whether the exchange is to do both in one step, and neither if the order has traded; else one after the other. */
  readonly isAtOnce: boolean
}

/** How much: in base, or (MARKET only) in quote. Exactly one is there. */
export type OrderSize =
  | { readonly quantity: Units; readonly quoteQuantity?: never }
  | { readonly quoteQuantity: Units; readonly quantity?: never }

interface BaseSized {
  readonly quantity: Units
}

/** An order that takes what the market offers. */
export type MarketOrder = OrderCommon & { readonly type: 'MARKET' } & OrderSize

/** An order as it was sent. A field that only one type has is there only on that type. */
export type Order =
  | MarketOrder
  | (OrderCommon &
      (
        | ({ readonly type: 'LIMIT'; readonly price: Units; readonly timeInForce: TimeInForce } & BaseSized)
        | ({ readonly type: 'LIMIT_MAKER'; readonly price: Units } & BaseSized)
        | ({ readonly type: 'STOP_LOSS' | 'TAKE_PROFIT' } & Trigger & BaseSized)
        | ({
            readonly type: 'STOP_LOSS_LIMIT' | 'TAKE_PROFIT_LIMIT'
            readonly price: Units
            readonly timeInForce: TimeInForce
          } & Trigger &
            BaseSized)
      ))

/** What sets a stop off: a price, a distance that trails (basis points), or a distance that trails from a price on. */
interface Trigger {
  readonly stopPrice?: Units
  readonly trailingDelta?: number
}

/** An order that rests or waits for its trigger: any but MARKET. */
export type RestingOrder = Exclude<Order, MarketOrder>

/** An order that a price sets off. */
export type StopOrder = Extract<Order, Trigger & { readonly type: `${'STOP_LOSS' | 'TAKE_PROFIT'}${string}` }>

/** Whether a price sets the order off. */
export function isStop(order: Order): order is StopOrder
export function isStop(order: { readonly type: OrderType }): boolean
export function isStop({ type }: { readonly type: OrderType }): boolean {
  return type !== 'MARKET' && type !== 'LIMIT' && type !== 'LIMIT_MAKER'
}

/** Whether it is the second of a pair of which one ends the other: both hold the same asset once. */
export function isSecondOfPair({
  list,
  listRole,
  number,
}: {
  readonly number: OrderNumber
  readonly list?: OrderNumber | undefined
  readonly listRole?: 'WORKING' | 'PENDING' | undefined
}): boolean {
  if (list === undefined || listRole === 'WORKING') return false
  return number > (listRole === 'PENDING' ? list + 1 : list)
}

/** An order and what became of it. */
export interface OrderRecord {
  readonly order: Order
  readonly status: OrderStatus
  /** Base bought or sold so far. */
  readonly executedQuantity: Units
  /** Why it was rejected, expired or canceled; empty when there is nothing to say. */
  readonly reason: string
  /** When it was filled whole, rejected, expired or canceled; absent while it can still trade. */
  readonly endTime?: EpochMs
}

/** Whether an order of this status can still trade. */
export function isOpen(status: OrderStatus): boolean {
  return status === 'NEW' || status === 'PENDING_NEW' || status === 'PARTIALLY_FILLED' || status === 'UNKNOWN'
}

/** What an order's id is made of, besides its session. */
export type ClientOrder = Pick<Order, 'number' | 'decisionOpenTime'>

/**
 * Id of an order on the wire and in files, at most 36 characters: a pure function of the session's
 * epoch, the strategy's hash, the open time of the deciding bar and the order's number.
 */
export function clientOrderId(session: SessionIdentity, order: ClientOrder): string {
  return `nb${session.epoch}-${session.hash6}-${order.decisionOpenTime.toString(36)}-${order.number}`
}

/** Which session an order belongs to: its epoch (0 in a backtest) and six hex digits of its strategy. */
export interface SessionIdentity {
  readonly epoch: number
  readonly hash6: string
}
