/** Lists that a strategy asks for by name: an order that brings in another (OTO), or a pair (OTOCO). Floor 2. */
import { type Amount, floorTo } from '../model/amount.js'
import type { Side } from '../model/order.js'
import { askedQuantity } from './asked-size.js'
import type { OrderTerms, OtocoList, OtoList } from './context.js'
import { type DeskParts, wordsOf } from './desk-parts.js'
import { pairOf } from './exit-legs.js'
import { newOpenOrder } from './open-orders.js'
import type { OrderSender } from './order-sender.js'
import { pricesOf } from './order-terms.js'
import type { SizedOrder } from './sizing.js'

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

  #pendingOf(pending: OtoList['pending'] | OtocoList['pending']): readonly SizedOrder[] {
    if (!('above' in pending)) return [this.#orderOf(pending)]
    const { side } = pending
    const quantity = this.#quantityOf(pending.quantity)
    const pair = pairOf(side, pending, this.#parts.rules)
    return pair.map((prices) => ({ side, quantity, quoteQuantity: undefined, prices }))
  }

  #quantityOf(quantity: number): Amount {
    const { rules } = this.#parts
    return floorTo(askedQuantity(quantity, rules), rules.stepSize)
  }

  #orderOf(terms: { readonly side: Side; readonly quantity: number } & OrderTerms): SizedOrder {
    const { side, quantity } = terms
    const prices = pricesOf(side, terms, this.#parts.rules)
    return { side, quantity: this.#quantityOf(quantity), quoteQuantity: undefined, prices }
  }

  #send(working: SizedOrder, pending: readonly SizedOrder[], tag: string): void {
    const { journal, numbers, symbolIndex } = this.#parts
    const words = wordsOf(this.#parts, tag)
    const list = numbers.orders + 1
    const make = (order: SizedOrder, listRole: 'WORKING' | 'PENDING') => {
      const number = ++numbers.orders
      return newOpenOrder(order, words, {
        number,
        symbolIndex,
        isExit: false,
        list,
        listRole,
        replaces: undefined,
      })
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
