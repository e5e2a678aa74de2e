/**
 * Maker-first: one wish becomes a posted order, and what that leaves becomes an order that takes. A pure machine:
 * state and event in, state and actions out; time comes in events. The same one runs in a backtest and live.
 *
 * At most one order of a wish can trade at any moment: the next is sent only when the one before is known to be
 * over, with all that it filled. Reports carry totals of their order, so that one that comes twice, late or out
 * of order changes nothing. Floor 2.
 */

import { InvariantError } from '../../model/errors.js'
import type { Units } from '../../model/money.js'
import { type EpochMs, toEpochMs } from '../../model/time.js'
import {
  type Asked,
  filledBy,
  type MakerFirst,
  type MakerFirstAction,
  type MakerFirstAlert,
  type MakerFirstOutcome,
  restOf,
} from './maker-first-state.js'

/** What an order has traded in all. */
interface Totals {
  /** Base. */
  readonly executed: Units
  /** Quote, before commission. */
  readonly spent: Units
}

/** Something about one order: `attempt` is its number within the wish, from 1. */
interface About {
  readonly attempt: number
  readonly time: EpochMs
}

/** What is told of an order. */
export type MakerFirstReport =
  /** It is on the book. */
  | ({ readonly kind: 'ACK' } & About)
  /** It traded; all of it when final. */
  | ({ readonly kind: 'FILL'; readonly isFinal: boolean } & About & Totals)
  /** It is over: taken back, or ended by the exchange. */
  | ({ readonly kind: 'CANCELED' | 'EXPIRED' } & About & Totals)
  /** It was refused and never could trade. */
  | ({ readonly kind: 'REJECTED' } & About)
  /** A limit or a gate of one's own has stopped it: nothing more is tried. */
  | ({ readonly kind: 'STOPPED' } & About)
  /** The cancel was refused: the order may be over already, or not there yet. */
  | ({ readonly kind: 'CANCEL_REFUSED' } & About)
  /** A request has no answer that says what came of it. */
  | ({ readonly kind: 'UNKNOWN' } & About)
  /** A query's answer: it is open. One that is over is told as its end. */
  | ({ readonly kind: 'FOUND_OPEN' } & About & Totals)
  /** It is proven that the exchange never took it and never will. */
  | ({ readonly kind: 'ABSENT' } & About)

/** What can happen to a wish. */
export type MakerFirstEvent =
  | MakerFirstReport
  | { readonly kind: 'START'; readonly time: EpochMs }
  /** Time has passed. */
  | { readonly kind: 'TIMER'; readonly time: EpochMs }
  /** It is taken back: nothing new is sent. */
  | { readonly kind: 'WITHDRAW'; readonly time: EpochMs }

/** A state, and what is to be done, in this order. */
export interface MakerFirstStep {
  readonly state: MakerFirst
  readonly actions: readonly MakerFirstAction[]
}

/** What a wish does with an event. One about an order that is over already changes nothing but its totals. */
export function stepMakerFirst(state: MakerFirst, event: MakerFirstEvent): MakerFirstStep {
  switch (event.kind) {
    case 'START':
      return state.orders.length === 0 && !state.outcome
        ? post({ ...state, deadline: toEpochMs(event.time + state.terms.postTimeoutMs) })
        : stay(state)
    case 'TIMER':
      return onTimer(state, event.time)
    case 'WITHDRAW':
      return onWithdraw(state)
    default:
      return onReport(state, event)
  }
}

function onTimer(state: MakerFirst, time: EpochMs): MakerFirstStep {
  const { deadline, outcome } = state
  if (outcome || deadline === undefined || time < deadline || state.isTimedOut) return stay(state)
  const late = { ...state, isTimedOut: true }
  return isCancelable(late) ? cancel(late) : stay(late)
}

function onWithdraw(state: MakerFirst): MakerFirstStep {
  if (state.outcome || state.isWithdrawn) return stay(state)
  const withdrawn = { ...state, isWithdrawn: true }
  if (state.orders.length === 0) return done(withdrawn, 'WITHDRAWN')
  if (isCancelable(withdrawn)) return cancel(withdrawn)
  // In doubt: the broker must know that it is not wanted, or what takes its place is not held back by it.
  return lastOf(withdrawn).status === 'UNKNOWN'
    ? { state: withdrawn, actions: [{ kind: 'CANCEL', attempt: withdrawn.orders.length }] }
    : stay(withdrawn)
}

function onReport(before: MakerFirst, event: MakerFirstReport): MakerFirstStep {
  const order = before.orders[event.attempt - 1]
  if (!order) return { state: before, actions: [alert('UNASKED_ORDER')] }
  const state = 'executed' in event ? count(before, event) : before
  const over = isOverfilled(state) && !isOverfilled(before) ? [alert('OVERFILLED')] : []
  const step = order.status === 'OVER' ? stay(state) : onLive(state, event)
  return over.length === 0 ? step : { ...step, actions: [...over, ...step.actions] }
}

/** A report about the order that may still trade: always the last one. */
function onLive(state: MakerFirst, event: MakerFirstReport): MakerFirstStep {
  const order = lastOf(state)
  const isCleared = order.status === 'SENT' || order.status === 'UNKNOWN'
  switch (event.kind) {
    case 'ACK':
      return isCleared ? opened(state) : stay(state)
    case 'FOUND_OPEN':
      return opened(state)
    case 'FILL':
      if (event.isFinal) return done(over(state), 'FILLED')
      return isCleared ? opened(state) : stay(state)
    case 'CANCELED':
    case 'EXPIRED':
      return ended(over(state), event.kind)
    case 'REJECTED':
    case 'ABSENT':
      // It has traded or was seen on the book: whoever says that it never was there is mistaken.
      if (order.wasSeen || order.executed > 0n) return query(state, 'CONTRADICTION')
      return refused(over(state), event.kind === 'ABSENT')
    case 'STOPPED':
      return done(over(state), state.isWithdrawn ? 'WITHDRAWN' : 'REJECTED')
    case 'CANCEL_REFUSED':
      return query(state)
    case 'UNKNOWN':
      return order.status === 'OPEN' ? stay(state) : query(state)
  }
}

function post(state: MakerFirst): MakerFirstStep {
  const sent = ask(state, 'POST')
  const { deadline } = state
  return {
    state: sent,
    actions: [
      { kind: 'POST', attempt: sent.orders.length, rest: restOf(state) },
      ...(deadline === undefined ? [] : [{ kind: 'WAKE', time: deadline } as const]),
    ],
  }
}

function take(state: MakerFirst): MakerFirstStep {
  const { escalate, maxTakes } = state.terms
  if (escalate === 'none' || countOf(state, 'TAKE') >= maxTakes) return done(state, 'UNFILLED')
  const sent = { ...ask(state, 'TAKE'), deadline: undefined }
  const type = escalate === 'ioc' ? 'IOC' : 'MARKET'
  return {
    state: sent,
    actions: [{ kind: 'ESCALATE', type, attempt: sent.orders.length, rest: restOf(state) }],
  }
}

/** It is on the book, and stays there until its time is up or the wish is taken back. */
function opened(state: MakerFirst): MakerFirstStep {
  const open = change(state, { status: 'OPEN', wasSeen: true })
  return open.isWithdrawn || (open.isTimedOut && lastOf(open).kind === 'POST') ? cancel(open) : stay(open)
}

function cancel(state: MakerFirst): MakerFirstStep {
  const cancels = state.cancels + 1
  return {
    state: { ...change(state, { status: 'CANCELING' }), cancels },
    actions: [
      { kind: 'CANCEL', attempt: state.orders.length },
      ...(cancels > state.terms.maxCancels ? [alert('CANCEL_DOES_NOT_WORK')] : []),
    ],
  }
}

/** It is over, and something may be left of the wish. */
function ended(state: MakerFirst, how: 'CANCELED' | 'EXPIRED'): MakerFirstStep {
  const rest = restOf(state)
  if (rest === 0n) return done(state, 'FILLED')
  if (rest < state.terms.least) return done(state, 'REST_TOO_SMALL')
  if (state.isWithdrawn) return done(state, 'WITHDRAWN')
  if (lastOf(state).kind === 'TAKE' || (how === 'CANCELED' && state.isTimedOut)) return take(state)
  // Whether a market that has ended a resting order is fit for more is not the machine's to say.
  const step = done(state, 'ENDED_BY_OTHERS')
  return { ...step, actions: [alert('POST_ENDED_BY_OTHERS'), ...step.actions] }
}

/** It never could trade. */
function refused(state: MakerFirst, isAbsent: boolean): MakerFirstStep {
  if (state.isWithdrawn) return done(state, 'WITHDRAWN')
  if (lastOf(state).kind === 'TAKE') return isAbsent ? take(state) : done(state, 'REJECTED')
  const canPost = !state.isTimedOut && countOf(state, 'POST') < state.terms.maxPosts
  return canPost ? post(state) : take(state)
}

function query(state: MakerFirst, contradiction?: MakerFirstAlert): MakerFirstStep {
  const ask = { kind: 'QUERY', attempt: state.orders.length } as const
  return {
    state: change(state, { status: 'UNKNOWN' }),
    actions: contradiction === undefined ? [ask] : [alert(contradiction), ask],
  }
}

function done(state: MakerFirst, outcome: MakerFirstOutcome): MakerFirstStep {
  return {
    state: { ...state, outcome, deadline: undefined },
    actions: [{ kind: 'DONE', outcome, rest: restOf(state) }],
  }
}

function stay(state: MakerFirst): MakerFirstStep {
  return { state, actions: [] }
}

function alert(reason: MakerFirstAlert): MakerFirstAction {
  return { kind: 'ALERT', reason }
}

function ask(state: MakerFirst, kind: Asked['kind']): MakerFirst {
  const order: Asked = { kind, status: 'SENT', executed: 0n, spent: 0n, wasSeen: false }
  return { ...state, orders: [...state.orders, order], cancels: 0 }
}

function over(state: MakerFirst): MakerFirst {
  return change(state, { status: 'OVER', wasSeen: true })
}

/** Totals only grow: an older report says less. */
function count(state: MakerFirst, { attempt, executed, spent }: About & Totals): MakerFirst {
  const orders = state.orders.map((order, k) =>
    k === attempt - 1 && (executed > order.executed || spent > order.spent)
      ? {
          ...order,
          executed: executed > order.executed ? executed : order.executed,
          spent: spent > order.spent ? spent : order.spent,
        }
      : order,
  )
  return { ...state, orders }
}

function change(state: MakerFirst, changes: Partial<Asked>): MakerFirst {
  const last = state.orders.length - 1
  return { ...state, orders: state.orders.map((order, k) => (k === last ? { ...order, ...changes } : order)) }
}

function lastOf({ orders }: MakerFirst): Asked {
  const last = orders.at(-1)
  if (!last) throw new InvariantError('a wish must have an order before something is told of one')
  return last
}

function countOf({ orders }: MakerFirst, kind: Asked['kind']): number {
  return orders.filter((order) => order.kind === kind).length
}

/** A request to take it back makes sense: none is under way, and it is not in doubt whether it is there. */
function isCancelable(state: MakerFirst): boolean {
  const { status, kind } = lastOf(state)
  return status === 'OPEN' || (status === 'SENT' && (kind === 'POST' || state.isWithdrawn))
}

function isOverfilled(state: MakerFirst): boolean {
  const { quantity, quoteQuantity } = state.terms.size
  return filledBy(state) > (quantity ?? quoteQuantity)
}
