/** The risk limits of one session, over all its symbols: what they remember, and what they are asked. Floor 2. */
import { toUnits, type Units } from '../model/money.js'
import type { Side } from '../model/order.js'
import type { RiskLimits } from '../model/settings.js'
import { type EpochMs, toEpochMs } from '../model/time.js'
import {
  dayOf,
  isNewDay,
  newRiskState,
  noteSent,
  type RiskFault,
  type RiskState,
  riskFault,
  startDay,
} from './risk-limits.js'

/** Stops orders that a limit forbids. */
export class RiskGuard {
  readonly #limits: RiskLimits
  readonly #equity: (before?: EpochMs) => number
  readonly #scale: number
  #state: RiskState = newRiskState(toEpochMs(0), 0n)

  /**
   * `equity` is what the books hold now, at the last closes, or at those before a moment; `scale` that of quote
   * amounts.
   */
  constructor(limits: RiskLimits, equity: (before?: EpochMs) => number, scale: number) {
    this.#limits = limits
    this.#equity = equity
    this.#scale = scale
  }

  /** The session begins with a position: the day's loss is counted from what the books hold at this moment. */
  begin(time: EpochMs): void {
    this.#state = newRiskState(time, this.#toUnits(this.#equity()))
  }

  /** Something is about to change the books, or to be asked: the first of a day fixes what the day began with. */
  touch(time: EpochMs): void {
    if (!isNewDay(this.#state, time)) return
    this.#state = startDay(this.#state, time, this.#toUnits(this.#equity(dayOf(time))))
  }

  /** The limit that an order would break; undefined when it may be sent, which then counts as sent. */
  check(order: {
    readonly time: EpochMs
    readonly side: Side
    readonly quote: Units
    readonly exposure: Units
  }): RiskFault | undefined {
    this.touch(order.time)
    const equity = this.#toUnits(this.#equity())
    const fault = riskFault(this.#limits, this.#state, { ...order, equity })
    if (fault === undefined) this.#state = noteSent(this.#state, order.time)
    return fault
  }

  /** What the day of a moment has lost by now, in quote; below zero where it has gained. Changes nothing. */
  loss(time: EpochMs): Units {
    const began = isNewDay(this.#state, time)
      ? this.#toUnits(this.#equity(dayOf(time)))
      : this.#state.dayEquity
    return began - this.#toUnits(this.#equity())
  }

  snapshot(): RiskState {
    return this.#state
  }

  restore(state: RiskState): void {
    this.#state = state
  }

  #toUnits(amount: number): Units {
    return toUnits(amount, 'nearest', this.#scale)
  }
}
