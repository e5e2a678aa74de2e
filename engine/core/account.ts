/**
 * What one session owns: quote asset, one purse for all its symbols, and each symbol's base asset, exact to
 * the last unit. Every change is the sum of the flows of one fill. Floor 2.
 */
import type { Execution } from '../model/event.js'
import { toNumber, type Units } from '../model/money.js'
import type { SymbolRules } from '../model/symbol-rules.js'

/** The quote asset of a session. */
export class Purse {
  units: Units
  /** The same as a double, for marks. */
  number: number
  readonly #scale: number

  constructor(units: Units, scale: number) {
    this.units = units
    this.#scale = scale
    this.number = toNumber(units, scale)
  }

  /** Puts in a signed amount. */
  add(units: Units): void {
    this.set(this.units + units)
  }

  set(units: Units): void {
    this.units = units
    this.number = toNumber(units, this.#scale)
  }
}

/** What a session owns of one symbol's two assets. `applyFlows` alone changes it. */
export class Account {
  readonly purse: Purse
  /** Base asset, dust included. */
  quantity: Units = 0n

  constructor(purse: Purse) {
    this.purse = purse
  }

  /** Quote asset, which other symbols of the session spend too. */
  get cash(): Units {
    return this.purse.units
  }
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
  account.purse.add(flows.quote)
  account.quantity += flows.base
}
