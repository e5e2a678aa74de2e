/**
 * What one session owns: quote asset, one purse for all its symbols, and each symbol's base asset, exact to
 * the last unit. Every change is the sum of the flows of one fill. Floor 2.
 */
import { type Amount, add, numberOf, subtract, toAmount } from '../model/amount.js'
import type { Execution } from '../model/event.js'
import type { SymbolRules } from '../model/symbol-rules.js'

/** The quote asset of a session. Numbers from the start: a field that was undefined holds its number elsewhere. */
export class Purse {
  units: Amount = 0
  /** The same as a double, for marks. */
  number = 0
  /** The number less the worth of the BNB that commissions took: what equity counts as cash. */
  marked = 0
  /** That worth, in quote. */
  charged: Amount = 0
  /** BNB that pays commissions. */
  bnb: Amount = 0
  readonly #scale: number = 1

  constructor(units: Amount, scale: number, bnb: Amount = 0) {
    this.units = units
    this.bnb = bnb
    this.#scale = scale
    this.number = numberOf(units, scale)
    this.marked = this.number
  }

  /** Puts in a signed amount. */
  add(units: Amount): void {
    this.set(add(this.units, units))
  }

  set(units: Amount): void {
    this.units = units
    this.number = numberOf(units, this.#scale)
    this.marked = this.charged > 0 ? numberOf(subtract(units, this.charged), this.#scale) : this.number
  }

  /** Pays a commission of this worth in quote out of the BNB. */
  payBnb(bnb: Amount, quote: Amount): void {
    this.setBnb(subtract(this.bnb, bnb), add(this.charged, quote))
  }

  /** BNB that is left, and the worth of what was taken. */
  setBnb(bnb: Amount, charged: Amount): void {
    this.bnb = bnb
    this.charged = charged
    this.set(this.units)
  }
}

/** What a session owns of one symbol's two assets. `applyFlows` alone changes it. */
export class Account {
  readonly purse: Purse
  /** Base asset, dust included. */
  quantity: Amount = 0
  /** What one of it was worth when it was taken over, in quote: until the symbol's first bar nothing else says it. */
  adoptedPrice = 0

  constructor(purse: Purse) {
    this.purse = purse
  }

  /** Quote asset, which other symbols of the session spend too. */
  get cash(): Amount {
    return this.purse.units
  }
}

/** What one fill moves: signed amounts of quote and base, commission included, and BNB that a commission takes. */
export interface Flows {
  readonly quote: Amount
  readonly base: Amount
  /** A commission that the BNB stock pays, and its worth in quote; both 0 where it pays none. */
  readonly feeBnb: Amount
  readonly feeQuote: Amount
}

/** The two assets of a symbol. */
type Assets = Pick<SymbolRules, 'baseAsset' | 'quoteAsset'>

/**
 * The flows of a fill: what is bought comes in, what is paid and charged goes out. A commission that the BNB stock pays
 * moves neither base nor quote, also where one of them is BNB. Nor does one in a third asset that the session does not
 * own.
 */
export function flowsOf(execution: Execution, rules: Assets): Flows {
  const { commission, commissionAsset, commissionQuote, quantity } = execution
  const isBuy = execution.side === 'BUY'
  const quote = isBuy ? subtract(0, execution.quote) : execution.quote
  const base = isBuy ? quantity : subtract(0, quantity)
  if (commissionQuote !== undefined) {
    return { quote, base, feeBnb: commission, feeQuote: toAmount(commissionQuote) }
  }
  const isInBase = commissionAsset === rules.baseAsset
  const isInQuote = !isInBase && commissionAsset === rules.quoteAsset
  return {
    quote: isInQuote ? subtract(quote, commission) : quote,
    base: isInBase ? subtract(base, commission) : base,
    feeBnb: 0,
    feeQuote: 0,
  }
}

/** Books the flows of a fill. */
export function applyFlows(account: Account, flows: Flows): void {
  account.purse.add(flows.quote)
  account.quantity = add(account.quantity, flows.base)
  if (flows.feeBnb > 0) account.purse.payBnb(flows.feeBnb, flows.feeQuote)
}
