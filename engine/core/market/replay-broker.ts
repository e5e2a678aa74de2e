/**
 * The broker of a replay: nothing is sent and nothing is simulated. What happened to an order comes
 * from the record, as the events that the Session is fed; what the Session asks for is kept, to be
 * held against what it asked for then. Floor 2.
 */
import type { Order, OrderNumber } from '../../model/order.js'
import type { Broker } from '../../model/ports.js'
import { type SentOrder, toOrder } from '../../model/sent-order.js'

/** Keeps requests in the order they were made. */
export class ReplayBroker implements Broker {
  readonly #submitted: Order[] = []
  readonly #canceled: OrderNumber[] = []

  submit(order: SentOrder): void {
    this.#submitted.push(toOrder(order))
  }

  cancel(orderNumber: OrderNumber): void {
    this.#canceled.push(orderNumber)
  }

  /** Orders asked for so far. */
  get submitted(): readonly Order[] {
    return this.#submitted
  }

  /** Cancels asked for so far. */
  get canceled(): readonly OrderNumber[] {
    return this.#canceled
  }
}
