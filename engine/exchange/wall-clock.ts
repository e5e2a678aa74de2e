/** The exchange's wall clock: the machine's, set wrong on purpose when a test asks for it. Floor 3. */

/** Tells the time that the exchange claims to have. */
export class WallClock {
  readonly #read: () => number
  #offsetMs = 0
  #driftPerMinuteMs = 0
  #since: number
  #reportedOffsetMs = 0

  constructor(read: () => number) {
    this.#read = read
    this.#since = read()
  }

  /** UTC milliseconds, by which timestamps are judged. */
  now(): number {
    const real = this.#read()
    return Math.floor(real + this.#offsetMs + ((real - this.#since) / 60_000) * this.#driftPerMinuteMs)
  }

  /** What it says when it is asked: a lie, where it was told to lie. */
  reported(): number {
    return this.now() + this.#reportedOffsetMs
  }

  /** Sets it wrong: by so much, by more every minute, or only in what it says. */
  set({
    offsetMs = this.#offsetMs,
    driftPerMinuteMs = this.#driftPerMinuteMs,
    reportedOffsetMs = this.#reportedOffsetMs,
  }: {
    readonly offsetMs?: number | undefined
    readonly driftPerMinuteMs?: number | undefined
    readonly reportedOffsetMs?: number | undefined
  }): void {
    this.#since = this.#read()
    this.#offsetMs = offsetMs
    this.#driftPerMinuteMs = driftPerMinuteMs
    this.#reportedOffsetMs = reportedOffsetMs
  }
}
