/**
 * What orders of one list do to each other: OCO (one ends the other), OTO (one brings another in) and OTOCO (one brings
 * a pair in). Pure; the simulated market and the local exchange go by it. Floor 2.
 *
 * Source: Binance Spot, order lists. Those that wait go live only when the working order is filled whole.
 */

/** An order as its list sees it. */
export interface ListMember {
  /** The one for which others wait, or one of those, or one of a bare pair. */
  readonly role: 'WORKING' | 'LEG'
  readonly isOpen: boolean
  /** Whether it still waits for the working order. */
  readonly isPending: boolean
}

/** What has happened to an order: it was set off or has traded, is filled whole, expired, or was taken back. */
export type ListEvent = 'WORKS' | 'FILLED' | 'EXPIRED' | 'CANCELED'

/** What that does to another order of the list. */
export type ListAct =
  | { readonly kind: 'BRING_IN' }
  | { readonly kind: 'CANCEL' }
  | { readonly kind: 'EXPIRE'; readonly reason: 'OCO_TRIGGER' | 'OTO_PHASE_ONE_EXPIRED' }

const BRING_IN: ListAct = { kind: 'BRING_IN' }
const CANCEL: ListAct = { kind: 'CANCEL' }
const RIVAL: ListAct = { kind: 'EXPIRE', reason: 'OCO_TRIGGER' }
const LEFT: ListAct = { kind: 'EXPIRE', reason: 'OTO_PHASE_ONE_EXPIRED' }

/** What an event of one order does to another of its list; undefined where it does nothing. */
export function listAct(of: ListMember, event: ListEvent, other: ListMember): ListAct | undefined {
  if (!other.isOpen) return undefined
  const isFirst = of.role === 'WORKING'
  switch (event) {
    case 'WORKS':
      return isFirst || other.role === 'WORKING' ? undefined : RIVAL
    case 'FILLED':
      return isFirst && other.isPending ? BRING_IN : undefined
    case 'EXPIRED':
      return isFirst && other.isPending ? LEFT : undefined
    case 'CANCELED':
      return CANCEL
  }
}
