/** Every decision of a session, as rows of numbers. Floor 2. */
import type { Ask, Decision } from '../../model/decision.js'
import type { OrderNumber } from '../../model/order.js'
import { toEpochMs } from '../../model/time.js'
import { halfAt, type Log, numberAt, Rows, Words } from './rows.js'

/** Places of a row; the weight is a target's, and any other ask has a number, from 1. */
const PLACE = { orderAndTag: 0, symbolAndAsk: 1, time: 2, weight: 3 } as const
const WIDTH = 4

/** Decisions by row, in the order they were taken. */
export class DecisionLog implements Log<Decision> {
  readonly #rows = new Rows(WIDTH)
  readonly #tags = new Words()
  /** Asks that are no target, and cancels: they stay what they are. */
  readonly #asks: Ask[] = []
  readonly #cancels = new Map<number, readonly OrderNumber[]>()

  get length(): number {
    return this.#rows.length
  }

  /** Writes a decision down. */
  add({ time, symbolIndex, ask, tag, cancels, orderNumber }: Decision): void {
    const row = this.#rows.add()
    const { numbers, halves } = this.#rows.chunkOf(row)
    const at = this.#rows.placeOf(row)
    halves[2 * at] = orderNumber ?? 0
    halves[2 * at + 1] = this.#tags.codeOf(tag)
    halves[2 * (at + PLACE.symbolAndAsk)] = symbolIndex
    numbers[at + PLACE.time] = time
    if (ask.kind === 'TARGET') numbers[at + PLACE.weight] = ask.weight
    else halves[2 * (at + PLACE.symbolAndAsk) + 1] = this.#asks.push(ask)
    if (cancels.length > 0) this.#cancels.set(row, cancels)
  }

  at(row: number): Decision {
    const chunk = this.#rows.chunkOf(row)
    const at = this.#rows.placeOf(row)
    const orderNumber = halfAt(chunk, at + PLACE.orderAndTag, 0)
    return {
      time: toEpochMs(numberAt(chunk, at + PLACE.time)),
      symbolIndex: halfAt(chunk, at + PLACE.symbolAndAsk, 0),
      ask: this.#asks[halfAt(chunk, at + PLACE.symbolAndAsk, 1) - 1] ?? {
        kind: 'TARGET',
        weight: numberAt(chunk, at + PLACE.weight),
      },
      tag: this.#tags.wordOf(halfAt(chunk, at + PLACE.orderAndTag, 1)),
      cancels: this.#cancels.get(row) ?? [],
      orderNumber: orderNumber === 0 ? undefined : orderNumber,
    }
  }
}
