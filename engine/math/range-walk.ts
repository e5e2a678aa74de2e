/** The average true range of bars that are asked for in their order, without a column of it. Floor 1. */
import type { Bars } from '../model/bars.js'
import { InvariantError } from '../model/errors.js'
import { trueRange } from './atr.js'

/** What it remembers; plain data. */
export interface RangeWalkState {
  /** Bars passed. */
  readonly end: number
  /** Sum of true ranges until the seed, the average after it: at the last bar passed, and at the one before. */
  readonly range: number
  readonly before: number
}

/**
 * The values of `atr(period)`, to the bit. A run reads one where an order is filled: to write the others down, and to
 * touch the memory of them, took as long as to compute them.
 */
export class RangeWalk {
  readonly #period: number
  readonly #bars: Bars
  #range = 0
  #before = 0
  #end = 0

  constructor(period: number, bars: Bars) {
    this.#period = period
    this.#bars = bars
  }

  /** The value at bar `i`: the last one asked for, the one before it, or any behind. NaN for the first `period` bars. */
  at(i: number): number {
    if (i >= this.#end) this.#pass(i + 1)
    if (i < this.#period) return Number.NaN
    if (i === this.#end - 1) return this.#range
    if (i === this.#end - 2) return this.#before
    throw new InvariantError(
      `ranges must be asked for in the order of their bars, ${i} came behind ${this.#end - 1}`,
    )
  }

  /** What it remembers. */
  snapshot(): RangeWalkState {
    return { end: this.#end, range: this.#range, before: this.#before }
  }

  /** Takes up what `snapshot` gave. */
  restore({ end, range, before }: RangeWalkState): void {
    this.#end = end
    this.#range = range
    this.#before = before
  }

  #pass(to: number): void {
    const { high, low, close } = this.#bars
    const n = this.#period
    let range = this.#range
    let before = range
    let i = Math.max(1, this.#end)
    for (; i < to && i < n; i++) range += trueRange(high, low, close, i)
    if (i === n && i < to) range = (range + trueRange(high, low, close, i++)) / n
    for (; i < to; i++) {
      before = range
      range = (range * (n - 1) + trueRange(high, low, close, i)) / n
    }
    this.#range = range
    this.#before = before
    this.#end = to
  }
}
