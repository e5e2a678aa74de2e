/** Bars of several symbols put together to moments: each is passed on when all its bars are there. Pure. Floor 3. */
import type { Bar } from '../../model/bars.js'

/** The bars of one moment, by symbol; undefined where one has none. */
export type Moment = readonly (Bar | undefined)[]

/** Bars that wait for those of other symbols. */
export class MomentGate {
  readonly #waiting: Bar[][]
  /** Open time of the next bar that each symbol will bring. */
  readonly #next: number[]
  #last: number

  /** `next` are the open times that the symbols begin with. */
  constructor(next: readonly number[]) {
    this.#waiting = next.map(() => [])
    this.#next = [...next]
    this.#last = 0
  }

  /** Takes a symbol's bars and the open time of the one behind them; gives the moments that are whole now. */
  take(symbolIndex: number, bars: readonly Bar[], next: number): readonly Moment[] {
    // A bar of a moment that has passed without it comes too late for good.
    this.#waiting[symbolIndex]?.push(...bars.filter(({ openTime }) => openTime > this.#last))
    this.#next[symbolIndex] = next
    return this.#whole(Number.POSITIVE_INFINITY)
  }

  /** Open time of the oldest moment that still lacks a bar; undefined when none waits. */
  get oldest(): number | undefined {
    const heads = this.#waiting.flatMap(([bar]) => (bar ? [bar.openTime] : []))
    return heads.length === 0 ? undefined : Math.min(...heads)
  }

  /** Passes the moments up to an open time without the bars that they lack. */
  passWithout(openTime: number): readonly Moment[] {
    return this.#whole(openTime)
  }

  /** Moments that are whole, and those up to `forced` even if they are not. */
  #whole(forced: number): readonly Moment[] {
    const moments: Moment[] = []
    for (;;) {
      const time = this.oldest
      if (time === undefined) return moments
      const isWhole = this.#next.every((next, k) => next > time || this.#waiting[k]?.[0]?.openTime === time)
      if (!isWhole && !(forced !== Number.POSITIVE_INFINITY && time <= forced)) return moments
      moments.push(
        this.#waiting.map((waiting) => (waiting[0]?.openTime === time ? waiting.shift() : undefined)),
      )
      this.#last = time
    }
  }
}
