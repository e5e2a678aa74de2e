/**
 * Binance's request limits as it counts them: fixed windows on the clock, counters that begin at 0 in each,
 * corrected by what its answers say. It knows no clock: every call is told the time. Floor 2.
 */
import { InvariantError } from '../model/errors.js'

/** What is counted. */
export type LimitKind = 'REQUEST_WEIGHT' | 'ORDERS' | 'RAW_REQUESTS'

/** One limit: so many in each window, which begins at a multiple of its length since 1970. */
export interface RateLimit {
  readonly kind: LimitKind
  readonly windowMs: number
  readonly limit: number
}

/** What a request costs; 0 where it is left out. */
export type Costs = Partial<Record<LimitKind, number>>

/** The limits of the documentation; an exchangeInfo answer says the true ones. */
export const DOCUMENTED_LIMITS: readonly RateLimit[] = [
  { kind: 'REQUEST_WEIGHT', windowMs: 60_000, limit: 6000 },
  { kind: 'ORDERS', windowMs: 10_000, limit: 50 },
  { kind: 'ORDERS', windowMs: 86_400_000, limit: 160_000 },
  { kind: 'RAW_REQUESTS', windowMs: 300_000, limit: 300_000 },
]

interface Window {
  readonly rate: RateLimit
  start: number
  used: number
}

/** What shares an address leaves the rest of each window to what cannot wait. */
const PATIENT_SHARE = 0.7

/** The windows of one address or account. Times are the exchange's, UTC milliseconds. */
export class LimitWindows {
  #windows: readonly Window[]
  #blockedUntil = 0
  #ordersBlockedUntil = 0

  constructor(limits: readonly RateLimit[]) {
    this.#windows = limits.map((rate) => ({ rate, start: 0, used: 0 }))
  }

  /**
   * Takes other limits in place of those of the same kinds; what is counted in a window of the same kind and length
   * stays counted. A kind of which nothing is said keeps its own.
   */
  setLimits(limits: readonly RateLimit[]): void {
    const kept = this.#windows.filter(({ rate }) => !limits.some(({ kind }) => kind === rate.kind))
    const taken = limits.map((rate) => {
      const same = this.#windows.find(
        ({ rate: { kind, windowMs } }) => kind === rate.kind && windowMs === rate.windowMs,
      )
      return { rate, start: same?.start ?? 0, used: same?.used ?? 0 }
    })
    this.#windows = [...taken, ...kept]
  }

  /**
   * Milliseconds from `now` until a request of these costs fits into every window; 0 when it does. One that can wait
   * leaves the last part of each window to those that cannot, whoever has used the first.
   * Throws an InvariantError for one that no window could ever take.
   */
  waitFor(costs: Costs, now: number, canWait = false): number {
    let wait = Math.max(0, this.#blockedUntil - now)
    if ((costs.ORDERS ?? 0) > 0) wait = Math.max(wait, this.#ordersBlockedUntil - now)
    for (const window of this.#windows) {
      const { kind, limit, windowMs } = window.rate
      const cost = costs[kind] ?? 0
      if (cost > limit)
        throw new InvariantError(`a request must cost at most ${limit} of ${kind}, was ${cost}`)
      roll(window, now)
      const isFull = window.used + cost > limit || (canWait && window.used >= PATIENT_SHARE * limit)
      if (cost > 0 && isFull) wait = Math.max(wait, window.start + windowMs - now)
    }
    return wait
  }

  /** Counts a request that is sent now. */
  spend(costs: Costs, now: number): void {
    for (const window of this.#windows) {
      roll(window, now)
      window.used += costs[window.rate.kind] ?? 0
    }
  }

  /** Takes over what the exchange says it has counted in the window of `now`. */
  correct(kind: LimitKind, windowMs: number, used: number, now: number): void {
    for (const window of this.#windows) {
      if (window.rate.kind !== kind || window.rate.windowMs !== windowMs) continue
      roll(window, now)
      window.used = used
    }
  }

  /** Nothing fits before this time. */
  blockUntil(time: number): void {
    this.#blockedUntil = Math.max(this.#blockedUntil, time)
  }

  /** No order fits before this time, or before the shortest window of orders has ended; all else does. */
  blockOrders(now: number, until: number | undefined): void {
    const ends = this.#windows.flatMap(({ rate: { kind, windowMs } }) =>
      kind === 'ORDERS' ? [now - (now % windowMs) + windowMs] : [],
    )
    this.#ordersBlockedUntil = Math.max(
      this.#ordersBlockedUntil,
      until ?? (ends.length > 0 ? Math.min(...ends) : now),
    )
  }

  /** How much of its fullest window of a kind is used; 0 where there is no such limit. */
  share(kind: LimitKind, now: number): number {
    const shares = this.#windows.map((window) => {
      roll(window, now)
      return window.rate.kind === kind ? window.used / window.rate.limit : 0
    })
    return Math.max(0, ...shares)
  }

  /** What is counted in the window of `now`; 0 where there is no such limit. */
  used(kind: LimitKind, windowMs: number, now: number): number {
    const window = this.#windows.find(({ rate }) => rate.kind === kind && rate.windowMs === windowMs)
    if (!window) return 0
    roll(window, now)
    return window.used
  }
}

/** A clock that went back keeps the later window: the exchange's does not. */
function roll(window: Window, now: number): void {
  const start = now - (now % window.rate.windowMs)
  if (start <= window.start) return
  window.start = start
  window.used = 0
}
