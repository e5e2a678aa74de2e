/** An account: what it owns, what it pays, and who listens to it. Floor 3. */
import type { Units } from '../../model/money.js'
import type { UserEvent } from '../../venue/user-event-wire.js'

/** What is owned of an asset: free, and held by orders on the book. */
export interface Balance {
  free: Units
  locked: Units
}

/** Commission rates, fractions. */
export interface CommissionRates {
  readonly maker: number
  readonly taker: number
}

/** Hears what happens to an account. */
export type UserListener = (event: UserEvent) => void

/** One account. */
export class Account {
  readonly uid: number
  readonly rates: CommissionRates
  /** Whether commissions are taken from BNB, at a quarter less, where there is enough of it. */
  paysInBnb: boolean
  canTrade = true
  /** Market time of the last change of a balance. */
  updateTime: number
  readonly #balances = new Map<string, Balance>()
  readonly #listeners = new Set<UserListener>()

  constructor({
    uid,
    rates,
    paysInBnb,
    balances,
    time,
  }: {
    readonly uid: number
    readonly rates: CommissionRates
    readonly paysInBnb: boolean
    readonly balances: ReadonlyMap<string, Units>
    readonly time: number
  }) {
    this.uid = uid
    this.rates = rates
    this.paysInBnb = paysInBnb
    this.updateTime = time
    for (const [asset, free] of balances) this.#balances.set(asset, { free, locked: 0n })
  }

  /** What it has of an asset; the balance is its own and changes. */
  balance(asset: string): Balance {
    const found = this.#balances.get(asset)
    if (found) return found
    const none = { free: 0n, locked: 0n }
    this.#balances.set(asset, none)
    return none
  }

  /** All balances, by asset. */
  get balances(): readonly (readonly [asset: string, balance: Readonly<Balance>])[] {
    return [...this.#balances].sort(([a], [b]) => (a < b ? -1 : 1))
  }

  /** Whether anybody listens. */
  get isHeard(): boolean {
    return this.#listeners.size > 0
  }

  /** Tells a listener what happens from now on; the answer ends it. */
  listen(listener: UserListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  tell(event: UserEvent): void {
    for (const listener of this.#listeners) listener(event)
  }
}
