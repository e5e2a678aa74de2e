/** What a session leaves behind: asks, orders, fills and trades, in order. Floor 2. */
import type { Bars } from '../../model/bars.js'
import type { SymbolRules } from '../../model/symbol-rules.js'
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

/** An empty journal of a session on these symbols, in the order of their indices. */
export function newJournal(
  symbols: readonly { readonly bars: Bars; readonly rules: SymbolRules }[],
): Journal {
  const fills = new FillLog()
  return {
    decisions: new DecisionLog(),
    orders: new OrderLog(),
    fills,
    trades: new TradeLog(symbols, fills),
  }
}
