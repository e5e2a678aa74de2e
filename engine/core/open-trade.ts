/** A round trip that is under way: it gathers fills from flat until flat. Floor 2. */
import { type Bars, valueAt } from '../model/bars.js'
import type { Execution } from '../model/event.js'
import type { Trade } from '../model/fill.js'
import { ONE, toNumber, type Units } from '../model/money.js'
import type { SymbolRules } from '../model/symbol-rules.js'
import type { EpochMs } from '../model/time.js'
import type { Flows } from './account.js'
import { commissionInQuote } from './market/fees.js'

/**
 * A mean price by quantity, kept exactly: one price as long as all fills have the same, else the sum
 * of price × quantity, not rounded.
 */
interface MeanPrice {
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
  trade.slippage += execution.slippage
  trade.net += flows.quote
}

/**
 * The finished trade. Excursions are taken from the lows and highs of the entry's bar to the one
 * before the exit's, both included, as fractions of the mean entry price.
 */
export function closedTrade(trade: OpenTrade, bars: Bars, rules: SymbolRules): Trade {
  const quoteScale = rules.priceScale * rules.quantityScale
  const paid = toNumber(trade.paid, quoteScale)
  const net = toNumber(trade.net, quoteScale)
  const entryPrice = meanOf(trade.entry, trade.bought, rules)
  let lowest = Number.POSITIVE_INFINITY
  let highest = Number.NEGATIVE_INFINITY
  for (let i = trade.entryBar; i < trade.exitBar; i++) {
    const low = valueAt(bars.low, i)
    const high = valueAt(bars.high, i)
    if (low < lowest) lowest = low
    if (high > highest) highest = high
  }
  return {
    number: trade.number,
    symbolIndex: trade.symbolIndex,
    entryTime: trade.entryTime,
    exitTime: trade.exitTime,
    entryBar: trade.entryBar,
    exitBar: trade.exitBar,
    entryPrice,
    exitPrice: meanOf(trade.exit, trade.sold, rules),
    quantity: trade.bought,
    gross: trade.net + trade.fees + trade.slippage,
    fees: trade.fees,
    slippage: trade.slippage,
    net: trade.net,
    return: net / paid,
    bars: trade.exitBar - trade.entryBar,
    mae: Math.min(0, lowest / entryPrice - 1),
    mfe: Math.max(0, highest / entryPrice - 1),
    entryTag: trade.entryTag,
    exitTag: trade.exitTag,
  }
}

/** Adds a fill to a mean over the quantity `before` it. */
function addToMean(mean: MeanPrice, before: Units, { price, quantity }: Execution): void {
  if (before === 0n) mean.price = price
  else if (mean.product !== undefined) mean.product += price * quantity
  else if (price !== mean.price) mean.product = mean.price * before + price * quantity
}

/** The mean as a double. */
function meanOf({ price, product }: MeanPrice, quantity: Units, rules: SymbolRules): number {
  if (product === undefined) return toNumber(price, rules.priceScale)
  const whole = toNumber(product / quantity, rules.priceScale)
  const rest = Number(product % quantity) / Number(quantity) / Number(ONE)
  return whole + rest * rules.priceScale
}
