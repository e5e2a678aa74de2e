/**
 * What fills brought in and took out, exactly. Worth at a mark is in 1e−16 of the quote asset, so that a price in
 * 1e−8 times a quantity in 1e−8 needs no rounding. Floor 4.
 */
import type { Fill } from '../../model/fill.js'
import { ONE, type Units } from '../../model/money.js'
import type { Side } from '../../model/order.js'
import type { SymbolRules } from '../../model/symbol-rules.js'

/** Fills that belong to one wish: the same symbol, decision and side. All amounts at least 0, in units of 1e−8. */
export interface Flow {
  readonly symbolIndex: number
  readonly side: Side
  readonly decisionTime: number
  quantity: Units
  quote: Units
  feeBase: Units
  feeQuote: Units
  /** When it began to fill. */
  readonly firstTime: number
}

/** Fills before a moment, by wish, in the order of their first fills. */
export function flowsBefore(
  fills: readonly Fill[],
  rules: readonly SymbolRules[],
  end: number,
): ReadonlyMap<string, Flow> {
  const flows = new Map<string, Flow>()
  for (const fill of fills) {
    if (fill.time >= end) continue
    const { symbolIndex, side, decisionTime } = fill
    const key = wishOf(fill)
    const flow = flows.get(key) ?? {
      ...{ symbolIndex, side, decisionTime, firstTime: fill.time },
      ...{ quantity: 0n, quote: 0n, feeBase: 0n, feeQuote: 0n },
    }
    flow.quantity += fill.quantity
    flow.quote += fill.quote
    const { baseAsset, quoteAsset } = rules[symbolIndex] ?? {}
    if (fill.commissionAsset === baseAsset) flow.feeBase += fill.commission
    if (fill.commissionAsset === quoteAsset) flow.feeQuote += fill.commission
    flows.set(key, flow)
  }
  return flows
}

/** Which wish an order or a fill belongs to. */
export function wishOf({
  symbolIndex,
  decisionTime,
  side,
}: Pick<Fill, 'symbolIndex' | 'decisionTime' | 'side'>): string {
  return `${symbolIndex} ${decisionTime} ${side}`
}

/** Commissions at a mark, in 1e−16 of the quote asset. */
export function feesAt({ feeBase, feeQuote }: Flow, mark: Units): bigint {
  return feeBase * mark + feeQuote * ONE
}

/** What it has brought at a mark, in 1e−16 of the quote asset: what is held because of it counts at the mark. */
export function worthAt(flow: Flow, mark: Units): bigint {
  const held = flow.quantity * mark - flow.quote * ONE
  return (flow.side === 'BUY' ? held : -held) - feesAt(flow, mark)
}
