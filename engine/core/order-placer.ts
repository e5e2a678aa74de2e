/**
 * Sends what a symbol's asks were sized to, and writes the decision down. A purchase that needs another symbol's sale
 * waits here until that one has brought it. Floor 2.
 */
import type { Ask, Exits } from '../model/decision.js'
import type { OrderNumber } from '../model/order.js'
import { type DeskParts, wordsOf } from './desk-parts.js'
import type { ExitDesk } from './exit-desk.js'
import type { HeldBack } from './held-back.js'
import type { OrderSender } from './order-sender.js'
import type { Sizer } from './sizer.js'
import { type SizedOrder, sizeBuy } from './sizing.js'

const NO_MORE = Object.freeze({})

/** Sized asks in; orders, and the rows of decisions. */
export class OrderPlacer {
  readonly #parts: DeskParts
  readonly #sender: OrderSender
  readonly #sizer: Sizer
  readonly #exits: ExitDesk
  /** Purchases that wait for another symbol's sale, oldest first. */
  #heldBack: HeldBack[] = []

  constructor(
    parts: DeskParts,
    {
      sender,
      sizer,
      exits,
    }: { readonly sender: OrderSender; readonly sizer: Sizer; readonly exits: ExitDesk },
  ) {
    this.#parts = parts
    this.#sender = sender
    this.#sizer = sizer
    this.#exits = exits
  }

  /** Purchases that wait, oldest first. */
  get heldBack(): readonly HeldBack[] {
    return this.#heldBack
  }

  /** Takes up purchases that wait, in place of those that do. */
  hold(heldBack: readonly HeldBack[]): void {
    this.#heldBack = [...heldBack]
  }

  /** The aim of `target` waits no longer. */
  dropAim(): void {
    if (this.#heldBack.length > 0) this.#heldBack = this.#heldBack.filter(({ isAim }) => !isAim)
  }

  /** Sends a sized order and writes the decision down; gives the order's number, 0 without one. */
  place(
    sized: SizedOrder | undefined,
    ask: Ask,
    tag: string,
    cancels: readonly OrderNumber[],
    held: { readonly isAim?: boolean; readonly exits?: Exits | undefined } = NO_MORE,
  ): OrderNumber {
    if (!sized && cancels.length === 0) return 0
    const { journal, risk, symbolIndex } = this.#parts
    const words = wordsOf(this.#parts, tag)
    const { decisionTime: time, decisionOpenTime: openTime } = words
    const taken =
      sized?.side === 'SELL' ? [...cancels, ...this.#exits.freeBase(sized.size.quantity ?? 0)] : cancels
    let orderNumber: OrderNumber | undefined
    if (sized && this.#sizer.isBeyondFree(sized)) {
      const { isAim = false, exits } = held
      this.#heldBack.push({ size: sized.size, tag, time, openTime, exits, isAim })
    } else if (sized) orderNumber = this.#sender.submit(sized, words)
    journal.decisions.add({ time, symbolIndex, ask, tag, cancels: taken, orderNumber })
    if (risk && orderNumber !== undefined && !this.#sender.open.has(orderNumber)) {
      // A limit has stopped it.
      this.#sender.aim.weight = undefined
      return 0
    }
    return orderNumber ?? 0
  }

  /** Sends the purchases that wait, each with at most what is free. */
  release(): void {
    const heldBack = this.#heldBack
    this.#heldBack = []
    for (const { size, tag, time, openTime, exits, isAim } of heldBack) {
      const sized = sizeBuy(size, this.#sizer.inputs())
      if (!sized) continue
      const number = this.#sender.submit(sized, { tag, decisionTime: time, decisionOpenTime: openTime })
      if (exits) this.#sender.open.find(number).exits = exits
      if (isAim) this.#sender.aim.order = number
    }
  }
}
