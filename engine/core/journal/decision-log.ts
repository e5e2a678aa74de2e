/** Every decision of a session, as rows of numbers. Floor 2. */
import { valueAt } from '../../model/bars.js'
import type { Ask, Decision } from '../../model/decision.js'
import type { OrderNumber } from '../../model/order.js'
import { toEpochMs } from '../../model/time.js'
import { type Log, Rows, Words } from './rows.js'

const WIDTH = 5

/** Decisions by row, in the order they were taken. */
export class DecisionLog implements Log<Decision> {
  readonly #rows = new Rows(WIDTH)
  readonly #tags = new Words()
  /** Asks that are no target, and cancels: rare, so they stay what they are. */
  readonly #asks = new Map<number, Ask>()
  readonly #cancels = new Map<number, readonly OrderNumber[]>()

  get length(): number {
    return this.#rows.length
  }

  /** Writes a decision down. */
  add({ time, symbolIndex, ask, tag, cancels, orderNumber }: Decision): void {
    const row = this.#rows.add()
    const chunk = this.#rows.chunkOf(row)
    const at = this.#rows.offsetOf(row)
    chunk[at] = time
    chunk[at + 1] = symbolIndex
    chunk[at + 2] = this.#tags.codeOf(tag)
    chunk[at + 3] = orderNumber ?? 0
    if (ask.kind === 'TARGET') chunk[at + 4] = ask.weight
    else this.#asks.set(row, ask)
    if (cancels.length > 0) this.#cancels.set(row, cancels)
  }

  at(row: number): Decision {
    const chunk = this.#rows.chunkOf(row)
    const at = this.#rows.offsetOf(row)
    const value = (k: number): number => valueAt(chunk, at + k)
    return {
      time: toEpochMs(value(0)),
      symbolIndex: value(1),
      ask: this.#asks.get(row) ?? { kind: 'TARGET', weight: value(4) },
      tag: this.#tags.wordOf(value(2)),
      cancels: this.#cancels.get(row) ?? [],
      orderNumber: value(3) === 0 ? undefined : value(3),
    }
  }
}
