/** What trades made in units of what each risked at first: R, from its entry to the stop that came with it. Floor 1. */
import { closeTimeAt } from '../../model/bars.js'
import type { Fill, Trade } from '../../model/fill.js'
import { toNumber } from '../../model/money.js'
import type { OrderRecord } from '../../model/order.js'
import { type RunResult, symbolAt } from '../../model/run-result.js'
import type { SymbolRules } from '../../model/symbol-rules.js'
import { mean, quantileOfSorted } from '../statistics.js'

/** Trades that had a stop when they began, and what they made in R. */
export interface RiskMultiples {
  /** What each such trade made and how it had gone on the way, in the order of their exits. */
  readonly trades: readonly RiskMultiple[]
  /** Closed trades that had no stop below their entry: they have no R. */
  readonly withoutStop: number
  /** Mean, median, best and worst R; NaN without a trade that has one. */
  readonly expectancy: number
  readonly median: number
  readonly best: number
  readonly worst: number
}

/** One trade in units of its initial risk. */
export interface RiskMultiple {
  readonly trade: Trade
  /** Net ÷ (base bought × (mean entry price − stop)). −1 is the whole of what was risked. */
  readonly multiple: number
  /** Deepest fall below the entry price while held, ≤ 0; at −1 it had come to the stop. */
  readonly adverse: number
}

/**
 * R of every closed trade. Its stop is the first that was asked for from the decision of its first purchase to the close
 * of the bar that filled that, and was not over before: the stop of a bracket or of a list, or one that the strategy
 * placed as soon as it held something. A trailing one stands its distance below the entry, or below the price from which
 * it trails. A stop that was asked for later limits no initial risk, and one at or above the entry is none.
 */
export function riskMultiples(result: RunResult): RiskMultiples {
  const { trades } = result
  const stops = stopsBySymbol(result.orders)
  const entries = stops.size === 0 ? new Map<number, Fill>() : firstPurchases(result.fills)
  const found: RiskMultiple[] = []
  for (const trade of trades) {
    const entry = entries.get(trade.number)
    const own = stops.get(trade.symbolIndex)
    const stop = entry && own && stopOf(own, entry, closeTimeAt(result.bars, entry.barIndex))
    if (!stop) continue
    const { rules } = symbolAt(result, trade.symbolIndex)
    const distance = trade.entryPrice - stopPriceOf(stop, trade, rules.priceScale)
    if (distance > 0) found.push(multipleOf(trade, distance, rules))
  }
  const sorted = Float64Array.from(found, ({ multiple }) => multiple).sort()
  return {
    trades: found,
    withoutStop: trades.length - found.length,
    expectancy: mean(Float64Array.from(found, ({ multiple }) => multiple)),
    median: quantileOfSorted(sorted, 0.5),
    best: sorted.at(-1) ?? Number.NaN,
    worst: sorted[0] ?? Number.NaN,
  }
}

function multipleOf(
  trade: Trade,
  distance: number,
  { priceScale, quantityScale }: Pick<SymbolRules, 'priceScale' | 'quantityScale'>,
): RiskMultiple {
  const { net, quantity, entryPrice, mae } = trade
  const risk = toNumber(quantity, quantityScale) * distance
  return {
    trade,
    multiple: toNumber(net, priceScale * quantityScale) / risk,
    adverse: (mae * entryPrice) / distance,
  }
}

/** Sales at a stop that came on the book, by symbol, in the order in which they were decided. */
function stopsBySymbol(orders: RunResult['orders']): ReadonlyMap<number, readonly OrderRecord[]> {
  const stops = orders.filter(
    ({ order: { side, type }, status }) =>
      side === 'SELL' && (type === 'STOP_LOSS' || type === 'STOP_LOSS_LIMIT') && status !== 'REJECTED',
  )
  stops.sort((a, b) => a.order.decisionTime - b.order.decisionTime || a.order.number - b.order.number)
  return Map.groupBy(stops, ({ order }) => order.symbolIndex)
}

/** The first purchase of each trade, by the trade's number. */
function firstPurchases(fills: RunResult['fills']): ReadonlyMap<number, Fill> {
  const first = new Map<number, Fill>()
  for (const fill of fills) {
    if (fill.side === 'BUY' && !first.has(fill.tradeNumber)) first.set(fill.tradeNumber, fill)
  }
  return first
}

/** The first stop decided from the purchase's decision until `until` that was still there when that was filled. */
function stopOf(stops: readonly OrderRecord[], entry: Fill, until: number): OrderRecord | undefined {
  let low = 0
  for (let high = stops.length; low < high; ) {
    const middle = (low + high) >> 1
    if ((stops[middle]?.order.decisionTime ?? 0) < entry.decisionTime) low = middle + 1
    else high = middle
  }
  for (; low < stops.length; low++) {
    const stop = stops[low]
    if (stop === undefined || stop.order.decisionTime > until) return undefined
    if ((stop.endTime ?? Number.POSITIVE_INFINITY) >= entry.time) return stop
  }
  return undefined
}

function stopPriceOf({ order }: OrderRecord, { entryPrice }: Trade, priceScale: number): number {
  const price =
    'stopPrice' in order && order.stopPrice !== undefined ? toNumber(order.stopPrice, priceScale) : entryPrice
  const delta = ('trailingDelta' in order && order.trailingDelta) || 0
  return price * (1 - delta / 10_000)
}
