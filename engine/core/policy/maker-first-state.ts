/**
 * What a maker-first wish remembers, what it asks of whoever carries it out, and what follows from its totals:
 * plain data, to be recorded and replayed. Floor 2.
 */

import type { Units } from '../../model/money.js'
import type { OrderSize, Side } from '../../model/order.js'
import type { EpochMs } from '../../model/time.js'

/** What a wish is, fixed when it is made. */
export interface MakerFirstTerms extends MakerFirstBounds {
  readonly side: Side
  /** How much in all: base, or (BUY only) quote to spend. */
  readonly size: OrderSize
  /** How long the posted order may rest. */
  readonly postTimeoutMs: number
  /** What follows it. */
  readonly escalate: 'ioc' | 'market' | 'none'
  /** A rest below this, in the unit of `size`, is dust: no order is sent for it. */
  readonly least: Units
}

/** How often a wish tries. */
export interface MakerFirstBounds {
  /** Most posted orders, and most orders that take. */
  readonly maxPosts: number
  readonly maxTakes: number
  /** Cancels of one order before someone is called. */
  readonly maxCancels: number
}

/** How often a wish tries unless said otherwise: one post, one order that takes. */
export const MAKER_FIRST_BOUNDS: MakerFirstBounds = { maxPosts: 1, maxTakes: 1, maxCancels: 3 }

/** An order that the wish has asked for. */
export interface Asked {
  readonly kind: 'POST' | 'TAKE'
  /** `OVER` when it can trade no more. */
  readonly status: 'SENT' | 'OPEN' | 'CANCELING' | 'UNKNOWN' | 'OVER'
  /** Base traded, the most that any report has said. */
  readonly executed: Units
  /** Quote traded. */
  readonly spent: Units
  /** Whether a report has shown that the exchange took it. */
  readonly wasSeen: boolean
}

/** How a wish ended. */
export type MakerFirstOutcome =
  | 'FILLED'
  /** What is left is less than the exchange takes an order for. */
  | 'REST_TOO_SMALL'
  /** No more tries. */
  | 'UNFILLED'
  | 'REJECTED'
  | 'WITHDRAWN'
  /** The posted order was ended by something else than this wish. */
  | 'ENDED_BY_OTHERS'

/** A wish under way; every field is plain data. */
export interface MakerFirst {
  readonly terms: MakerFirstTerms
  /** By attempt, oldest first: all but the last are over. */
  readonly orders: readonly Asked[]
  /** When the posted order's time is up; undefined before the start and once an order takes. */
  readonly deadline: EpochMs | undefined
  readonly isTimedOut: boolean
  readonly isWithdrawn: boolean
  /** Cancels asked for of the last order. */
  readonly cancels: number
  /** Undefined while it goes on. */
  readonly outcome: MakerFirstOutcome | undefined
}

/** What is to be done. Prices are made by whoever does it: the machine sees none. */
export type MakerFirstAction =
  /** Send a LIMIT_MAKER for the rest, on the passive side. */
  | { readonly kind: 'POST'; readonly attempt: number; readonly rest: Units }
  /** Send an order that takes, for the rest. */
  | {
      readonly kind: 'ESCALATE'
      readonly type: 'IOC' | 'MARKET'
      readonly attempt: number
      readonly rest: Units
    }
  | { readonly kind: 'CANCEL'; readonly attempt: number }
  /** Find out what became of the order, and report it. */
  | { readonly kind: 'QUERY'; readonly attempt: number }
  /** Send a TIMER at this time or after it. */
  | { readonly kind: 'WAKE'; readonly time: EpochMs }
  | { readonly kind: 'ALERT'; readonly reason: MakerFirstAlert }
  | { readonly kind: 'DONE'; readonly outcome: MakerFirstOutcome; readonly rest: Units }

/** Why someone must look. */
export type MakerFirstAlert =
  | 'UNASKED_ORDER'
  | 'OVERFILLED'
  | 'CONTRADICTION'
  | 'CANCEL_DOES_NOT_WORK'
  | 'POST_ENDED_BY_OTHERS'

/** A wish that has not started. */
export function newMakerFirst(
  terms: Omit<MakerFirstTerms, keyof MakerFirstBounds> & Partial<MakerFirstBounds>,
): MakerFirst {
  return {
    terms: { ...MAKER_FIRST_BOUNDS, ...terms },
    orders: [],
    deadline: undefined,
    isTimedOut: false,
    isWithdrawn: false,
    cancels: 0,
    outcome: undefined,
  }
}

/** What all orders of the wish have traded, in the unit of its size. */
export function filledBy({ terms, orders }: MakerFirst): Units {
  const isInQuote = terms.size.quantity === undefined
  return orders.reduce((sum, { executed, spent }) => sum + (isInQuote ? spent : executed), 0n)
}

/** What is left of the wish, in the unit of its size; never below 0. */
export function restOf(state: MakerFirst): Units {
  const { size } = state.terms
  const rest = (size.quantity ?? size.quoteQuantity) - filledBy(state)
  return rest > 0n ? rest : 0n
}

/** Whether an order of the wish may still trade. */
export function isUnderWay({ orders, outcome }: MakerFirst): boolean {
  return outcome === undefined && orders.at(-1)?.status !== 'OVER'
}
