/** How much is asked: request weight of an address and orders of an account, in fixed windows. Floor 3. */
import type { Account } from '../accounts/account.js'
import { Rejection } from '../rejection.js'

/** A limit as `exchangeInfo.rateLimits` states it. */
export interface StatedLimit {
  readonly rateLimitType: string
  readonly interval: 'SECOND' | 'MINUTE' | 'HOUR' | 'DAY'
  readonly intervalNum: number
  readonly limit: number
}

/** The documented limits. */
export const STATED_LIMITS: readonly StatedLimit[] = [
  { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 6000 },
  { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 100 },
  { rateLimitType: 'ORDERS', interval: 'DAY', intervalNum: 1, limit: 200_000 },
  { rateLimitType: 'RAW_REQUESTS', interval: 'MINUTE', intervalNum: 5, limit: 300_000 },
]

const INTERVAL_MS = { SECOND: 1000, MINUTE: 60_000, HOUR: 3_600_000, DAY: 86_400_000 } as const
const BAN_MS = 120_000
/** After so many refused requests in one window the address is banned. */
const PATIENCE = 100

/** A counter of one window. */
interface Counter {
  start: number
  used: number
}

/** Weight and orders, as the exchange counts them. */
export class RateLimits {
  readonly #stated: readonly StatedLimit[]
  readonly #weight = new Map<string, Counter>()
  readonly #orders = new Map<string, Counter>()
  #refused = 0
  #bannedUntil = 0
  #banMs = BAN_MS

  constructor(stated: readonly StatedLimit[]) {
    this.#stated = stated
  }

  get stated(): readonly StatedLimit[] {
    return this.#stated
  }

  /** Counts a request. Throws 429 when a window is full, 418 when the address went on regardless. */
  spend(address: string, weight: number, now: number): void {
    if (now < this.#bannedUntil) {
      throw new Rejection(
        -1003,
        `Way too much request weight used; IP banned until ${this.#bannedUntil}. Please use WebSocket Streams for live updates to avoid bans.`,
        { status: 418, retryAfterMs: this.#bannedUntil - now },
      )
    }
    for (const limit of this.#stated) {
      const cost =
        limit.rateLimitType === 'REQUEST_WEIGHT' ? weight : limit.rateLimitType === 'RAW_REQUESTS' ? 1 : 0
      if (cost === 0) continue
      const counter = counterOf(this.#weight, address, limit, now)
      counter.used += cost
      if (counter.used > limit.limit) this.#refuse(limit, counter, now)
    }
    this.#refused = 0
  }

  /** Gives weight back: orders that succeed cost nothing. */
  refund(address: string, weight: number, now: number): void {
    for (const limit of this.#stated) {
      if (limit.rateLimitType !== 'REQUEST_WEIGHT') continue
      const counter = counterOf(this.#weight, address, limit, now)
      counter.used = Math.max(0, counter.used - weight)
    }
  }

  /** Throws −1015 when an account may not place `count` more orders now. */
  checkOrders(account: Account, count: number, now: number): void {
    for (const limit of this.#stated) {
      if (limit.rateLimitType !== 'ORDERS') continue
      const counter = counterOf(this.#orders, String(account.uid), limit, now)
      if (counter.used + count <= limit.limit) continue
      throw new Rejection(
        -1015,
        `Too many new orders; current limit is ${limit.limit} orders per ${limit.intervalNum} ${limit.interval}.`,
        { retryAfterMs: counter.start + lengthOf(limit) - now },
      )
    }
  }

  /** Counts orders of an account; fills take them back with a negative count. */
  countOrders(account: Account, count: number, now: number): void {
    for (const limit of this.#stated) {
      if (limit.rateLimitType !== 'ORDERS') continue
      const counter = counterOf(this.#orders, String(account.uid), limit, now)
      counter.used = Math.max(0, counter.used + count)
    }
  }

  /** Weight used, as headers. */
  weightHeaders(address: string, now: number): Record<string, string> {
    const headers: Record<string, string> = {}
    for (const limit of this.#stated) {
      if (limit.rateLimitType !== 'REQUEST_WEIGHT') continue
      const { used } = counterOf(this.#weight, address, limit, now)
      headers['x-mbx-used-weight'] ??= String(used)
      headers[`x-mbx-used-weight-${limit.intervalNum}${limit.interval[0]?.toLowerCase()}`] = String(used)
    }
    return headers
  }

  /** Orders counted, as headers. */
  orderHeaders(account: Account, now: number): Record<string, string> {
    return Object.fromEntries(
      this.orderCounts(account, now).map(({ intervalNum, interval, count }) => [
        `x-mbx-order-count-${intervalNum}${interval[0]?.toLowerCase()}`,
        String(count),
      ]),
    )
  }

  /** Limits with what is used of them, as `rateLimit/order` tells them. */
  orderCounts(account: Account, now: number): readonly (StatedLimit & { readonly count: number })[] {
    return this.#stated
      .filter(({ rateLimitType }) => rateLimitType === 'ORDERS')
      .map((limit) => ({ ...limit, count: counterOf(this.#orders, String(account.uid), limit, now).used }))
  }

  /** The weight limit with what is used of it, as the WebSocket API tells it. */
  weightCounts(address: string, now: number): readonly (StatedLimit & { readonly count: number })[] {
    return this.#stated
      .filter(({ rateLimitType }) => rateLimitType === 'REQUEST_WEIGHT')
      .map((limit) => ({ ...limit, count: counterOf(this.#weight, address, limit, now).used }))
  }

  #refuse(limit: StatedLimit, counter: Counter, now: number): never {
    this.#refused++
    if (this.#refused > PATIENCE) {
      this.#bannedUntil = now + this.#banMs
      this.#banMs *= 2
      this.#refused = 0
    }
    throw new Rejection(
      -1003,
      `Too much request weight used; current limit is ${limit.limit} request weight per ${limit.intervalNum} ${limit.interval}. Please use WebSocket Streams for live updates to avoid polling the API.`,
      { retryAfterMs: counter.start + lengthOf(limit) - now },
    )
  }
}

function lengthOf({ interval, intervalNum }: StatedLimit): number {
  return INTERVAL_MS[interval] * intervalNum
}

/** The counter of the window that `now` lies in: windows stand on the clock, and begin at 0. */
function counterOf(counters: Map<string, Counter>, who: string, limit: StatedLimit, now: number): Counter {
  const name = `${who} ${limit.rateLimitType} ${limit.intervalNum}${limit.interval}`
  const length = lengthOf(limit)
  const start = now - (now % length)
  const counter = counters.get(name)
  if (counter && counter.start >= start) return counter
  const fresh = { start, used: 0 }
  counters.set(name, fresh)
  return fresh
}
