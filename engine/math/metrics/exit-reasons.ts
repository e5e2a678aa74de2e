/** What ended each trade: the kind of the order that sold the last of it. Floor 1. */
import type { OrderNumber, OrderRecord } from '../../model/order.js'
import type { RunResult } from '../../model/run-result.js'

/** Kinds of ends, in the order to print them. */
export const EXIT_REASONS = ['target', 'limit', 'stop', 'trailing stop', 'market', 'end of the run'] as const

/** What ended a trade. */
export type ExitReason = (typeof EXIT_REASONS)[number]

/** Tag of the sale that `--close-at-end` asks for. */
const CLOSE_AT_END = 'close-at-end'

/**
 * The purchase that each exit is for, by the exit's number. Exits carry the decision of their purchase and come on
 * the book when it is done; one that was given to a position later has none.
 */
export function entriesOfExits(orders: RunResult['orders']): ReadonlyMap<OrderNumber, OrderRecord> {
  const entries = new Map<OrderNumber, OrderRecord>()
  const isResting = ({ order: { side, type } }: OrderRecord) => side === 'SELL' && type !== 'MARKET'
  // Most runs have none, and millions of purchases need no map then.
  if (!orders.some(isResting)) return entries
  const purchases = new Map<string, OrderRecord>()
  for (const record of orders) {
    const { number, side, symbolIndex, decisionTime } = record.order
    const key = `${symbolIndex} ${decisionTime}`
    if (side === 'BUY') purchases.set(key, record)
    else if (isResting(record)) {
      const entry = purchases.get(key)
      if (entry && entry.executedQuantity > 0n) entries.set(number, entry)
    }
  }
  return entries
}

/** Whether a resting sale is an exit that takes profit: the limit of a list, or one that came with its purchase. */
export function isTarget({ order }: OrderRecord, hasEntry: boolean): boolean {
  if (order.type.startsWith('TAKE_PROFIT')) return true
  return order.type === 'LIMIT_MAKER' && order.side === 'SELL' && (order.list !== undefined || hasEntry)
}

/** What ended each closed trade, by its number. */
export function exitReasons({ trades, fills, orders }: RunResult): ReadonlyMap<number, ExitReason> {
  const reasons = new Map<number, ExitReason>()
  if (trades.length === 0) return reasons
  const entries = entriesOfExits(orders)
  for (const { side, tradeNumber, orderNumber } of fills) {
    const record = orders[orderNumber - 1]
    if (side === 'SELL' && record) reasons.set(tradeNumber, reasonOf(record, entries.has(orderNumber)))
  }
  return reasons
}

function reasonOf(record: OrderRecord, hasEntry: boolean): ExitReason {
  const { order } = record
  if (isTarget(record, hasEntry)) return 'target'
  if ('trailingDelta' in order && order.trailingDelta !== undefined) return 'trailing stop'
  if (order.type.startsWith('STOP_LOSS')) return 'stop'
  if (order.type !== 'MARKET') return 'limit'
  return order.tag === CLOSE_AT_END ? 'end of the run' : 'market'
}
