/** How much of each risk limit a session has used. Floor 3. */
import type { RiskState } from '../../core/risk-limits.js'
import { toNumber, type Units } from '../../model/money.js'
import type { RiskLimits } from '../../model/settings.js'

/** A limit as it stands in rejections; MAX_VOLUME only makes orders smaller, and PRICE_COLLAR is the gate's. */
export type CountedRule =
  | 'MAX_ORDER_QUOTE'
  | 'MAX_POSITION_QUOTE'
  | 'MAX_DAILY_LOSS'
  | 'MAX_ORDERS_PER_MINUTE'
  | 'MAX_VOLUME'
  | 'PRICE_COLLAR'

/** Shares of limits, by rule; 1 is all of it. A limit that is not set has none. */
export type LimitsUsed = Readonly<Partial<Record<CountedRule, number>>>

/** How a session stands. */
export interface LimitsView {
  /** What it remembers for its limits; undefined without any. */
  readonly risk: RiskState | undefined
  /** What the day has lost, in quote; undefined without limits. */
  readonly lost: Units | undefined
  /** What each symbol's position is worth. */
  readonly values: readonly number[]
  /** The day's largest purchases, those that were stopped too. */
  readonly largest: LargestPurchase
  /** The market's time, UTC milliseconds. */
  readonly now: number
}

/** The largest purchases of a day. */
export interface LargestPurchase {
  readonly quote: Units
  /** Of what the last bars' volumes allow one purchase to be; a fraction. */
  readonly volumeShare: number
}

const MINUTE_MS = 60_000

/**
 * The shares that are used now. Of limits of one order it is the day's largest purchase that counts, one that was stopped
 * too: then it is more than 1.
 */
export function limitsUsed(
  limits: RiskLimits | undefined,
  { risk, lost, values, largest, now }: LimitsView,
): LimitsUsed {
  const { maxOrderQuote, maxPositionQuote, maxDailyLoss, maxOrdersPerMinute, maxVolume } = limits ?? {}
  const sent = risk?.sentAt.filter((time) => now - time < MINUTE_MS).length ?? 0
  const loss = lost === undefined || lost < 0n ? 0 : toNumber(lost)
  return {
    ...(maxOrderQuote !== undefined && {
      MAX_ORDER_QUOTE: toNumber(largest.quote) / toNumber(maxOrderQuote),
    }),
    ...(maxPositionQuote !== undefined && {
      MAX_POSITION_QUOTE: Math.max(0, ...values) / toNumber(maxPositionQuote),
    }),
    ...(maxDailyLoss !== undefined && { MAX_DAILY_LOSS: loss / toNumber(maxDailyLoss) }),
    ...(maxOrdersPerMinute !== undefined && { MAX_ORDERS_PER_MINUTE: sent / maxOrdersPerMinute }),
    ...(maxVolume !== undefined && { MAX_VOLUME: largest.volumeShare }),
  }
}
