/** What orders do on the wire and when, for those who count and measure. Floor 3. */
import type { OrderStatus, OrderType, Side } from '../../model/order.js'

/** Something that is counted or measured; nobody is woken by it. */
export type WireNews =
  /** An order goes on the wire: so long behind the input that asked for it. */
  | { readonly kind: 'SENT'; readonly symbol: string; readonly afterMs: number }
  /** The exchange has answered an order, or has not: so long behind its sending. */
  | {
      readonly kind: 'ANSWERED'
      readonly symbol: string
      readonly result: 'done' | 'refused' | 'unknown' | 'halt'
      readonly ms: number
    }
  /** The session has heard how an order stands. */
  | {
      readonly kind: 'ORDER_STATUS'
      readonly symbol: string
      readonly side: Side
      readonly type: OrderType
      readonly status: OrderStatus
    }
  /** The account was looked at: what of each kind was not as it must be. Undefined where the exchange did not say. */
  | {
      readonly kind: 'RECONCILED'
      readonly differences: Readonly<Record<DifferenceKind, number>> | undefined
    }

/** In what an account may differ from what is known. */
export type DifferenceKind = 'orders' | 'trades' | 'balances'

/** Orders of a session on the exchange, at a glance. */
export interface OrdersGlance {
  /** Whether the account's events come. */
  readonly isHeard: boolean
  /** Whether the account was as it must be when it was last looked at. */
  readonly isClean: boolean
  /** Milliseconds since that look; undefined before the first. */
  readonly lookedMs: number | undefined
  readonly symbols: readonly {
    readonly symbol: string
    /** Orders that are not over. */
    readonly open: number
    /** Those of which nobody knows whether they are there. */
    readonly unknown: number
    /** How long the oldest of those has been so, in milliseconds; 0 without any. */
    readonly unknownMs: number
  }[]
}
