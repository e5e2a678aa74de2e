/** Every decision of a session, as rows of numbers. Floor 2. */
import type { Decision } from '../../model/decision.js'
import type { OrderNumber } from '../../model/order.js'
import { toEpochMs } from '../../model/time.js'
import type { DeskAsk } from '../desk-ask.js'
import { AskLog } from './ask-log.js'
import { type Log, Rows, Words } from './rows.js'

/** Places of a row; the weight is a target's, and any other ask has a code. */
const PLACE = { orderAndTag: 0, symbolAndAsk: 1, time: 2, weight: 3 } as const
const WIDTH = 4

/** Decisions by row, in the order they were taken. */
export class DecisionLog implements Log<Decision> {
  readonly #rows = new Rows(WIDTH)
  readonly #tags = new Words()
  readonly #asks = new AskLog()
  /** A row for each order that a decision took back: the decision's row, and the order's number. */
  readonly #cancels = new Rows(1)

  get length(): number {
    return this.#rows.length
  }

  /** Writes a decision down. */
  add({
    time,
    symbolIndex,
    ask,
    tag,
    cancels,
    orderNumber,
  }: Omit<Decision, 'ask'> & { readonly ask: DeskAsk }): void {
    const row = this.#rows.add()
    const { chunk, place: at } = this.#rows
    const { numbers, halves } = chunk
    chunk.putHalves(at, orderNumber ?? 0, this.#tags.codeOf(tag))
    halves[2 * (at + PLACE.symbolAndAsk)] = symbolIndex
    numbers[at + PLACE.time] = time
    if (ask.kind === 'TARGET') numbers[at + PLACE.weight] = ask.weight
    else halves[2 * (at + PLACE.symbolAndAsk) + 1] = this.#asks.add(ask)
    for (let k = 0; k < cancels.length; k++) this.#addCancel(row, cancels[k] ?? 0)
  }

  at(row: number): Decision {
    const chunk = this.#rows.chunkOf(row)
    const at = this.#rows.placeOf(row)
    const orderNumber = chunk.halfAt(at + PLACE.orderAndTag, 0)
    return {
      time: toEpochMs(chunk.numberAt(at + PLACE.time)),
      symbolIndex: chunk.halfAt(at + PLACE.symbolAndAsk, 0),
      ask: this.#asks.at(chunk.halfAt(at + PLACE.symbolAndAsk, 1)) ?? {
        kind: 'TARGET',
        weight: chunk.numberAt(at + PLACE.weight),
      },
      tag: this.#tags.wordOf(chunk.halfAt(at + PLACE.orderAndTag, 1)),
      cancels: this.#cancelsOf(row),
      orderNumber: orderNumber === 0 ? undefined : orderNumber,
    }
  }

  #addCancel(row: number, number: OrderNumber): void {
    this.#cancels.add()
    const { chunk, place } = this.#cancels
    chunk.putHalves(place, row, number)
  }

  #cancelsOf(row: number): readonly OrderNumber[] {
    const numbers: OrderNumber[] = []
    for (let k = this.#firstCancelOf(row); this.#cancelHalf(k, 0) === row; k++) {
      numbers.push(this.#cancelHalf(k, 1))
    }
    return numbers
  }

  /** The first cancel of a decision or of one behind it: they stand in the order of their decisions. */
  #firstCancelOf(row: number): number {
    let low = 0
    let high = this.#cancels.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#cancelHalf(middle, 0) < row) low = middle + 1
      else high = middle
    }
    return low
  }

  /** The decision's row (0) or the order's number (1) of a cancel; −1 behind the last. */
  #cancelHalf(k: number, half: 0 | 1): number {
    if (k >= this.#cancels.length) return -1
    return this.#cancels.chunkOf(k).halfAt(this.#cancels.placeOf(k), half)
  }
}
