/**
 * When a thread has not come back for too long, counted in the ticks of another one: while the process is stopped, the
 * machine asleep or a clock set, neither ticks, and nothing is counted. Pure. Floor 3.
 */

/** Counts ticks during which a count stood still. */
export class StallCount {
  readonly #most: number
  #last: bigint | undefined
  #ticks = 0

  /** So many ticks on one count are too many. */
  constructor(most: number) {
    this.#most = most
  }

  /** One tick has passed, and the count is this. Gives whether it has stood still for too long. */
  tick(count: bigint): boolean {
    this.#ticks = count === this.#last ? this.#ticks + 1 : 0
    this.#last = count
    return this.#ticks >= this.#most
  }
}
