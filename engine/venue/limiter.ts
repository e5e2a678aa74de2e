/**
 * Lets requests out no faster than the exchange allows, and stops them when it says so: 429 waits, −1015 holds new
 * orders alone, 418 and 403 end it until a person clears it. Shared by data, live and tests. Floor 2.
 */
import { ExchangeError } from '../model/errors.js'
import {
  type Costs,
  DOCUMENTED_LIMITS,
  type LimitKind,
  LimitWindows,
  type RateLimit,
} from './limit-windows.js'

/** What the limiter needs of the world. */
export interface LimiterParts {
  readonly limits?: readonly RateLimit[]
  /** The exchange's time, UTC milliseconds. */
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
}

/** How a request waits. */
export interface Waiting {
  /** It leaves the last part of each window to those that cannot wait. */
  readonly canWait?: boolean | undefined
  /** It is given up rather than wait longer than so many milliseconds. */
  readonly mostWaitMs?: number | undefined
  /** Whether nobody wants it any more: then it takes nothing from those that wait behind it. */
  readonly isGivenUp?: (() => boolean) | undefined
  /** Asked when the limits let it go; one that may not go after all counts for nothing. */
  readonly mayGo?: (() => boolean) | undefined
}

/** What an answer says about limits. */
export interface LimitedAnswer {
  readonly status: number
  /** The exchange's own number of an error. */
  readonly code?: number | undefined
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** How often the exchange refused by which status, and how long requests waited. */
export interface LimiterCounts {
  readonly hits: Readonly<Record<LimitStatus, number>>
  readonly waitedMs: number
}

/** Statuses by which the exchange says that it was asked too much. */
export type LimitStatus = 429 | 418 | 403

const TOO_MANY_ORDERS = -1015
const FIRST_BACKOFF_MS = 1000
const LONGEST_BACKOFF_MS = 64_000
/** A timer of more than 2^31 ms would be over at once: long waits are made of short ones. */
const LONGEST_SLEEP_MS = 60_000
const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Who waits behind whom: an order that waits holds up no cancel, and what can wait holds up nothing. */
type Lane = 'orders' | 'other' | 'patient'

/** One for each address: all requests go through it, those of a lane in the order they asked. */
export class Limiter {
  readonly #windows: LimitWindows
  readonly #now: () => number
  readonly #sleep: (ms: number) => Promise<void>
  readonly #lanes = new Map<Lane, Promise<unknown>>()
  readonly #hits: Record<LimitStatus, number> = { 429: 0, 418: 0, 403: 0 }
  #halt: string | undefined
  #backoffMs = FIRST_BACKOFF_MS
  #waitedMs = 0

  constructor({ limits = DOCUMENTED_LIMITS, now, sleep }: LimiterParts) {
    this.#windows = new LimitWindows(limits)
    this.#now = now
    this.#sleep = sleep
  }

  get counts(): LimiterCounts {
    return { hits: { ...this.#hits }, waitedMs: this.#waitedMs }
  }

  /** How much of its fullest window of a kind is used, by the exchange's own count where it tells it. */
  share(kind: LimitKind): number {
    return this.#windows.share(kind, this.#now())
  }

  /** Takes the limits that the exchange states. */
  setLimits(limits: readonly RateLimit[]): void {
    this.#windows.setLimits(limits)
  }

  /** Whether the exchange has ended all requests. */
  get isHalted(): boolean {
    return this.#halt !== undefined
  }

  /** Whether a request of these costs would be let out now; nothing is counted. */
  has(costs: Costs): boolean {
    return this.#halt === undefined && this.#windows.waitFor({ RAW_REQUESTS: 1, ...costs }, this.#now()) === 0
  }

  /**
   * Waits until a request of these costs may go out, and counts it. Gives false, and counts nothing, for one that
   * would wait too long, is given up, or may not go. Throws an ExchangeError when halted.
   */
  take(costs: Costs, waiting: Waiting = {}): Promise<boolean> {
    const lane = (costs.ORDERS ?? 0) > 0 ? 'orders' : waiting.canWait ? 'patient' : 'other'
    const before = this.#lanes.get(lane) ?? Promise.resolve()
    const since = this.#now()
    const turn = before.then(() => this.#wait({ RAW_REQUESTS: 1, ...costs }, waiting, since))
    // Who comes next waits for this one, whatever becomes of it.
    this.#lanes.set(
      lane,
      turn.catch(() => undefined),
    )
    return turn
  }

  /** Learns from an answer. Throws an ExchangeError for one that ends all requests. */
  answered({ status, code, headers }: LimitedAnswer): void {
    const now = this.#now()
    for (const [name, value] of Object.entries(headers)) {
      const used = Number(value)
      const [, what, count, unit] = /^x-mbx-(used-weight|order-count)-(\d+)([smhd])$/.exec(name) ?? []
      if (what === undefined || !Number.isSafeInteger(used) || used < 0) continue
      const kind: LimitKind = what === 'used-weight' ? 'REQUEST_WEIGHT' : 'ORDERS'
      this.#windows.correct(kind, Number(count) * (UNITS[unit ?? ''] ?? 0), used, now)
    }
    if (status === 429 || status === 418 || status === 403) this.#hits[status]++
    const asked = retryAfterMs(headers)
    if (code === TOO_MANY_ORDERS)
      this.#windows.blockOrders(now, asked === undefined ? undefined : now + asked)
    else if (status === 429) this.#backOff(now, asked)
    else if (status === 418 || status === 403) this.#stop(status, asked)
    else if (status < 400) this.#backoffMs = FIRST_BACKOFF_MS
  }

  /** A person has looked at what halted it: requests may go out again. */
  clear(): void {
    this.#halt = undefined
  }

  async #wait(
    costs: Costs,
    { canWait, mostWaitMs, isGivenUp, mayGo }: Waiting,
    since: number,
  ): Promise<boolean> {
    for (;;) {
      if (this.#halt !== undefined) throw new ExchangeError(this.#halt)
      if (isGivenUp?.()) return false
      const now = this.#now()
      const wait = this.#windows.waitFor(costs, now, canWait)
      if (wait === 0) break
      if (mostWaitMs !== undefined && now + wait - since > mostWaitMs) return false
      const nap = Math.min(LONGEST_SLEEP_MS, wait)
      this.#waitedMs += nap
      await this.#sleep(nap)
    }
    if (mayGo && !mayGo()) return false
    this.#windows.spend(costs, this.#now())
    return true
  }

  #backOff(now: number, asked: number | undefined): void {
    this.#windows.blockUntil(now + (asked ?? this.#backoffMs))
    this.#backoffMs = Math.min(LONGEST_BACKOFF_MS, 2 * this.#backoffMs)
  }

  #stop(status: number, asked: number | undefined): never {
    const until = asked === undefined ? '' : ` for ${Math.ceil(asked / 1000)} s`
    this.#halt =
      status === 418
        ? `the exchange has banned this address${until} (418): no request goes out any more; wait it out, and send fewer`
        : 'the exchange has refused this address (403, its firewall): no request goes out any more; look at what was sent before going on'
    throw new ExchangeError(this.#halt)
  }
}

/** `Retry-After` in seconds; undefined without one, or with one that is none. */
function retryAfterMs(headers: LimitedAnswer['headers']): number | undefined {
  const seconds = Number(headers['retry-after'])
  return Number.isFinite(seconds) && seconds >= 0 && headers['retry-after'] !== undefined
    ? seconds * 1000
    : undefined
}
