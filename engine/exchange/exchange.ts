/**
 * The exchange without its doors: symbols, accounts, clocks, limits, faults and the journal. Everything in it
 * is synchronous, and depends on the data, the seed, the script and the calls alone. Floor 3.
 */
import { canResample } from '../math/bucket.js'
import type { Interval } from '../model/time.js'
import { Account } from './accounts/account.js'
import { KeyRing } from './accounts/keys.js'
import type { Fault } from './faults/fault.js'
import { Faults } from './faults/fault-script.js'
import { Journal } from './journal.js'
import type { ListedSymbol } from './listed-symbol.js'
import type { StepListener } from './market/step-listener.js'
import type { SymbolMarket } from './market/symbol-market.js'
import { Desk } from './orders/desk.js'
import type { DeskWorld } from './orders/desk-world.js'
import { RateLimits, type StatedLimit } from './rest/rate-limits.js'
import { Timeline } from './timeline.js'
import { WallClock } from './wall-clock.js'

/** What an exchange is made of. */
export interface ExchangeParts {
  readonly listed: readonly ListedSymbol[]
  readonly limits: readonly StatedLimit[]
  readonly faults: readonly Fault[]
  readonly seed: number
  readonly writeJournal?: (line: string) => void
  /** The machine's clock. */
  readonly now: () => number
  /** Told of a fault of the exchange itself. */
  readonly onError?: (error: unknown) => void
}

/** One exchange. */
export class Exchange implements DeskWorld {
  readonly clock: WallClock
  readonly keys = new KeyRing()
  readonly limits: RateLimits
  readonly faults: Faults
  readonly journal: Journal
  readonly timeline: Timeline
  readonly desk: Desk
  /** Stands for whoever calls without a key. */
  readonly nobody: Account
  readonly #listed: ReadonlyMap<string, ListedSymbol>
  readonly #accounts: Account[] = []
  readonly #listeners: StepListener[] = []
  readonly #keyListeners = new Set<(apiKey: string) => void>()
  readonly #machineNow: () => number
  readonly #onError: ((error: unknown) => void) | undefined

  constructor({ listed, limits, faults, seed, writeJournal, now, onError }: ExchangeParts) {
    this.#machineNow = now
    this.#onError = onError
    this.clock = new WallClock(now)
    this.limits = new RateLimits(limits)
    this.journal = new Journal(writeJournal)
    this.#listed = new Map(listed.map((one) => [one.symbol, one]))
    this.timeline = new Timeline(
      listed.map(({ market }) => market),
      {
        listen: (step) => {
          for (const listener of this.#listeners) listener.onStep(step)
        },
        isWatched: (market) => this.#listeners.some((listener) => listener.watches(market)),
      },
    )
    this.faults = new Faults({
      now,
      bars: () => this.timeline.bars,
      onFault: (id, fault, occasion) =>
        this.journal.add('FAULT', this.timeline.now, { id, do: fault.do, occasion }),
    })
    for (const fault of faults) this.faults.add(fault)
    this.desk = new Desk(this, seed)
    this.nobody = new Account({
      uid: 0,
      rates: { maker: 0, taker: 0 },
      paysInBnb: false,
      balances: new Map(),
      time: this.timeline.now,
    })
  }

  /** A symbol by its name; undefined for one that is not listed. */
  listed(symbol: string): ListedSymbol | undefined {
    return this.#listed.get(symbol)
  }

  get allListed(): readonly ListedSymbol[] {
    return [...this.#listed.values()]
  }

  /** Accounts in the order they were opened; the first has the number 1. */
  get accounts(): readonly Account[] {
    return this.#accounts
  }

  /** Opens an account. */
  openAccount(parts: Omit<ConstructorParameters<typeof Account>[0], 'uid' | 'time'>): Account {
    const account = new Account({ ...parts, uid: this.#accounts.length + 1, time: this.timeline.now })
    this.#accounts.push(account)
    return account
  }

  /** Whether klines of an interval can be made of a market's bars. */
  canServe(market: SymbolMarket, interval: Interval): boolean {
    return market.interval === interval || canResample(market.interval, interval)
  }

  /** Milliseconds of the machine's clock, whatever the exchange claims. */
  machineNow(): number {
    return this.#machineNow()
  }

  /** Whether anybody would notice the next steps of any market. */
  get isWatched(): boolean {
    return this.allListed.some(({ market }) => this.#listeners.some((listener) => listener.watches(market)))
  }

  /** Has a listener hear all steps from now on, behind those that were there before. */
  listen(listener: StepListener): void {
    this.#listeners.push(listener)
  }

  /** Tells a listener of keys that are taken away; the answer ends it. */
  listenToKeys(listener: (apiKey: string) => void): () => void {
    this.#keyListeners.add(listener)
    return () => this.#keyListeners.delete(listener)
  }

  /** A key is gone: sessions that live by it end. */
  onKeyGone(apiKey: string): void {
    for (const listener of this.#keyListeners) listener(apiKey)
  }

  /** Something that must not happen has happened in the exchange itself. */
  report(error: unknown): void {
    this.#onError?.(error)
  }

  /** How far from the reference price a taker may trade: nothing where no rule is set. */
  priceRange(symbol: string): readonly unknown[] {
    const rule = this.listed(symbol)?.filter('PRICE_RANGE')
    if (rule === undefined) return []
    const { filterType: ruleType, ...bounds } = rule
    return [{ ruleType, ...bounds }]
  }
}
