/** The exchange's clock, for signing: measured, kept on the process's own steady clock, measured again. Floor 3. */
import { ConfigError } from '../../model/errors.js'

/** More than this, and it is not a clock that is a little off: one of the two lies. */
const MOST_OFF_MS = 30_000
/** A little behind: the exchange takes requests from the past more gladly than from the future. */
const BEHIND_MS = 5
/** It refuses what is a second ahead: a measurement that may be further off than this counts as that much too late. */
const SAFE_MS = 500

/** Runs on from the last measurement: a wall clock that jumps does not move it. */
export class VenueClock {
  readonly #ask: () => Promise<number>
  readonly #wall: () => number
  /** UTC milliseconds at the process's own zero. */
  #base = 0
  #isMeasured = false
  #errorMs = Number.POSITIVE_INFINITY

  /** `ask` gives the exchange's time, `wall` this machine's; both UTC milliseconds. */
  constructor(ask: () => Promise<number>, wall: () => number = Date.now) {
    this.#ask = ask
    this.#wall = wall
    this.#base = wall() - performance.now()
  }

  /** UTC milliseconds. */
  now(): number {
    const doubt = this.#isMeasured ? Math.max(0, this.#errorMs - SAFE_MS) : 0
    return this.#base + performance.now() - BEHIND_MS - doubt
  }

  /** Half of what the last measurement took: how far it may be off. */
  get errorMs(): number {
    return this.#errorMs
  }

  /**
   * Measures. Throws a ConfigError when the exchange's clock is so far from this machine's, and from what was measured
   * before, that it cannot be believed. This machine's alone may be set, or may have slept, while the process runs.
   */
  async measure(): Promise<void> {
    const sentAt = performance.now()
    const time = await this.#ask()
    const cameAt = performance.now()
    const base = time - (sentAt + cameAt) / 2
    const off = base + cameAt - this.#wall()
    const isAsBefore = this.#isMeasured && Math.abs(base - this.#base) <= MOST_OFF_MS
    if (Math.abs(off) > MOST_OFF_MS && !isAsBefore) {
      throw new ConfigError(
        `the clocks of the exchange and of this machine must be within ${MOST_OFF_MS / 1000} s of each other, are ${(off / 1000).toFixed(1)} s apart; set this machine's clock`,
      )
    }
    this.#errorMs = (cameAt - sentAt) / 2
    this.#base = base
    this.#isMeasured = true
  }
}
