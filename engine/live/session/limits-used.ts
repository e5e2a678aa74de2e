/** How much of each risk limit a session has used. Floor 3. */
import type { RiskState } from '../../core/risk-limits.js'
import { toNumber, type Units } from '../../model/money.js'
import type { RiskLimits } from '../../model/settings.js'

/** A limit that is counted up to, as it stands in rejections. */
export type CountedRule = 'MAX_POSITION_QUOTE' | 'MAX_DAILY_LOSS' | 'MAX_ORDERS_PER_MINUTE'

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
  /** The market's time, UTC milliseconds. */
  readonly now: number
}

const MINUTE_MS = 60_000

/** The shares that are used now. An order's own size is within its limit, or it is stopped: there is nothing to count. */
export function limitsUsed(
  limits: RiskLimits | undefined,
  { risk, lost, values, now }: LimitsView,
): LimitsUsed {
  const { maxPositionQuote, maxDailyLoss, maxOrdersPerMinute } = limits ?? {}
  const sent = risk?.sentAt.filter((time) => now - time < MINUTE_MS).length ?? 0
  const loss = lost === undefined || lost < 0n ? 0 : toNumber(lost)
  return {
    ...(maxPositionQuote !== undefined && {
      MAX_POSITION_QUOTE: Math.max(0, ...values) / toNumber(maxPositionQuote),
    }),
    ...(maxDailyLoss !== undefined && { MAX_DAILY_LOSS: loss / toNumber(maxDailyLoss) }),
    ...(maxOrdersPerMinute !== undefined && { MAX_ORDERS_PER_MINUTE: sent / maxOrdersPerMinute }),
  }
}
