/** How a list of orders stands, in the exchange's words. Floor 0. */

/** A list's status in the exchange's words. */
export interface ListStatus {
  readonly listStatusType: 'RESPONSE' | 'EXEC_STARTED' | 'ALL_DONE'
  readonly listOrderStatus: 'REJECT' | 'EXECUTING' | 'ALL_DONE'
}

/** How a list stands: refused as a whole, under way, or over. */
export function listStatus(isRefused: boolean, hasOpen: boolean): ListStatus {
  if (isRefused) return { listStatusType: 'RESPONSE', listOrderStatus: 'REJECT' }
  return hasOpen
    ? { listStatusType: 'EXEC_STARTED', listOrderStatus: 'EXECUTING' }
    : { listStatusType: 'ALL_DONE', listOrderStatus: 'ALL_DONE' }
}
