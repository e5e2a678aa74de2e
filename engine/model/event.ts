/**
 * Every input of a Session. Recorded in order they are a ledger; fed again they give the same
 * decisions. Floor 0.
 */
import { type InAmounts, unitsOf } from './amount.js'
import type { Bar } from './bars.js'
import { type Fill, slippageOf } from './fill.js'
import type { Units } from './money.js'
import type { OrderNumber, OrderStatus } from './order.js'
import type { SymbolRules } from './symbol-rules.js'
import type { EpochMs } from './time.js'

/** A fill as a broker reports it: which trade it belongs to is the Session's to say, and its slippage follows from it. */
export type Execution = InAmounts<Omit<Fill, 'tradeNumber' | 'slippage'>>

/** What became of an order, other than a fill. */
export interface OrderEvent {
  readonly kind: 'ORDER'
  readonly orderNumber: OrderNumber
  readonly status: OrderStatus
  readonly time: EpochMs
  readonly reason: string
  /** The exchange's own number of the order, as text; absent where none has been told, and in simulations. */
  readonly exchangeOrderId?: string
}

/** An execution. `isFinal` when nothing of its order is left to fill. */
export interface FillEvent {
  readonly kind: 'FILL'
  readonly execution: Execution
  readonly isFinal: boolean
  /** The exchange's number of the trade, as text: a fill that comes twice is one. Absent in simulations. */
  readonly tradeId?: string
  /** The exchange's own number of the order: a fill may be the first that is heard of it. Absent in simulations. */
  readonly exchangeOrderId?: string
}

/** What a broker tells: it answers `submit` and `cancel` in no other way. */
export type BrokerEvent = OrderEvent | FillEvent

/** An execution as a record holds it: in units. */
export interface RecordedFill extends FillEvent {
  readonly execution: Omit<Fill, 'tradeNumber'>
}

/** What a broker told, as a record holds it. */
export function toRecord(event: BrokerEvent): OrderEvent | RecordedFill {
  if (event.kind === 'ORDER') return event
  const { execution } = event
  const { price, quantity, referencePrice } = execution
  return {
    ...event,
    execution: {
      ...execution,
      price: unitsOf(price),
      quantity: unitsOf(quantity),
      quote: unitsOf(execution.quote),
      commission: unitsOf(execution.commission),
      referencePrice: unitsOf(referencePrice),
      slippage: unitsOf(slippageOf(price, referencePrice, quantity)),
    },
  }
}

/** What a person, a limit or the process itself does to a session from outside. */
export type Intervention =
  | {
      readonly kind: 'START'
      readonly time: EpochMs
      readonly epoch: number
      readonly mode: string
      /** What its books hold, by asset. */
      readonly balances: Readonly<Record<string, Units>>
    }
  /** In order: no new orders until the next START, and open ones are taken back if `cancels`. */
  | { readonly kind: 'STOP'; readonly time: EpochMs; readonly reason: string; readonly cancels: boolean }
  /** No new orders, and open ones are taken back, until CLEAR. */
  | { readonly kind: 'HALT'; readonly time: EpochMs; readonly reason: string }
  | { readonly kind: 'CLEAR'; readonly time: EpochMs; readonly reason: string }
  /** No new purchases until RESUME. */
  | { readonly kind: 'PAUSE'; readonly time: EpochMs; readonly reason: string }
  | { readonly kind: 'RESUME'; readonly time: EpochMs; readonly reason: string }

/** The exchange has changed what it demands of a symbol's orders: the next ones go by these rules. */
export interface RulesEvent {
  readonly kind: 'RULES'
  readonly time: EpochMs
  readonly symbolIndex: number
  readonly rules: SymbolRules
}

/** An input of a Session. Bars carry their values, so that a ledger can be replayed on its own. */
export type SessionEvent =
  | { readonly kind: 'BAR'; readonly symbolIndex: number; readonly bar: Bar }
  | OrderEvent
  | RecordedFill
  | Intervention
  | RulesEvent
  | { readonly kind: 'TIMER'; readonly time: EpochMs; readonly timer: string }
