/** Decisions: what a strategy asked for at a bar's close, before it became an order. Floor 0. */
import type { Units } from './money.js'
import type { OrderNumber, Side } from './order.js'
import type { EpochMs } from './time.js'

/** What was asked for. */
export type Ask =
  | { readonly kind: 'TARGET'; readonly weight: number }
  | { readonly kind: 'ORDER'; readonly side: Side; readonly quantity?: Units; readonly quoteQuantity?: Units }
  | { readonly kind: 'CLOSE' }
  | { readonly kind: 'CANCEL' }

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
