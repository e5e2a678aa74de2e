/** What became of each request over REST, for those who count. Floor 2. */

/** One request that was sent. */
export interface RestCall {
  /** Method and path, without what was asked for. */
  readonly route: string
  /** Undefined where no answer came. */
  readonly status: number | undefined
  /** The exchange's own number of an error. */
  readonly code: number | undefined
  /** From sending to the last byte, milliseconds of real time. */
  readonly ms: number
}

/** Calls until somebody listens; then each as it comes. */
export class RestCalls {
  #early: RestCall[] = []
  #listener: ((call: RestCall) => void) | undefined

  /** Whoever listens hears first what was before. */
  listen(listener: (call: RestCall) => void): void {
    this.#listener = listener
    for (const call of this.#early) listener(call)
    this.#early = []
  }

  note(call: RestCall): void {
    if (this.#listener) this.#listener(call)
    else this.#early.push(call)
  }
}
