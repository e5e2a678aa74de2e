/** From what a broker tells of an order to what its maker-first wish is told. Pure. Floor 2. */
import { unitsOf } from '../../model/amount.js'
import type { Execution, OrderEvent } from '../../model/event.js'
import type { Units } from '../../model/money.js'
import type { OpenOrder } from '../open-orders.js'
import type { MakerFirstReport } from './maker-first.js'
import type { MakerFirst } from './maker-first-state.js'

/** How the reason of an order begins that a gate of one's own has kept back: nothing else is tried in its place. */
export const KEPT_BACK = 'GATE'

/** A change of status. */
export function reportOf(
  { status, time, reason }: OrderEvent,
  open: OpenOrder,
  { orders }: MakerFirst,
): MakerFirstReport {
  const about = { attempt: orders.length, time }
  const totals = totalsOf(open)
  switch (status) {
    case 'NEW':
    case 'PENDING_NEW':
      return { kind: 'ACK', ...about }
    case 'PARTIALLY_FILLED':
      return { kind: 'FILL', isFinal: false, ...totals, ...about }
    case 'FILLED':
      return { kind: 'FILL', isFinal: true, ...totals, ...about }
    case 'CANCELED':
      return { kind: 'CANCELED', ...totals, ...about }
    case 'EXPIRED':
    case 'EXPIRED_IN_MATCH':
      return { kind: 'EXPIRED', ...totals, ...about }
    case 'REJECTED':
      return { kind: reason.startsWith(KEPT_BACK) ? 'STOPPED' : 'REJECTED', ...about }
    case 'UNKNOWN':
      return { kind: 'UNKNOWN', ...about }
  }
}

/** An execution that the order's totals hold already. */
export function fillReportOf(
  { time }: Execution,
  isFinal: boolean,
  open: OpenOrder,
  { orders }: MakerFirst,
): MakerFirstReport {
  return { kind: 'FILL', isFinal, ...totalsOf(open), attempt: orders.length, time }
}

function totalsOf({ executed, spent }: OpenOrder): { readonly executed: Units; readonly spent: Units } {
  return { executed: unitsOf(executed), spent: unitsOf(spent) }
}
