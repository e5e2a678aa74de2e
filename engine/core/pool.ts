/**
 * The one cash account of a session with several symbols: who holds how much of it, and purchases that wait
 * until sales have brought what they need. Floor 2.
 */
import { type Amount, add } from '../model/amount.js'
import type { EpochMs } from '../model/time.js'

/** A symbol's share in the pool. */
export interface PoolMember {
  /** Quote that its open purchases hold, market orders included. */
  readonly heldQuote: Amount
  /** Whether a sale at market waits, which will bring quote. */
  readonly isSelling: boolean
  /** Whether a purchase waits for quote. */
  readonly hasHeldBack: boolean
  /** Value of its position at the last close, in quote. */
  readonly worth: number
  /** The same at the last close before a moment, of what is held now. */
  worthBefore(time: EpochMs): number
  /** Sends the purchases that wait, each with at most what is free. */
  release(): void
}

/** The members in the order of their symbols' indices: the order in which they are served. */
export class Pool {
  readonly #members: PoolMember[] = []

  add(member: PoolMember): void {
    this.#members.push(member)
  }

  /** Whether there is more than one symbol; a single one never waits for another's sale. */
  get isShared(): boolean {
    return this.#members.length > 1
  }

  /** Quote that the open purchases of all symbols hold. */
  get heldQuote(): Amount {
    return this.#members.reduce((sum: Amount, { heldQuote }) => add(sum, heldQuote), 0)
  }

  /** Value of the positions in every other symbol, at their last closes, in quote. */
  worthBeside(member: Pick<PoolMember, 'worth'>): number {
    return this.worth - member.worth
  }

  /** Value of all positions at their last closes, in quote, added up in the order of the symbols. */
  get worth(): number {
    let sum = 0
    for (const { worth } of this.#members) sum += worth
    return sum
  }

  /** The same at the last closes before a moment, of what is held now. */
  worthBefore(time: EpochMs): number {
    return this.#members.reduce((sum, member) => sum + member.worthBefore(time), 0)
  }

  /** Sends what waits, once no sale does. */
  settle(): void {
    if (!this.#members.some(({ hasHeldBack }) => hasHeldBack)) return
    if (this.#members.some(({ isSelling }) => isSelling)) return
    for (const member of this.#members) member.release()
  }
}
