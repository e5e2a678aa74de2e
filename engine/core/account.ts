/**
 * What one session owns: quote asset, one purse for all its symbols, and each symbol's base asset, exact to
 * the last unit. Every change is the sum of the flows of one fill. Floor 2.
 */
import { type Amount, add, numberOf, subtract } from '../model/amount.js'
import type { Execution } from '../model/event.js'
import type { MarketRules } from '../model/symbol-rules.js'

/** The quote asset of a session. */
export class Purse {
  units: Amount
  /** The same as a double, for marks. */
  number: number
  readonly #scale: number

  constructor(units: Amount, scale: number) {
    this.units = units
    this.#scale = scale
    this.number = numberOf(units, scale)
  }

  /** Puts in a signed amount. */
  add(units: Amount): void {
    this.set(add(this.units, units))
  }

  set(units: Amount): void {
    this.units = units
    this.number = numberOf(units, this.#scale)
  }
}

/** What a session owns of one symbol's two assets. `applyFlows` alone changes it. */
export class Account {
  readonly purse: Purse
  /** Base asset, dust included. */
  quantity: Amount = 0

  constructor(purse: Purse) {
    this.purse = purse
  }

  /** Quote asset, which other symbols of the session spend too. */
  get cash(): Amount {
    return this.purse.units
  }
}

/** What one fill moves: signed amounts of quote and base, commission included. */
export interface Flows {
  readonly quote: Amount
  readonly base: Amount
}

/**
 * The flows of a fill: what is bought comes in, what is paid and charged goes out. A commission in a third asset, such
 * as BNB, moves neither: the session does not own it.
 */
export function flowsOf(execution: Execution, rules: MarketRules): Flows {
  const isBuy = execution.side === 'BUY'
  const quote = isBuy ? subtract(0, execution.quote) : execution.quote
  const base = isBuy ? execution.quantity : subtract(0, execution.quantity)
  if (execution.commissionAsset === rules.baseAsset) {
    return { quote, base: subtract(base, execution.commission) }
  }
  return execution.commissionAsset === rules.quoteAsset
    ? { quote: subtract(quote, execution.commission), base }
    : { quote, base }
}

/** Books the flows of a fill. */
export function applyFlows(account: Account, flows: Flows): void {
  account.purse.add(flows.quote)
  account.quantity = add(account.quantity, flows.base)
}
