/** Moves market time: at a speed against the wall clock, or by so many bars when it is told to. Floor 3. */
import { setImmediate as turn } from 'node:timers/promises'
import type { Timeline } from '../timeline.js'

/** The event loop is let go after so long. */
const SLICE_MS = 8
const MIN_WAIT_MS = 2

/** The one that makes steps. */
export class Pump {
  readonly #timeline: Timeline
  readonly #speed: number
  #timer: NodeJS.Timeout | undefined
  #queue: Promise<unknown> = Promise.resolve()
  /** Bars that are owed, in parts of a bar. */
  #due = 0
  #last = 0

  /** `speed` is bars of market time a second; at 0 it moves by `advance` only. */
  constructor(timeline: Timeline, speed: number) {
    this.#timeline = timeline
    this.#speed = speed
  }

  /** Begins to keep the speed. */
  start(): void {
    if (this.#speed === 0) return
    this.#last = performance.now()
    this.#wait()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  /** Goes on by bars, or by steps inside them, and comes back when they are over; the next call waits. */
  advance({
    bars = 0,
    steps = 0,
  }: {
    readonly bars?: number | undefined
    readonly steps?: number | undefined
  }): Promise<void> {
    const going = this.#queue.then(async () => {
      await this.#go(bars, () => this.#timeline.closeBar())
      await this.#go(steps, () => this.#timeline.step())
    })
    this.#queue = going.catch(() => undefined)
    return going
  }

  /** Sockets are written out, and requests answered, between the slices. */
  async #go(count: number, one: () => boolean): Promise<void> {
    let since = performance.now()
    for (let k = 0; k < count && one(); k++) {
      if (performance.now() - since < SLICE_MS) continue
      await turn()
      since = performance.now()
    }
    await turn()
  }

  #wait(): void {
    // What is owed is made up at once, between the requests that wait.
    const missing = Math.max(0, this.#timeline.stepShare - this.#due)
    const stepMs = (1000 * missing) / this.#speed
    this.#timer = setTimeout(() => this.#beat(), Math.max(MIN_WAIT_MS, stepMs))
  }

  #beat(): void {
    const now = performance.now()
    this.#due += ((now - this.#last) / 1000) * this.#speed
    this.#last = now
    while (this.#due >= this.#timeline.stepShare && performance.now() - now < SLICE_MS) {
      this.#due -= this.#timeline.stepShare
      if (!this.#timeline.step()) {
        this.stop()
        return
      }
    }
    // More than a bar behind, the market is slower than asked for, rather than ever further behind.
    this.#due = Math.min(this.#due, 1)
    this.#wait()
  }
}
