/**
 * What a Session needs from the world, written down where the Session can see it. Above the ports
 * everything is the same in a backtest and live; below them it differs. Floor 0.
 */
import type { BrokerEvent, SessionEvent } from './event.js'
import type { OrderNumber } from './order.js'
import type { SentOrder } from './sent-order.js'
import type { EpochMs } from './time.js'

/** Tells the time: the market's in a backtest, the wall's in a live shell. Never read below floor 3. */
export interface Clock {
  now(): EpochMs
}

/** Where a broker tells what happened. The event is the broker's own: who keeps it longer than the call copies it. */
export type BrokerListener = (event: BrokerEvent) => void

/**
 * Takes orders to a market. It returns nothing: whatever happens comes back as an event. The order is the session's
 * own: who shows it to others, or keeps it, makes an `Order` of it.
 */
export interface Broker {
  submit(order: SentOrder): void
  cancel(orderNumber: OrderNumber): void
}

/** Keeps every input of a Session, durably, before it is applied. */
export interface Ledger {
  append(event: SessionEvent): void
}
