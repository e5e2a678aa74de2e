/** The market's time: the exchange's clock, or against a local exchange the time that its streams carry. Floor 3. */
import type { Clock } from '../../model/ports.js'
import { type EpochMs, toEpochMs } from '../../model/time.js'
import { steadyNow } from '../../venue/steady-now.js'

/** What ages and timeouts are counted in. */
export type ClockKind = 'wall' | 'stream'

/** Tells the market's time. */
export class MarketClock implements Clock {
  readonly kind: ClockKind
  readonly #wall: () => number
  #offsetMs = 0
  #latest = 0

  /** `wall` is this machine's time, UTC milliseconds: the exchange's clock is told less it, and nothing else uses it. */
  constructor(kind: ClockKind, wall: () => number = Date.now) {
    this.kind = kind
    this.#wall = wall
  }

  /** The exchange's clock less this machine's. */
  get offsetMs(): number {
    return Math.round(steadyNow() + this.#offsetMs - this.#wall())
  }

  /** Takes the exchange's time, which `ask` gives: the middle of the way there and back. */
  async measure(ask: () => Promise<number>): Promise<void> {
    const sentAt = steadyNow()
    const time = await ask()
    this.#offsetMs = time - (sentAt + steadyNow()) / 2
  }

  /** An event of this time has come over a stream. */
  see(eventTime: number): void {
    this.#latest = Math.max(this.#latest, eventTime)
  }

  /** Now, in the market's time; 0 on a stream's clock before its first event. */
  now(): EpochMs {
    return toEpochMs(this.kind === 'stream' ? this.#latest : Math.round(steadyNow() + this.#offsetMs))
  }
}
