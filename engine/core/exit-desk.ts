/** The orders by which a symbol's position is left: placed, replaced, and taken back with it. Floor 2. */
import { type Amount, floorTo, multiplyDown, smaller, subtract } from '../model/amount.js'
import type { OrderNumber } from '../model/order.js'
import { askedQuantity } from './asked-size.js'
import type { OcoSale } from './context.js'
import { closeAmountOf, type DeskParts, wordsOf } from './desk-parts.js'
import { exitsWith, legsOfOco, stopOfExits, targetOfExits } from './exit-legs.js'
import type { HeldBack } from './held-back.js'
import { newOpenOrder, type OpenOrder, type OpenOrders } from './open-orders.js'
import type { OrderSender } from './order-sender.js'
import type { ExitTerms, PriceTerms } from './order-terms.js'
import type { OrderWords } from './sized-order.js'

const NOTHING: readonly OrderNumber[] = []

/** Stops and targets. A pair of them is a list, of which one ends the other. */
export class ExitDesk {
  readonly #parts: DeskParts
  readonly #sender: OrderSender
  readonly #open: OpenOrders

  constructor(parts: DeskParts, sender: OrderSender) {
    this.#parts = parts
    this.#sender = sender
    this.#open = sender.open
  }

  /** Sells what is held by two orders of which one ends the other, in place of earlier exits. */
  oco({ quantity, tag = '', ...wish }: OcoSale): void {
    const { account, journal, rules, symbolIndex } = this.#parts
    const legs = legsOfOco(wish, rules)
    const owned = account.quantity
    const { stepSize } = rules
    const held = quantity === undefined ? owned : smaller(askedQuantity(quantity, rules), owned)
    const [below, above] = legs
    if (this.#isDust(held) && !this.#takes(held, below, above)) return
    const words = wordsOf(this.#parts, tag)
    const { decisionTime: time } = words
    const cancels = this.#sender.cancelExits()
    const orderNumber = this.#place(below, above, held, words)
    const ask = { kind: 'OCO', quantity: floorTo(held, stepSize), below, above } as const
    journal.decisions.add({ time, symbolIndex, ask, tag, cancels, orderNumber })
  }

  /** Gives exits to a purchase that waits, or else to what is held, in place of earlier ones. */
  attach(entry: HeldBack | OpenOrder | undefined, exits: ExitTerms, tag: string): void {
    const { account, journal, symbolIndex } = this.#parts
    const held = account.quantity
    if (entry) entry.exits = exitsWith(entry.exits, exits)
    else if (this.#isDust(held) && !this.#takes(held, stopOfExits(exits), targetOfExits(exits))) return
    const words = wordsOf(this.#parts, tag)
    const { decisionTime: time } = words
    const cancels = entry ? NOTHING : this.#sender.cancelExits()
    const orderNumber =
      entry === undefined ? this.#placeExits(exits, held, words) : 'row' in entry ? entry.number : undefined
    journal.decisions.add({
      time,
      symbolIndex,
      ask: { kind: 'EXITS', exits },
      tag,
      cancels,
      orderNumber,
    })
  }

  /** A sale that needs what exits hold takes them back first, as the exchange would refuse it otherwise. */
  freeBase(quantity: Amount): readonly OrderNumber[] {
    if (!this.#open.hasExits) return NOTHING
    if (subtract(this.#parts.account.quantity, this.#open.lockedByExits) >= quantity) return NOTHING
    return this.#sender.cancelExits()
  }

  /** After an event is booked: places the exits of purchases that are done, takes back those of nothing. */
  settle(): void {
    const { account, permission, rules } = this.#parts
    if (this.#sender.hasEntered) {
      for (const entry of this.#sender.takeEntered()) {
        const { exits, received } = entry
        if (exits && !permission.isClosed) this.#placeExits(exits, this.#withDust(received), entry)
      }
    }
    if (this.#open.hasExits && account.quantity < rules.stepSize) this.#sender.cancelExits()
  }

  /** What a purchase brought, and the dust that lay there before: left alone it would add up to a position. */
  #withDust(received: Amount): Amount {
    const free = subtract(this.#parts.account.quantity, this.#open.lockedBase)
    const rest = subtract(free, received)
    return rest > 0 && this.#isDust(rest) ? free : received
  }

  /** Whether so much base is less than a step, or worth less than the minimum at the last close. */
  #isDust(amount: Amount): boolean {
    const { rules } = this.#parts
    return amount < rules.stepSize || multiplyDown(closeAmountOf(this.#parts), amount) < rules.minNotional
  }

  /** Whether exits of so much base are worth the minimum, each at its own price: a target may be where dust is not. */
  #takes(held: Amount, ...legs: readonly (PriceTerms | undefined)[]): boolean {
    const { rules } = this.#parts
    const quantity = floorTo(held, rules.stepSize)
    const close = closeAmountOf(this.#parts)
    const isEnough = ({ price, stopPrice }: PriceTerms) =>
      multiplyDown(price ?? stopPrice ?? close, quantity) >= rules.minNotional
    return quantity > 0 && legs.every((leg) => leg === undefined || isEnough(leg))
  }

  #placeExits(exits: ExitTerms, held: Amount, words: OrderWords): OrderNumber | undefined {
    return this.#place(stopOfExits(exits), targetOfExits(exits), held, words)
  }

  /** Sends exits for a quantity, as one list where there are two; gives the number of the first. */
  #place(
    below: PriceTerms | undefined,
    above: PriceTerms | undefined,
    held: Amount,
    words: OrderWords,
  ): OrderNumber | undefined {
    const { numbers, rules } = this.#parts
    const quantity = floorTo(held, rules.stepSize)
    if (!(quantity > 0)) return undefined
    const first = numbers.orders + 1
    const list = below && above && first
    if (below) this.#send(below, quantity, words, list)
    if (above) this.#send(above, quantity, words, list)
    return first
  }

  #send(prices: PriceTerms, quantity: Amount, words: OrderWords, list: OrderNumber | undefined): void {
    const { numbers, symbolIndex } = this.#parts
    const number = ++numbers.orders
    const sized = { side: 'SELL', quantity, quoteQuantity: undefined, prices } as const
    const place = { number, symbolIndex, isExit: true, list, listRole: undefined, replaces: undefined }
    this.#sender.send(newOpenOrder(sized, words, place))
  }
}
