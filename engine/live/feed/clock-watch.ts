/** Sees that this machine's clock was set, or that the machine slept, and keeps the market's clock measured. Floor 3. */
import { steadyNow } from '../../venue/steady-now.js'

/** What a watch works with. */
export interface ClockWatchParts {
  /** UTC milliseconds of this machine. */
  readonly wall: () => number
  /** Measures the exchange's time; must not throw. */
  readonly measure: () => Promise<void>
  /** So far this machine's clock has moved from where the process has counted itself to. */
  readonly onJump: (jumpMs: number) => void
}

const LOOK_MS = 250
/** How often the exchange's time is measured again. */
const MEASURE_MS = 120_000
/** No drift does so much between two looks. */
const JUMP_MS = 1_000

/** Runs from `start` to `stop`. */
export class ClockWatch {
  readonly #parts: ClockWatchParts
  readonly #timers: NodeJS.Timeout[] = []
  #aheadMs = 0

  constructor(parts: ClockWatchParts) {
    this.#parts = parts
  }

  start(): void {
    const { measure } = this.#parts
    this.#aheadMs = this.#ahead()
    this.#timers.push(
      setInterval(() => this.#look(), LOOK_MS),
      setInterval(() => void measure(), MEASURE_MS),
    )
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer)
  }

  #look(): void {
    const { measure, onJump } = this.#parts
    const before = this.#aheadMs
    this.#aheadMs = this.#ahead()
    if (Math.abs(this.#aheadMs - before) < JUMP_MS) return
    onJump(this.#aheadMs - before)
    void measure()
  }

  #ahead(): number {
    return this.#parts.wall() - steadyNow()
  }
}
