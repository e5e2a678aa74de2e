/**
 * Sends what a symbol's asks were sized to, and writes the decision down. A purchase that needs another symbol's sale
 * waits here until that one has brought it. Floor 2.
 */
import type { OrderNumber } from '../model/order.js'
import type { DeskAsk } from './desk-ask.js'
import { type DeskParts, wordsOf } from './desk-parts.js'
import type { ExitDesk } from './exit-desk.js'
import type { HeldBack } from './held-back.js'
import type { OrderSender } from './order-sender.js'
import type { ExitTerms } from './order-terms.js'
import type { Sizer } from './sizer.js'
import { type SizedOrder, sizeBuy } from './sizing.js'

const NOTHING: readonly OrderNumber[] = []

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
    ask: DeskAsk,
    tag: string,
    cancels: readonly OrderNumber[],
    isAim = false,
    exits?: ExitTerms,
  ): OrderNumber {
    if (sized === undefined && cancels.length === 0) return 0
    const { journal, symbolIndex } = this.#parts
    const words = wordsOf(this.#parts, tag)
    const { decisionTime: time, decisionOpenTime: openTime } = words
    const isSale = sized !== undefined && sized.side === 'SELL'
    const freed = isSale ? this.#exits.freeBase(sized.quantity ?? 0) : NOTHING
    const taken = freed.length === 0 ? cancels : cancels.length === 0 ? freed : [...cancels, ...freed]
    let orderNumber: OrderNumber | undefined
    if (sized !== undefined && this.#sizer.isBeyondFree(sized)) {
      this.#heldBack.push({ size: sized, tag, time, openTime, exits, isAim })
    } else if (sized !== undefined) orderNumber = this.#sender.submit(sized, words)
    journal.decisions.add({ time, symbolIndex, ask, tag, cancels: taken, orderNumber })
    return orderNumber === undefined ? 0 : this.#sentOf(orderNumber)
  }

  /** Sends the purchases that wait, each with at most what is free. */
  release(): void {
    const heldBack = this.#heldBack
    this.#heldBack = []
    for (const { size, tag, time, openTime, exits, isAim } of heldBack) {
      const sized = sizeBuy(size, this.#sizer.inputs())
      if (!sized) continue
      const words = { tag, decisionTime: time, decisionOpenTime: openTime }
      const number = this.#sentOf(this.#sender.submit(sized, words))
      if (exits && number > 0) this.#sender.open.find(number).exits = exits
      if (isAim) this.#sender.aim.order = number
    }
  }

  /** An order's number; 0 where a limit has stopped it, and the aim is forgotten. */
  #sentOf(number: OrderNumber): OrderNumber {
    if (this.#parts.risk === undefined || this.#sender.open.has(number)) return number
    this.#sender.aim.weight = undefined
    return 0
  }
}
