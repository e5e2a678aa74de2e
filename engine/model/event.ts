/**
 * Every input of a Session. Recorded in order they are a ledger; fed again they give the same
 * decisions. Floor 0.
 */
import type { Bar } from './bars.js'
import type { Fill } from './fill.js'
import type { OrderNumber, OrderStatus } from './order.js'
import type { EpochMs } from './time.js'

/** A fill as a broker reports it: which trade it belongs to is the Session's to say. */
export type Execution = Omit<Fill, 'tradeNumber'>

/** What became of an order, other than a fill. */
export interface OrderEvent {
  readonly kind: 'ORDER'
  readonly orderNumber: OrderNumber
  readonly status: OrderStatus
  readonly time: EpochMs
  readonly reason: string
}

/** An execution. `isFinal` when nothing of its order is left to fill. */
export interface FillEvent {
  readonly kind: 'FILL'
  readonly execution: Execution
  readonly isFinal: boolean
}

/** What a broker tells: it answers `submit` and `cancel` in no other way. */
export type BrokerEvent = OrderEvent | FillEvent

/** An input of a Session. Bars carry their values, so that a ledger can be replayed on its own. */
export type SessionEvent =
  | { readonly kind: 'START'; readonly time: EpochMs; readonly epoch: number; readonly mode: string }
  | { readonly kind: 'BAR'; readonly symbolIndex: number; readonly bar: Bar }
  | BrokerEvent
  | { readonly kind: 'TIMER'; readonly time: EpochMs; readonly timer: string }
  | { readonly kind: 'HALT'; readonly time: EpochMs; readonly reason: string }
  | { readonly kind: 'CLEAR'; readonly time: EpochMs; readonly reason: string }
