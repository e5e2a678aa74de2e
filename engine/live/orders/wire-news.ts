/** What orders do on the wire and when, for those who count and measure. Floor 3. */
import type { OrderStatus, OrderType, Side } from '../../model/order.js'
import type { OrderPhase } from './order-track.js'

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

/** An order that is not over, as people look at it. Amounts are exact, as text. */
export interface OpenOrder {
  /** Client order id. */
  readonly id: string
  readonly side: Side
  readonly type: OrderType
  /** Of a limit; null where it has none. */
  readonly price: string | null
  /** In base; null where it was asked for in quote. */
  readonly quantity: string | null
  /** Base that has traded. */
  readonly executed: string
  readonly phase: OrderPhase
  /** Whether the session wants it back. */
  readonly isLeaving: boolean
  /** Milliseconds since it was decided, in the market's time. */
  readonly ageMs: number
}

/** Orders of a session on the exchange, at a glance. */
export interface OrdersGlance {
  /** Whether the account's events come. */
  readonly isHeard: boolean
  /** Milliseconds since the account's stream last said anything, an event or a ping; undefined before it is open. */
  readonly silentMs: number | undefined
  /** Whether the account was as it must be when it was last looked at. */
  readonly isClean: boolean
  /** Milliseconds since that look; undefined before the first. */
  readonly lookedMs: number | undefined
  /** Share of the price collar that the last order used; undefined without a collar, or an order. */
  readonly collarUsed?: number | undefined
  readonly symbols: readonly {
    readonly symbol: string
    /** Orders that are not over. */
    readonly open: number
    /** Those of which nobody knows whether they are there. */
    readonly unknown: number
    /** How long the oldest of those has been so, in milliseconds; 0 without any. */
    readonly unknownMs: number
    /** Those that are not over, oldest first; at most fifty. */
    readonly orders: readonly OpenOrder[]
    /** Why no new order of it goes out: the exchange lets none in. Null where it does. */
    readonly held: string | null
  }[]
}
