/** Lists that a strategy asks for by name: an order that brings in another (OTO), or a pair (OTOCO). Floor 2. */
import { floorTo, unitsOf } from '../model/amount.js'
import type { ListOrder } from '../model/decision.js'
import type { Order, Side } from '../model/order.js'
import { askedQuantity } from './asked-size.js'
import type { OrderTerms, OtocoList, OtoList } from './context.js'
import { type DeskParts, wordsOf } from './desk-parts.js'
import { pairOf } from './exit-legs.js'
import type { OrderSender } from './order-sender.js'
import { pricesOf } from './order-terms.js'

/** It sends quantities as they were asked for: whether they can be paid is the exchange's to say. */
export class ListDesk {
  readonly #parts: DeskParts
  readonly #sender: OrderSender

  constructor(parts: DeskParts, sender: OrderSender) {
    this.#parts = parts
    this.#sender = sender
  }

  /** Sends an order that brings in another, or two of which one ends the other. */
  send({ working, pending, tag = '' }: OtoList | OtocoList): void {
    this.#send(this.#orderOf(working), this.#pendingOf(pending), tag)
  }

  #pendingOf(pending: OtoList['pending'] | OtocoList['pending']): readonly ListOrder[] {
    if (!('above' in pending)) return [this.#orderOf(pending)]
    const { side } = pending
    const quantity = this.#quantityOf(pending.quantity)
    return pairOf(side, pending, this.#parts.rules).map((prices) => ({ side, quantity, ...prices }))
  }

  #quantityOf(quantity: number): bigint {
    const { rules } = this.#parts
    return unitsOf(floorTo(askedQuantity(quantity, rules), rules.stepSize))
  }

  #orderOf(terms: { readonly side: Side; readonly quantity: number } & OrderTerms): ListOrder {
    const { side, quantity } = terms
    return { side, quantity: this.#quantityOf(quantity), ...pricesOf(side, terms, this.#parts.rules) }
  }

  #send(working: ListOrder, pending: readonly ListOrder[], tag: string): void {
    const { journal, numbers, symbolIndex } = this.#parts
    const words = wordsOf(this.#parts, tag)
    const list = numbers.orders + 1
    const make = (order: ListOrder, listRole: 'WORKING' | 'PENDING') => {
      const common = { number: ++numbers.orders, symbolIndex, ...words, list, listRole }
      // `pricesOf` and `pairOf` give each type the prices that it has.
      return { ...common, type: 'MARKET', ...order } as Order
    }
    const first = make(working, 'WORKING')
    this.#sender.sendList(
      first,
      pending.map((order) => make(order, 'PENDING')),
    )
    const { decisionTime: time } = words
    const ask = { kind: 'OTO', working, pending } as const
    journal.decisions.add({ time, symbolIndex, ask, tag, cancels: [], orderNumber: list })
  }
}
