/** A round trip that is under way: it gathers fills from flat until flat. Floor 2. */
import type { Execution } from '../model/event.js'
import { ONE, toNumber, type Units } from '../model/money.js'
import type { SymbolRules } from '../model/symbol-rules.js'
import type { EpochMs } from '../model/time.js'
import type { Flows } from './account.js'
import { commissionInQuote } from './market/fees.js'

/**
 * A mean price by quantity, kept exactly: one price as long as all fills have the same, else the sum
 * of price × quantity, not rounded.
 */
export interface MeanPrice {
  price: Units
  product: bigint | undefined
}

/** Sums of the fills so far; plain data. */
export interface OpenTrade {
  readonly number: number
  readonly symbolIndex: number
  readonly entryTime: EpochMs
  readonly entryBar: number
  readonly entryTag: string
  /** Quote paid for what was bought, and base bought, before commissions. */
  paid: Units
  bought: Units
  /** Base sold. */
  sold: Units
  /** Mean prices of what was bought and sold so far. */
  entry: MeanPrice
  exit: MeanPrice
  fees: Units
  slippage: Units
  /** Change of quote, commissions included. */
  net: Units
  exitTime: EpochMs
  exitBar: number
  exitTag: string
  isAmbiguous: boolean
}

/** Starts a trade at its first BUY. */
export function openTrade(number: number, entry: Execution, tag: string): OpenTrade {
  return {
    number,
    symbolIndex: entry.symbolIndex,
    entryTime: entry.time,
    entryBar: entry.barIndex,
    entryTag: tag,
    paid: 0n,
    bought: 0n,
    sold: 0n,
    entry: { price: 0n, product: undefined },
    exit: { price: 0n, product: undefined },
    fees: 0n,
    slippage: 0n,
    net: 0n,
    exitTime: entry.time,
    exitBar: entry.barIndex,
    exitTag: '',
    isAmbiguous: false,
  }
}

/** Adds a fill's sums to the trade; `exitBar` is the first bar after it that a SELL is not exposed to. */
export function addToTrade(
  trade: OpenTrade,
  execution: Execution,
  flows: Flows,
  rules: SymbolRules,
  tag: string,
  exitBar: number,
): void {
  if (execution.side === 'BUY') {
    addToMean(trade.entry, trade.bought, execution)
    trade.paid += execution.quote
    trade.bought += execution.quantity
  } else {
    addToMean(trade.exit, trade.sold, execution)
    trade.sold += execution.quantity
    trade.exitTime = execution.time
    trade.exitBar = exitBar
    trade.exitTag = tag
  }
  trade.fees += commissionInQuote(execution, rules)
  if (execution.isAmbiguous) trade.isAmbiguous = true
  trade.slippage += execution.slippage
  trade.net += flows.quote
}

/** Adds a fill to a mean over the quantity `before` it. */
function addToMean(mean: MeanPrice, before: Units, { price, quantity }: Execution): void {
  if (before === 0n) mean.price = price
  else if (mean.product !== undefined) mean.product += price * quantity
  else if (price !== mean.price) mean.product = mean.price * before + price * quantity
}

/** A mean as a double, over all of its quantity. */
export function meanOf({ price, product }: MeanPrice, quantity: Units, rules: SymbolRules): number {
  if (product === undefined) return toNumber(price, rules.priceScale)
  const whole = toNumber(product / quantity, rules.priceScale)
  const rest = Number(product % quantity) / Number(quantity) / Number(ONE)
  return whole + rest * rules.priceScale
}
