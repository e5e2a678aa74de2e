/**
 * The books of one session: quote and base asset, exact to the last unit. Every change is the sum of
 * the flows of one fill. Floor 2.
 */
import type { Execution } from '../model/event.js'
import type { Units } from '../model/money.js'
import type { SymbolRules } from '../model/symbol-rules.js'

/** What a session owns. `applyFlows` alone changes it. */
export interface Account {
  /** Quote asset. */
  cash: Units
  /** Base asset, dust included. */
  quantity: Units
}

/** What one fill moves: signed amounts of quote and base, commission included. */
export interface Flows {
  readonly quote: Units
  readonly base: Units
}

/** The flows of a fill: what is bought comes in, what is paid and charged goes out. */
export function flowsOf(execution: Execution, rules: SymbolRules): Flows {
  const isBuy = execution.side === 'BUY'
  const quote = isBuy ? 0n - execution.quote : execution.quote
  const base = isBuy ? execution.quantity : 0n - execution.quantity
  return execution.commissionAsset === rules.baseAsset
    ? { quote, base: base - execution.commission }
    : { quote: quote - execution.commission, base }
}

/** Books the flows of a fill. */
export function applyFlows(account: Account, flows: Flows): void {
  account.cash += flows.quote
  account.quantity += flows.base
}
