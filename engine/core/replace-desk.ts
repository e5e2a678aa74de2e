/** Orders that are sent in the place of others. Floor 2. */
import { askedQuantity, askedSize } from './asked-size.js'
import type { ReplacingOrder } from './context.js'
import type { DeskAsk } from './desk-ask.js'
import { type DeskParts, wordsOf } from './desk-parts.js'
import type { ExitDesk } from './exit-desk.js'
import type { OpenOrder } from './open-orders.js'
import type { OrderSender } from './order-sender.js'
import { pricesOf } from './order-terms.js'
import type { Sizer } from './sizer.js'
import { type SizedOrder, sizeBuy, sizeResting, sizeSell } from './sizing.js'

/** The rooms that it works with. */
interface Rooms {
  readonly sender: OrderSender
  readonly sizer: Sizer
  readonly exits: ExitDesk
}

/** One order out, one in. */
export class ReplaceDesk {
  readonly #parts: DeskParts
  readonly #rooms: Rooms

  constructor(parts: DeskParts, rooms: Rooms) {
    this.#parts = parts
    this.#rooms = rooms
  }

  /** Sends an order in the place of the youngest that waits under a tag. Without one it goes only if that is allowed. */
  replace(name: string, { mode = 'STOP_ON_FAILURE', ...order }: ReplacingOrder): void {
    const { exits, sender } = this.#rooms
    const old = sender.open.named(name)
    if (!old && mode === 'STOP_ON_FAILURE') return
    const { journal, symbolIndex } = this.#parts
    const { tag = name } = order
    const words = wordsOf(this.#parts, tag)
    // What the old one holds is the new one's, so that it is sized as if the old one had gone.
    if (old) old.isReplaced = true
    const { sized, ask } = this.#sized(order)
    if (!sized) {
      if (old) old.isReplaced = false
      return
    }
    const cancels = [
      ...(old ? [old.number] : []),
      ...(sized.side === 'SELL' ? exits.freeBase(sized.quantity ?? 0) : []),
    ]
    const orderNumber =
      old && this.#isLinked(old, sized)
        ? sender.replace(old, sized, words, mode)
        : this.#sendAfter(old, sized, words)
    const { decisionTime: time } = words
    journal.decisions.add({
      ...{ time, symbolIndex, tag, cancels, orderNumber },
      ask: { kind: 'REPLACE', mode, ...ask },
    })
  }

  /** Whether two orders are all there is to it: what maker-first does of a wish is more. */
  #isLinked({ wish }: OpenOrder, { prices }: SizedOrder): boolean {
    return !wish && (this.#parts.settings.policy === undefined || prices !== undefined)
  }

  #sendAfter(old: OpenOrder | undefined, sized: SizedOrder, words: ReturnType<typeof wordsOf>): number {
    const { sender } = this.#rooms
    if (old) {
      old.isReplaced = false
      sender.cancel(old.number)
    }
    const number = sender.submit(sized, words)
    if (old?.exits && sender.open.has(number)) sender.open.find(number).exits = old.exits
    return number
  }

  #sized(order: ReplacingOrder): {
    readonly sized: SizedOrder | undefined
    readonly ask: Omit<Extract<DeskAsk, { kind: 'REPLACE' }>, 'kind' | 'mode'>
  } {
    const { rules } = this.#parts
    const inputs = this.#rooms.sizer.inputs()
    const { side } = order
    const prices = pricesOf(side, order, rules)
    const size =
      side === 'BUY'
        ? askedSize(order, rules)
        : { quantity: askedQuantity(order.quantity, rules), quoteQuantity: undefined }
    const sized = prices
      ? sizeResting(side, size, prices, inputs)
      : side === 'BUY'
        ? sizeBuy(size, inputs)
        : sizeSell(size.quantity ?? 0, inputs)
    return { sized, ask: { side, ...size, prices } }
  }
}
