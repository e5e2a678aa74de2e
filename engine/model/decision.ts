/** Decisions: what a strategy asked for at a bar's close, before it became an order. Floor 0. */
import type { Units } from './money.js'
import type { OrderNumber, OrderType, ReplaceMode, Side, TimeInForce } from './order.js'
import type { EpochMs } from './time.js'

/** What was asked for. */
export type Ask =
  | { readonly kind: 'TARGET'; readonly weight: number }
  | ({
      readonly kind: 'ORDER'
      readonly side: Side
      readonly quantity?: Units
      readonly quoteQuantity?: Units
      readonly exits?: Exits
    } & Partial<OrderPrices>)
  | { readonly kind: 'EXITS'; readonly exits: Exits }
  | {
      readonly kind: 'OCO'
      readonly quantity: Units
      readonly below: OrderPrices
      readonly above: OrderPrices
    }
  | {
      readonly kind: 'OTO'
      readonly working: ListOrder
      /** One order, or a pair of which one ends the other: the one below first. */
      readonly pending: readonly ListOrder[]
    }
  | ({
      readonly kind: 'REPLACE'
      readonly mode: ReplaceMode
      readonly side: Side
      readonly quantity?: Units
      readonly quoteQuantity?: Units
    } & Partial<OrderPrices>)
  | { readonly kind: 'CLOSE' }
  | { readonly kind: 'CANCEL' }

/** Type and prices of an order that is no market order. */
export interface OrderPrices {
  readonly type: Exclude<OrderType, 'MARKET'>
  readonly price?: Units
  readonly stopPrice?: Units
  readonly trailingDelta?: number
  readonly timeInForce?: TimeInForce
}

/** An order of a list: at market where it has no type. */
export interface ListOrder extends Partial<OrderPrices> {
  readonly side: Side
  readonly quantity: Units
}

/** How a position is left: at a loss, at a gain, or behind the best price by so many basis points. */
export interface Exits {
  readonly stop?: Units
  readonly takeProfit?: Units
  readonly trailingDelta?: number
}

/** One ask that led to an order or a cancel; what changes nothing is no decision. */
export interface Decision {
  /** Close of the bar at which it was taken. */
  readonly time: EpochMs
  readonly symbolIndex: number
  readonly ask: Ask
  readonly tag: string
  /** Orders that it took back. */
  readonly cancels: readonly OrderNumber[]
  /** The order that it became; undefined when it only took orders back. */
  readonly orderNumber: OrderNumber | undefined
}
