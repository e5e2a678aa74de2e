/** What a session leaves behind: asks, orders, fills and trades, in order. Floor 2. */
import { DecisionLog } from './decision-log.js'
import { FillLog } from './fill-log.js'
import { OrderLog } from './order-log.js'
import { TradeLog } from './trade-log.js'

/** Append-only logs. What decides the future is not here but in the session's snapshot. */
export interface Journal {
  readonly decisions: DecisionLog
  readonly orders: OrderLog
  readonly fills: FillLog
  readonly trades: TradeLog
}

/** An empty journal. */
export function newJournal(): Journal {
  return {
    decisions: new DecisionLog(),
    orders: new OrderLog(),
    fills: new FillLog(),
    trades: new TradeLog(),
  }
}
