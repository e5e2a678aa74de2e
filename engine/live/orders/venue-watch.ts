/**
 * Whether the exchange lets new orders in: asked of each symbol by its exchangeInfo, at once where something looks
 * shut, slowly while it is. Behind a pause the account is settled first, and only then do orders go out again. Floor 3.
 */
import { ExchangeError } from '../../model/errors.js'
import { closedBy } from '../../venue/exchange-info.js'
import { exchangeCodeOf } from '../../venue/public-rest.js'
import type { TellOrders } from './order-news.js'

/** How often the exchange is asked, in milliseconds. */
export interface VenuePatience {
  /** While all is well. */
  readonly lookMs: number
  /** While it is shut: at first, then twice as long each time, up to the longest. */
  readonly firstProbeMs: number
  readonly longestProbeMs: number
  /** How long an order's refusal is believed where exchangeInfo says nothing of it; twice as long each time in a row. */
  readonly firstHoldMs: number
  readonly longestHoldMs: number
  /** A pause so long wakes someone. */
  readonly longMs: number
}

/** In ten minutes of maintenance some two dozen questions. */
export const VENUE_PATIENCE: VenuePatience = {
  lookMs: 60_000,
  firstProbeMs: 1_000,
  longestProbeMs: 30_000,
  firstHoldMs: 30_000,
  longestHoldMs: 600_000,
  longMs: 300_000,
}

/** What a watch works with. */
export interface VenueWatchParts {
  readonly symbols: readonly string[]
  /** An exchangeInfo answer of one symbol. Throws an ExchangeError when there is none. */
  readonly ask: (symbol: string) => Promise<unknown>
  /** Hears of each answer. */
  readonly onAnswer: (symbol: string, json: unknown) => void
  /** Looks at the account and gives whether all is known again. */
  readonly settle: () => Promise<boolean>
  /** Whether the exchange has ended all requests. */
  readonly isSilent: () => boolean
  readonly tell: TellOrders
  /** Runs what nobody waits for. */
  readonly run: (work: Promise<unknown>) => void
  readonly patience: VenuePatience
}

/** Words of a refusal that say that nothing is let in now, and nothing against the order. */
const SYMBOL_SHUT = /market is closed/i
const VENUE_SHUT = /trading is not enabled/i
const EXCHANGE = 'the exchange'
const UNTIL = 'no new order goes out, cancels do; it is asked again until it is open'
const SETTLING = 'the exchange is back: the account is looked at first'

/** The account is looked at again after so many of the first waits at most. */
const SETTLING_WAITS = 5

interface Hold {
  readonly reason: string
  readonly until: number
}

/** One for each session. `ask` at its start, then `start`. */
export class VenueWatch {
  readonly #parts: VenueWatchParts
  /** Why the exchange cannot be asked. */
  #down: string | undefined
  /** What exchangeInfo says against a symbol. */
  readonly #closed = new Map<string, string>()
  /** What the refusal of an order said, and until when it is believed. */
  readonly #holds = new Map<string, Hold>()
  /** Symbols that were shut, and of which the account is not settled since. */
  readonly #unsettled = new Set<string>()
  readonly #told = new Map<string, { readonly reason: string; readonly since: number }>()
  #refusals = 0
  #waitMs: number
  #timer: NodeJS.Timeout | undefined
  #dueAt = Number.POSITIVE_INFINITY
  #asking: Promise<void> | undefined
  #isRunning = false
  #isTurning = false
  #turnedAt = Number.NEGATIVE_INFINITY

  constructor(parts: VenueWatchParts) {
    this.#parts = parts
    this.#waitMs = parts.patience.firstProbeMs
  }

  /** Why no new order of a symbol goes out; undefined lets them go. */
  heldBy(symbol: string): string | undefined {
    return this.#shutBy(symbol) ?? (this.#unsettled.has(symbol) ? SETTLING : undefined)
  }

  /** Why no order goes out at all: every symbol is held. */
  get reason(): string | undefined {
    const { symbols } = this.#parts
    const held = symbols.flatMap((symbol) => {
      const reason = this.heldBy(symbol)
      return reason === undefined ? [] : [this.#isCommon(reason) ? reason : `${symbol}: ${reason}`]
    })
    return held.length === symbols.length ? [...new Set(held)].join('; ') : undefined
  }

  /** Asks of every symbol now; who asks meanwhile waits for the same answers. */
  ask(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }

  /** From now on it asks by itself. */
  start(): void {
    this.#isRunning = true
    this.#plan()
  }

  /** Something looks shut: it is asked at once, if it was not just asked. */
  nudge(): void {
    if (!this.#isRunning || this.#isShut) return
    this.#planIn(Math.max(0, this.#turnedAt + this.#parts.patience.firstProbeMs - performance.now()))
  }

  /** The words of a refused order. Gives whether they say that nothing is let in now, whatever the order. */
  hearRefusal(symbol: string, message: string): boolean {
    const isVenue = VENUE_SHUT.test(message)
    if (!isVenue && !SYMBOL_SHUT.test(message)) return false
    const { symbols, patience } = this.#parts
    const holdMs = Math.min(patience.longestHoldMs, patience.firstHoldMs * 2 ** this.#refusals)
    this.#refusals++
    const until = performance.now() + holdMs
    for (const one of isVenue ? symbols : [symbol]) {
      this.#holds.set(one, { reason: `an order was refused: ${message.slice(0, 100)}`, until })
    }
    this.#tellAll()
    if (this.#isRunning) this.#planIn(0)
    return true
  }

  /** An order was let in. */
  hearAccepted(): void {
    this.#refusals = 0
  }

  close(): void {
    this.#isRunning = false
    clearTimeout(this.#timer)
  }

  get #isShut(): boolean {
    return this.#parts.symbols.some((symbol) => this.heldBy(symbol) !== undefined)
  }

  /** Whether the exchange lets all in again, and only the account is not settled. */
  get #isOnlyUnsettled(): boolean {
    return this.#unsettled.size > 0 && this.#parts.symbols.every((one) => this.#shutBy(one) === undefined)
  }

  #shutBy(symbol: string): string | undefined {
    return this.#down ?? this.#closed.get(symbol) ?? this.#holds.get(symbol)?.reason
  }

  #isCommon(reason: string): boolean {
    return reason === this.#down || reason === SETTLING
  }

  async #ask(): Promise<void> {
    const { symbols, ask, onAnswer } = this.#parts
    let down: string | undefined
    for (const symbol of symbols) {
      try {
        const json = await ask(symbol)
        const closed = closedBy(json, symbol)
        if (closed === undefined) this.#closed.delete(symbol)
        else {
          this.#closed.set(symbol, closed)
          // Its status says more than the refusal did, and says when it is over.
          this.#holds.delete(symbol)
        }
        onAnswer(symbol, json)
      } catch (error) {
        if (!(error instanceof ExchangeError)) throw error
        if (exchangeCodeOf(error) !== undefined) this.#closed.set(symbol, error.message)
        else {
          down = `the exchange cannot be reached: ${error.message}`
          break
        }
      }
    }
    if (this.#down !== undefined && down === undefined) this.#waitMs = this.#parts.patience.firstProbeMs
    this.#down = down
    for (const [symbol, { until }] of this.#holds) if (performance.now() >= until) this.#holds.delete(symbol)
    this.#tellAll()
  }

  /** Asks, and where a symbol is open again settles the account first. */
  async #step(): Promise<void> {
    if (this.#parts.isSilent()) return
    // While orders are found out nothing else is asked for.
    if (!this.#isOnlyUnsettled) await this.ask()
    const isBack = [...this.#unsettled].some((symbol) => this.#shutBy(symbol) === undefined)
    if (!isBack || !(await this.#parts.settle())) return
    for (const symbol of this.#unsettled)
      if (this.#shutBy(symbol) === undefined) this.#unsettled.delete(symbol)
    this.#tellAll()
  }

  async #turn(): Promise<void> {
    this.#dueAt = Number.POSITIVE_INFINITY
    this.#isTurning = true
    try {
      await this.#step()
    } finally {
      this.#isTurning = false
      this.#turnedAt = performance.now()
      if (this.#isRunning) this.#plan()
    }
  }

  #plan(): void {
    const { firstProbeMs, longestProbeMs, lookMs } = this.#parts.patience
    if (!this.#isShut) {
      this.#waitMs = firstProbeMs
      this.#planIn(lookMs)
    } else if (this.#isOnlyUnsettled) {
      this.#waitMs = Math.min(SETTLING_WAITS * firstProbeMs, this.#waitMs)
      this.#planIn(this.#waitMs)
      this.#waitMs += firstProbeMs
    } else {
      this.#planIn(this.#waitMs)
      this.#waitMs = Math.min(longestProbeMs, 2 * this.#waitMs)
    }
  }

  /** The next turn is then, unless one is under way or an earlier one is planned. */
  #planIn(ms: number): void {
    const dueAt = performance.now() + ms
    if (this.#isTurning || dueAt >= this.#dueAt) return
    this.#dueAt = dueAt
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#parts.run(this.#turn()), ms)
  }

  /** Tells each pause once, when it has become long, and when it is over. */
  #tellAll(): void {
    const { symbols, tell, patience } = this.#parts
    const reasons = new Map<string, string>()
    for (const symbol of symbols) {
      const shut = this.#shutBy(symbol)
      if (shut !== undefined) this.#unsettled.add(symbol)
      const reason = this.heldBy(symbol)
      if (reason === undefined) continue
      const isAll = this.#down !== undefined || (shut === undefined && this.#told.has(EXCHANGE))
      reasons.set(isAll ? EXCHANGE : symbol, reason)
    }
    const now = performance.now()
    for (const [about, reason] of reasons) {
      const told = this.#told.get(about)
      const what = about === EXCHANGE ? `paused: ${reason}` : `${about} is paused: ${reason}`
      if (!told) tell('venue', 'ticket', `${what}; ${UNTIL}`, { about: `pause ${about}` })
      else if (told.reason !== reason) tell('venue', 'note', what)
      if (told && now - told.since > patience.longMs) {
        const minutes = Math.round((now - told.since) / 60_000)
        tell('venue', 'page', `${what}, for ${minutes} min`, { about: `long pause ${about}` })
      }
      this.#told.set(about, { reason, since: told?.since ?? now })
    }
    for (const about of this.#told.keys()) {
      if (reasons.has(about)) continue
      this.#told.delete(about)
      const message = about === EXCHANGE ? 'the exchange answers again' : `${about} is open for orders again`
      for (const key of ['pause', 'long pause'])
        tell('venue', 'note', message, { about: `${key} ${about}`, isOver: true })
    }
  }
}
