/** A round trip that is under way: it gathers fills from flat until flat. Floor 2. */
import { type Bars, valueAt } from '../model/bars.js'
import type { Execution } from '../model/event.js'
import type { Trade } from '../model/fill.js'
import { ONE, toNumber, type Units } from '../model/money.js'
import type { SymbolRules } from '../model/symbol-rules.js'
import type { EpochMs } from '../model/time.js'
import type { Flows } from './account.js'
import { commissionInQuote } from './market/fees.js'

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
  /** Σ price × quantity of the BUYs and of the SELLs, not rounded: mean prices come from them. */
  entryProduct: bigint
  exitProduct: bigint
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
    entryProduct: 0n,
    exitProduct: 0n,
    fees: 0n,
    slippage: 0n,
    net: 0n,
    exitTime: entry.time,
    exitBar: entry.barIndex,
    exitTag: '',
  }
}

/** Adds a fill's sums to the trade. */
export function addToTrade(
  trade: OpenTrade,
  execution: Execution,
  flows: Flows,
  rules: SymbolRules,
  tag: string,
): void {
  if (execution.side === 'BUY') {
    trade.paid += execution.quote
    trade.bought += execution.quantity
    trade.entryProduct += execution.price * execution.quantity
  } else {
    trade.sold += execution.quantity
    trade.exitProduct += execution.price * execution.quantity
    trade.exitTime = execution.time
    trade.exitBar = execution.barIndex
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
  const entryPrice = meanPrice(trade.entryProduct, trade.bought, rules)
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
    exitPrice: meanPrice(trade.exitProduct, trade.sold, rules),
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

/** Σ price × quantity ÷ Σ quantity as a double; exactly the price where all fills had the same. */
function meanPrice(product: bigint, quantity: Units, rules: SymbolRules): number {
  const rest = product % quantity
  const price = toNumber(product / quantity, rules.priceScale)
  if (rest === 0n) return price
  return price + (Number(rest) / Number(quantity) / Number(ONE)) * rules.priceScale
}
