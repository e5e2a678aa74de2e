/**
 * Risk limits: whether an order may be sent at all. They stand below the strategy and are the same in every
 * mode. Pure: what is known comes in, a limit's name comes out. Floor 2.
 *
 * A sale is never stopped by an amount, for it takes risk away; the orders of a minute count both ways.
 */
import type { Units } from '../model/money.js'
import type { Side } from '../model/order.js'
import type { RiskLimits } from '../model/settings.js'
import { type EpochMs, toEpochMs } from '../model/time.js'

export type { RiskLimits }

/** No limit at all. */
export const NO_LIMITS: RiskLimits = {
  maxOrderQuote: undefined,
  maxPositionQuote: undefined,
  maxDailyLoss: undefined,
  maxOrdersPerMinute: undefined,
  maxVolume: undefined,
}

/** The limit that stops an order; it stands as the reason of the order's rejection. */
export type RiskFault = 'MAX_ORDER_QUOTE' | 'MAX_POSITION_QUOTE' | 'MAX_DAILY_LOSS' | 'MAX_ORDERS_PER_MINUTE'

/** What limits remember; plain data. */
export interface RiskState {
  /** 00:00 UTC of the day that `dayEquity` is of. */
  readonly day: EpochMs
  /** Equity at that moment, in quote. */
  readonly dayEquity: Units
  /** When orders were sent, oldest first, no older than a minute. */
  readonly sentAt: readonly EpochMs[]
}

/** An order in question, and how things stand when it is to be sent. */
export interface RiskInquiry {
  readonly time: EpochMs
  readonly side: Side
  /** What it is worth at its price, or at the last one known, in quote. */
  readonly quote: Units
  /** What the symbol's position and the purchases of it that may still trade are worth, in quote. */
  readonly exposure: Units
  /** Cash and positions at the last prices known, in quote. */
  readonly equity: Units
}

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

/** 00:00 UTC of a moment's day. */
export function dayOf(time: EpochMs): EpochMs {
  return toEpochMs(time - (time % DAY_MS))
}

/** The state of a session that starts with this equity. */
export function newRiskState(time: EpochMs, equity: Units): RiskState {
  return { day: dayOf(time), dayEquity: equity, sentAt: [] }
}

/** Whether a new day has come since the state was made. */
export function isNewDay(state: RiskState, time: EpochMs): boolean {
  return dayOf(time) > state.day
}

/** The state of a new day, which began with this equity. */
export function startDay(state: RiskState, time: EpochMs, equity: Units): RiskState {
  return { ...state, day: dayOf(time), dayEquity: equity }
}

/** The state after an order was sent. */
export function noteSent(state: RiskState, time: EpochMs): RiskState {
  return { ...state, sentAt: [...recent(state, time), time] }
}

/** The first limit that an order would break; undefined when it may be sent. A limit itself may be reached. */
export function riskFault(limits: RiskLimits, state: RiskState, inquiry: RiskInquiry): RiskFault | undefined {
  const { maxOrderQuote, maxPositionQuote, maxDailyLoss, maxOrdersPerMinute } = limits
  const { time, side, quote, exposure, equity } = inquiry
  if (maxOrdersPerMinute !== undefined && recent(state, time).length >= maxOrdersPerMinute)
    return 'MAX_ORDERS_PER_MINUTE'
  if (side === 'SELL') return undefined
  if (maxOrderQuote !== undefined && quote > maxOrderQuote) return 'MAX_ORDER_QUOTE'
  if (maxPositionQuote !== undefined && exposure + quote > maxPositionQuote) return 'MAX_POSITION_QUOTE'
  if (maxDailyLoss !== undefined && state.dayEquity - equity >= maxDailyLoss) return 'MAX_DAILY_LOSS'
  return undefined
}

/**
 * Most base that one purchase may be by the volumes of recent bars; undefined where nothing bounds it: without the
 * limit, or where the source has no volumes (NaN). No volume at all lets nothing be bought.
 */
export function volumeCap(
  { maxVolume }: Pick<RiskLimits, 'maxVolume'>,
  volumes: Iterable<number>,
): number | undefined {
  if (maxVolume === undefined) return undefined
  let sum = 0
  for (const volume of volumes) sum += volume
  return Number.isNaN(sum) ? undefined : sum * maxVolume.share
}

/** Orders of the minute that ends now: one sent exactly 60 seconds ago is over. */
function recent({ sentAt }: RiskState, time: EpochMs): readonly EpochMs[] {
  return sentAt.filter((sent) => time - sent < MINUTE_MS)
}
