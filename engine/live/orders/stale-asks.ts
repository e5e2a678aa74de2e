/** What was decided before the process stood still, and not sent: it is of a time that is over. Floor 3. */
import type { OrderTrack } from './order-track.js'
import { PauseWatch } from './pause-watch.js'

/** Remembers decisions and pauses. Runs from `start` to `stop`. */
export class StaleAsks {
  readonly #pauses: PauseWatch
  /** Close of the last bar at which something was asked for, and of the last before the process stood still. */
  #lastDecision = Number.NEGATIVE_INFINITY
  #staleUpTo = Number.NEGATIVE_INFINITY

  /** `pausedMs` is how long a pause is; `onPause` is told once of each, behind it. */
  constructor(pausedMs: number, onPause: (ms: number) => void) {
    this.#pauses = new PauseWatch({
      pausedMs,
      onPause: (ms) => {
        this.#staleUpTo = this.#lastDecision
        onPause(ms)
      },
    })
  }

  start(): void {
    this.#pauses.start()
  }

  stop(): void {
    this.#pauses.stop()
  }

  /** This machine's clock says that it slept, whatever the process has counted. */
  noteSleep(ms: number): void {
    this.#pauses.note(ms)
  }

  /** Something was asked for at the close of a bar. */
  noteDecision(time: number): void {
    this.#lastDecision = Math.max(this.#lastDecision, time)
  }

  /** What was asked for before a pause goes out no more; nor does a purchase that follows from a decision before it. */
  isStale(group: readonly OrderTrack[], askedAt: number): boolean {
    const isBefore = this.#pauses.hasPausedSince(askedAt)
    return (
      isBefore || group.some(({ order }) => order.side === 'BUY' && order.decisionTime <= this.#staleUpTo)
    )
  }
}
