/**
 * Sees that this process has stood still: stopped, frozen with its machine, or busy with one thing for too long. Whoever
 * asks is told at once, before any timer has come to it. Floor 3.
 */

/** What a watch works with. */
export interface PauseWatchParts {
  /** Longer than this between two looks is a pause, milliseconds. */
  readonly pausedMs: number
  /** Told once of each, with how long it was. */
  readonly onPause: (ms: number) => void
  /** The process's own clock, milliseconds. */
  readonly now?: () => number
}

const LOOK_MS = 250

/** Runs from `start` to `stop`. */
export class PauseWatch {
  readonly #parts: PauseWatchParts
  readonly #now: () => number
  #timer: NodeJS.Timeout | undefined
  #lastLook = Number.POSITIVE_INFINITY
  #lastPause = Number.NEGATIVE_INFINITY

  constructor(parts: PauseWatchParts) {
    this.#parts = parts
    this.#now = parts.now ?? (() => performance.now())
  }

  start(): void {
    this.#lastLook = this.#now()
    this.#timer = setInterval(() => this.look(), LOOK_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#lastLook = Number.POSITIVE_INFINITY
  }

  /** Whether the process has stood still since a moment of its own clock. */
  hasPausedSince(moment: number): boolean {
    this.look()
    return this.#lastPause >= moment
  }

  /** Looks now. */
  look(): void {
    const now = this.#now()
    const ms = now - this.#lastLook
    if (Number.isFinite(ms)) this.#lastLook = now
    if (ms > this.#parts.pausedMs) this.note(ms)
  }

  /** A pause that another clock has told of: a machine that sleeps may stop this one's too. */
  note(ms: number): void {
    this.#lastPause = this.#now()
    this.#parts.onPause(ms)
  }
}
