/** What a symbol's orders are sized by at a close: the books, what is free of them, and the bounds. Floor 2. */
import { type Amount, multiplyDown, numberOf, roundToAmount, subtract } from '../model/amount.js'
import { countBefore, valueAt } from '../model/bars.js'
import type { EpochMs } from '../model/time.js'
import { closeAmountOf, closeOf, type DeskParts } from './desk-parts.js'
import { feeRates } from './market/fees.js'
import type { OpenOrders } from './open-orders.js'
import { volumeCap } from './risk-limits.js'
import { type SizedOrder, type SizingInputs, sizeBuyQuote } from './sizing.js'

/** More quote than there is. */
const WITHOUT_BOUND = 2n ** 160n

/** It reads, and changes nothing. */
export class Sizer {
  readonly #parts: DeskParts
  readonly #open: OpenOrders
  /** What `inputs` gave last, written over by the next. */
  readonly #inputs: { -readonly [Key in keyof SizingInputs]: SizingInputs[Key] }

  constructor(parts: DeskParts, open: OpenOrders) {
    this.#parts = parts
    this.#open = open
    const { account, rules, settings } = parts
    const rates = feeRates(settings)
    this.#inputs = { account, rules, settings, rates, free: 0, close: Number.NaN, beside: 0, most: undefined }
  }

  /** Value of the position at the last close, in quote. */
  get worth(): number {
    const { account, cursor, rules } = this.#parts
    // A symbol whose bars have not begun has no close.
    if (!(account.quantity > 0)) return 0
    const price = cursor.index < 0 ? account.adoptedPrice : closeOf(this.#parts)
    return numberOf(account.quantity, rules.quantityScale) * price
  }

  /** The same at the last close before a moment, of what is held now. */
  worthBefore(time: EpochMs): number {
    const { account, bars, cursor, rules } = this.#parts
    const last = Math.min(countBefore(bars, time) - 1, cursor.index)
    if (!(account.quantity > 0) || last < 0) return 0
    return numberOf(account.quantity, rules.quantityScale) * valueAt(bars.close, last)
  }

  /**
   * What to size by now, the same object each time. `isUnbound` sizes a purchase by what is wished for, whatever is
   * free now.
   */
  inputs(isUnbound = false): SizingInputs {
    const { account, pool, settings } = this.#parts
    const inputs = this.#inputs
    inputs.close = closeOf(this.#parts)
    if (isUnbound) inputs.free = WITHOUT_BOUND
    else if (pool.isShared) inputs.free = subtract(account.cash, pool.heldQuote)
    else if (this.#open.hasPending) inputs.free = subtract(account.cash, this.#open.lockedQuote)
    else inputs.free = account.cash
    inputs.beside = pool.isShared ? pool.worthBeside(this) : 0
    if (settings.limits?.maxVolume !== undefined) inputs.most = this.#mostByVolume()
    return inputs
  }

  /** Whether a purchase at market needs more than is free, and another symbol's sale may bring it. */
  isBeyondFree({ side, quantity, quoteQuantity = 0, prices }: SizedOrder): boolean {
    if (!this.#parts.pool.isShared || side === 'SELL' || prices !== undefined) return false
    const inputs = this.inputs()
    if (quantity !== undefined) return multiplyDown(closeAmountOf(this.#parts), quantity) > inputs.free
    const bought = sizeBuyQuote(quoteQuantity, inputs)?.quoteQuantity
    return bought === undefined || bought < quoteQuantity
  }

  /** Most that one purchase may be, by what the last bars traded. */
  #mostByVolume(): Amount | undefined {
    const { bars, cursor, rules, settings } = this.#parts
    const { limits } = settings
    const { index } = cursor
    const volumes = bars.volume.subarray(Math.max(0, index + 1 - (limits?.maxVolume?.bars ?? 0)), index + 1)
    const most = limits && volumeCap(limits, volumes)
    return most === undefined ? undefined : roundToAmount(most, 'down', rules.quantityScale)
  }
}
