/** Every decision of a session, as columns. Floor 2. */
import type { Ask, Decision } from '../../model/decision.js'
import type { OrderNumber } from '../../model/order.js'
import { toEpochMs } from '../../model/time.js'
import { type Log, NumberColumn, WordColumn } from './columns.js'

/** Decisions by row, in the order they were taken. */
export class DecisionLog implements Log<Decision> {
  #length = 0
  readonly #time = new NumberColumn()
  readonly #symbolIndex = new NumberColumn()
  readonly #weight = new NumberColumn()
  readonly #tag = new WordColumn()
  readonly #orderNumber = new NumberColumn()
  /** Asks that are no target, and cancels: rare, so they stay what they are. */
  readonly #asks = new Map<number, Ask>()
  readonly #cancels = new Map<number, readonly OrderNumber[]>()

  get length(): number {
    return this.#length
  }

  /** Writes a decision down. */
  add(decision: Decision): void {
    const row = this.#length++
    const { ask, cancels } = decision
    this.#time.set(row, decision.time)
    this.#symbolIndex.set(row, decision.symbolIndex)
    if (ask.kind === 'TARGET') this.#weight.set(row, ask.weight)
    else this.#asks.set(row, ask)
    this.#tag.set(row, decision.tag)
    this.#orderNumber.set(row, decision.orderNumber ?? 0)
    if (cancels.length > 0) this.#cancels.set(row, cancels)
  }

  at(row: number): Decision {
    const orderNumber = this.#orderNumber.at(row)
    return {
      time: toEpochMs(this.#time.at(row)),
      symbolIndex: this.#symbolIndex.at(row),
      ask: this.#asks.get(row) ?? { kind: 'TARGET', weight: this.#weight.at(row) },
      tag: this.#tag.at(row),
      cancels: this.#cancels.get(row) ?? [],
      orderNumber: orderNumber === 0 ? undefined : orderNumber,
    }
  }
}
