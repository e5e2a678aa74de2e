/** The one queue of a live session: whatever happens goes through it, one after the other. Floor 3. */

/** Inputs wait here until the one consumer has time; between two of them the event loop gets its turn. */
export class InputQueue<Input> {
  readonly #consume: (input: Input) => void
  readonly #onError: (error: unknown) => void
  readonly #waiting: Input[] = []
  #isScheduled = false
  #isClosed = false

  /** What `consume` throws ends the queue and goes to `onError`. */
  constructor(consume: (input: Input) => void, onError: (error: unknown) => void) {
    this.#consume = consume
    this.#onError = onError
  }

  get length(): number {
    return this.#waiting.length
  }

  /** Adds an input; one that comes after the end is dropped. */
  push(input: Input): void {
    if (this.#isClosed) return
    this.#waiting.push(input)
    this.#schedule()
  }

  /** Takes nothing more, and drops what waits. */
  close(): void {
    this.#isClosed = true
    this.#waiting.length = 0
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      this.#takeOne()
      if (this.#waiting.length > 0) this.#schedule()
    })
  }

  #takeOne(): void {
    const input = this.#waiting.shift()
    if (input === undefined || this.#isClosed) return
    try {
      this.#consume(input)
    } catch (error) {
      this.close()
      this.#onError(error)
    }
  }
}
