/**
 * Lets requests out no faster than the exchange allows, and stops them when it says so: 429 waits, 418 and
 * 403 end it until a person clears it. Shared by data, live and tests. Floor 2.
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

/** What an answer says about limits. */
export interface LimitedAnswer {
  readonly status: number
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** How often the exchange refused, and how long requests waited. */
export interface LimiterCounts {
  readonly tooMany: number
  readonly banned: number
  readonly waitedMs: number
}

const FIRST_BACKOFF_MS = 1000
const LONGEST_BACKOFF_MS = 64_000
const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** One for each address: all requests go through it, in the order they asked. */
export class Limiter {
  readonly #windows: LimitWindows
  readonly #now: () => number
  readonly #sleep: (ms: number) => Promise<void>
  #queue: Promise<void> = Promise.resolve()
  #halt: string | undefined
  #backoffMs = FIRST_BACKOFF_MS
  #tooMany = 0
  #banned = 0
  #waitedMs = 0

  constructor({ limits = DOCUMENTED_LIMITS, now, sleep }: LimiterParts) {
    this.#windows = new LimitWindows(limits)
    this.#now = now
    this.#sleep = sleep
  }

  get counts(): LimiterCounts {
    return { tooMany: this.#tooMany, banned: this.#banned, waitedMs: this.#waitedMs }
  }

  /** Whether the exchange has ended all requests. */
  get isHalted(): boolean {
    return this.#halt !== undefined
  }

  /** Waits until a request of these costs may go out, and counts it. Throws an ExchangeError when halted. */
  take(costs: Costs): Promise<void> {
    const turn = this.#queue.then(() => this.#wait({ RAW_REQUESTS: 1, ...costs }))
    // Who comes next waits for this one, whatever becomes of it.
    this.#queue = turn.catch(() => undefined)
    return turn
  }

  /** Learns from an answer. Throws an ExchangeError for one that ends all requests. */
  answered({ status, headers }: LimitedAnswer): void {
    const now = this.#now()
    for (const [name, value] of Object.entries(headers)) {
      const used = Number(value)
      const [, what, count, unit] = /^x-mbx-(used-weight|order-count)-(\d+)([smhd])$/.exec(name) ?? []
      if (what === undefined || !Number.isSafeInteger(used) || used < 0) continue
      const kind: LimitKind = what === 'used-weight' ? 'REQUEST_WEIGHT' : 'ORDERS'
      this.#windows.correct(kind, Number(count) * (UNITS[unit ?? ''] ?? 0), used, now)
    }
    if (status === 429) this.#backOff(now, retryAfterMs(headers))
    else if (status === 418 || status === 403) this.#stop(status, retryAfterMs(headers))
    else if (status < 400) this.#backoffMs = FIRST_BACKOFF_MS
  }

  /** A person has looked at what halted it: requests may go out again. */
  clear(): void {
    this.#halt = undefined
  }

  async #wait(costs: Costs): Promise<void> {
    for (;;) {
      if (this.#halt !== undefined) throw new ExchangeError(this.#halt)
      const wait = this.#windows.waitFor(costs, this.#now())
      if (wait === 0) break
      this.#waitedMs += wait
      await this.#sleep(wait)
    }
    this.#windows.spend(costs, this.#now())
  }

  #backOff(now: number, asked: number | undefined): void {
    this.#tooMany++
    this.#windows.blockUntil(now + (asked ?? this.#backoffMs))
    this.#backoffMs = Math.min(LONGEST_BACKOFF_MS, 2 * this.#backoffMs)
  }

  #stop(status: number, asked: number | undefined): never {
    this.#banned++
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
