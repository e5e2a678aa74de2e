/**
 * The closed bars of one symbol, put in order: each exactly once, none before the one that precedes it, whether it
 * came from the stream or over REST. Pure: time and requests are its owner's. Floor 3.
 */
import { type Bar, FIELDS } from '../../model/bars.js'
import { type Interval, nextOpenTime } from '../../model/time.js'

/** What new bars lead to. */
export interface SequenceStep {
  /** To pass on, oldest first. */
  readonly bars: readonly Bar[]
  /** Bars that came twice and differ; the first of each pair is the one that was, or will be, used. */
  readonly conflicts: readonly (readonly [used: Bar, other: Bar])[]
  /** Bars that the exchange itself does not have. */
  readonly gaps: number
}

/** Bars remembered to tell a repetition from a contradiction. */
const REMEMBERED = 256

/** One symbol's bars. */
export class BarSequence {
  readonly #interval: Interval
  readonly #held = new Map<number, Bar>()
  readonly #disputed = new Set<number>()
  readonly #passed = new Map<number, Bar>()
  #next: number
  /** Latest open time that was seen running: whatever opens before it has closed. */
  #running = 0

  /** `next` is the open time of the first bar that is to come. */
  constructor(interval: Interval, next: number) {
    this.#interval = interval
    this.#next = next
  }

  /** Open time of the next bar to pass on. */
  get next(): number {
    return this.#next
  }

  /** Whether the next bar is known to have closed and has not come, or has come in two forms. */
  get needsRest(): boolean {
    if (this.#disputed.has(this.#next)) return true
    if (this.#held.has(this.#next)) return false
    return Math.max(this.#running, ...this.#held.keys()) > this.#next
  }

  /** A running bar has been seen: those before it have closed. */
  seeRunning(openTime: number): void {
    this.#running = Math.max(this.#running, openTime)
  }

  /** A closed bar has come over the stream. */
  takeStream(bar: Bar): SequenceStep {
    const before = bar.openTime < this.#next ? this.#passed.get(bar.openTime) : this.#held.get(bar.openTime)
    const isOther = before !== undefined && !isSameBar(before, bar)
    if (bar.openTime >= this.#next) {
      if (before === undefined) this.#held.set(bar.openTime, bar)
      else if (isOther) this.#disputed.add(bar.openTime)
    }
    return { ...this.#drain(0), conflicts: isOther ? [[before, bar]] : [] }
  }

  /**
   * Closed bars have come over REST, oldest first: where one differs from the stream's it wins, unless that was
   * passed on already. A bar that is missing before a later one is a gap of the exchange.
   */
  takeRest(bars: readonly Bar[]): SequenceStep {
    const conflicts: [Bar, Bar][] = []
    for (const bar of bars) {
      const isPassed = bar.openTime < this.#next
      const before = isPassed ? this.#passed.get(bar.openTime) : this.#held.get(bar.openTime)
      const isOther = before !== undefined && !isSameBar(before, bar)
      if (isOther) conflicts.push(isPassed ? [before, bar] : [bar, before])
      if (isPassed) continue
      if (before === undefined || isOther) this.#held.set(bar.openTime, bar)
      this.#disputed.delete(bar.openTime)
    }
    return { ...this.#drain(bars.at(-1)?.openTime ?? 0), conflicts }
  }

  /** Passes on what is in order; up to `proven` the exchange has said what there is. */
  #drain(proven: number): { readonly bars: readonly Bar[]; readonly gaps: number } {
    const bars: Bar[] = []
    let gaps = 0
    for (;;) {
      const bar = this.#held.get(this.#next)
      if (bar && this.#disputed.has(this.#next)) break
      if (!bar) {
        if (this.#next > proven) break
        gaps++
      } else {
        bars.push(bar)
        this.#held.delete(this.#next)
        this.#remember(bar)
      }
      this.#next = nextOpenTime(this.#next, this.#interval)
    }
    return { bars, gaps }
  }

  #remember(bar: Bar): void {
    this.#passed.set(bar.openTime, bar)
    const [oldest] = this.#passed.keys()
    if (this.#passed.size > REMEMBERED && oldest !== undefined) this.#passed.delete(oldest)
  }
}

/** Whether two bars say the same of prices and volume. */
export function isSameBar(a: Bar, b: Bar): boolean {
  return FIELDS.every((field) => a[field] === b[field])
}
