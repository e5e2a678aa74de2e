/** From what a broker tells of an order to what its maker-first wish is told. Pure. Floor 2. */
import type { Execution, OrderEvent } from '../../model/event.js'
import type { OpenOrder } from '../open-orders.js'
import type { MakerFirstReport } from './maker-first.js'
import type { MakerFirst } from './maker-first-state.js'

/** A change of status. */
export function reportOf(
  { status, time }: OrderEvent,
  { executed, spent }: OpenOrder,
  { orders }: MakerFirst,
): MakerFirstReport {
  const about = { attempt: orders.length, time }
  switch (status) {
    case 'NEW':
    case 'PENDING_NEW':
      return { kind: 'ACK', ...about }
    case 'PARTIALLY_FILLED':
      return { kind: 'FILL', isFinal: false, executed, spent, ...about }
    case 'FILLED':
      return { kind: 'FILL', isFinal: true, executed, spent, ...about }
    case 'CANCELED':
      return { kind: 'CANCELED', executed, spent, ...about }
    case 'EXPIRED':
    case 'EXPIRED_IN_MATCH':
      return { kind: 'EXPIRED', executed, spent, ...about }
    case 'REJECTED':
      return { kind: 'REJECTED', ...about }
    case 'UNKNOWN':
      return { kind: 'UNKNOWN', ...about }
  }
}

/** An execution that the order's totals hold already. */
export function fillReportOf(
  { time }: Execution,
  isFinal: boolean,
  { executed, spent }: OpenOrder,
  { orders }: MakerFirst,
): MakerFirstReport {
  return { kind: 'FILL', isFinal, executed, spent, attempt: orders.length, time }
}
