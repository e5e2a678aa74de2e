/** The market's time: the exchange's clock, or against a local exchange the time that its streams carry. Floor 3. */
import type { Clock } from '../../model/ports.js'
import { type EpochMs, toEpochMs } from '../../model/time.js'

/** What ages and timeouts are counted in. */
export type ClockKind = 'wall' | 'stream'

/** Tells the market's time. */
export class MarketClock implements Clock {
  readonly kind: ClockKind
  readonly #wall: () => number
  #offsetMs = 0
  #latest = 0

  /** `wall` is this machine's time, UTC milliseconds. */
  constructor(kind: ClockKind, wall: () => number = Date.now) {
    this.kind = kind
    this.#wall = wall
  }

  /** The exchange's clock less this machine's. */
  get offsetMs(): number {
    return this.#offsetMs
  }

  /** Takes the exchange's time from an answer that was asked for at `sentAt` and came at `cameAt`. */
  correct(serverTime: number, sentAt: number, cameAt: number): void {
    this.#offsetMs = Math.round(serverTime - (sentAt + cameAt) / 2)
  }

  /** An event of this time has come over a stream. */
  see(eventTime: number): void {
    this.#latest = Math.max(this.#latest, eventTime)
  }

  /** Now, in the market's time; 0 on a stream's clock before its first event. */
  now(): EpochMs {
    return toEpochMs(this.kind === 'stream' ? this.#latest : this.#wall() + this.#offsetMs)
  }
}
