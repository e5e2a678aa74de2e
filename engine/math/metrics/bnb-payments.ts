/** What commissions took out of the BNB stock, exactly. Floor 1. */
import type { Units } from '../../model/money.js'
import type { RunResult } from '../../model/run-result.js'

/** Sums over a run's fills. */
export interface BnbPayments {
  /** Fills whose commission was paid in BNB out of the stock, and those whose was not, for it did not suffice. */
  readonly paid: number
  readonly unpaid: number
  /** BNB taken, and its worth in quote at the times of the fills. */
  readonly amount: Units
  readonly quote: Units
  /** BNB at the start, and what is left. */
  readonly start: Units
  readonly left: Units
}

/** The payments of a run; undefined where no commission was to be paid in BNB. */
export function bnbPayments({ fills, settings, bnb }: RunResult): BnbPayments | undefined {
  if (settings.feeAsset !== 'bnb' || !bnb) return undefined
  let paid = 0
  let amount = 0n
  let quote = 0n
  for (const fill of fills) {
    if (fill.commissionQuote === undefined) continue
    paid++
    amount += fill.commission
    quote += fill.commissionQuote
  }
  return {
    paid,
    unpaid: fills.length - paid,
    amount,
    quote,
    start: settings.bnb?.balance ?? 0n,
    left: bnb.left,
  }
}
