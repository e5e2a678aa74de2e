/** How orders fared: what was filled, how fast, at what slippage, and what was not. Floor 1. */

import type { Liquidity } from '../../model/fill.js'
import { toNumber } from '../../model/money.js'
import type { OrderStatus, OrderType } from '../../model/order.js'
import type { RunResult } from '../../model/run-result.js'
import { quantileOfSorted } from '../statistics.js'
import { entriesOfExits } from './exit-reasons.js'

/** Orders that ended alike. */
export interface OrderEnd {
  readonly status: OrderStatus
  /** Empty where there is nothing to say. */
  readonly reason: string
  readonly count: number
}

/** How the orders of one type fared. */
export interface TypeQuality {
  readonly type: OrderType
  readonly orders: number
  readonly filled: number
  readonly canceled: number
  readonly expired: number
  readonly rejected: number
  /** From when it came to the market to its fills, milliseconds: half took no longer, and the longest. NaN of none. */
  readonly medianWaitMs: number
  readonly longestWaitMs: number
}

/** What was traded as maker, or as taker. */
export interface LiquidityQuality {
  readonly liquidity: Liquidity
  readonly fills: number
  /** In quote. */
  readonly quote: number
}

/** Numbers about the orders and fills of a run; NaN of none. */
export interface ExecutionQuality {
  /** Fills as maker ÷ fills. */
  readonly makerShare: number
  /** Quote traded as maker ÷ quote traded. */
  readonly makerQuoteShare: number
  /** Orders that ended FILLED ÷ orders. */
  readonly fillRatio: number
  /** As maker and as taker, those that were traded. */
  readonly liquidities: readonly LiquidityQuality[]
  /** By type of order, most frequent first. */
  readonly types: readonly TypeQuality[]
  /** Slippage of each fill ÷ what it would have cost at its reference price, a fraction; in order of time. */
  readonly slippages: Float64Array
  /** Mean of alpha · ATR ÷ reference price over the fills, a fraction. */
  readonly meanAlphaAtr: number
  /** How orders ended, most frequent first. */
  readonly ends: readonly OrderEnd[]
}

/** Looks at every order and fill of a run. */
export function executionQuality({ fills, orders, rules, settings }: RunResult): ExecutionQuality {
  const n = fills.length
  const slippages = new Float64Array(n)
  let makers = 0
  let makerQuote = 0
  let quote = 0
  let alphaAtr = 0
  fills.forEach((fill, i) => {
    const reference = toNumber(fill.referencePrice, rules.priceScale)
    const scale = rules.priceScale * rules.quantityScale
    const traded = toNumber(fill.quote, scale)
    const cost = reference * toNumber(fill.quantity, rules.quantityScale)
    slippages[i] = toNumber(fill.slippage, scale) / cost
    alphaAtr += (settings.alpha * fill.atr) / reference
    quote += traded
    if (fill.liquidity === 'MAKER') {
      makers++
      makerQuote += traded
    }
  })
  const filled = orders.reduce((sum, { status }) => sum + (status === 'FILLED' ? 1 : 0), 0)
  return {
    makerShare: makers / n,
    makerQuoteShare: makerQuote / quote,
    fillRatio: filled / orders.length,
    liquidities: [
      { liquidity: 'MAKER' as const, fills: makers, quote: makerQuote },
      { liquidity: 'TAKER' as const, fills: n - makers, quote: quote - makerQuote },
    ].filter((one) => one.fills > 0),
    types: typesOf({ fills, orders }),
    slippages,
    meanAlphaAtr: alphaAtr / n,
    ends: orderEnds(orders),
  }
}

function typesOf({ fills, orders }: Pick<RunResult, 'fills' | 'orders'>): readonly TypeQuality[] {
  const entries = entriesOfExits(orders)
  const waits = new Map<OrderType, number[]>()
  for (const { orderNumber, decisionTime, time, type } of fills) {
    // A decision is stamped with the last millisecond of its bar, one before the next open; an exit comes to
    // the market when its purchase is done.
    const from = entries.get(orderNumber)?.endTime ?? decisionTime + 1
    const own = waits.get(type)
    const wait = Math.max(0, time - from)
    if (own) own.push(wait)
    else waits.set(type, [wait])
  }
  const types = Map.groupBy(orders, ({ order }) => order.type)
  return [...types]
    .map(([type, own]) => {
      const count = (...statuses: readonly OrderStatus[]) =>
        own.reduce((sum, { status }) => sum + (statuses.includes(status) ? 1 : 0), 0)
      const sorted = Float64Array.from(waits.get(type) ?? []).sort()
      return {
        type,
        orders: own.length,
        filled: count('FILLED'),
        canceled: count('CANCELED'),
        expired: count('EXPIRED', 'EXPIRED_IN_MATCH'),
        rejected: count('REJECTED'),
        medianWaitMs: quantileOfSorted(sorted, 0.5),
        longestWaitMs: sorted.at(-1) ?? Number.NaN,
      }
    })
    .sort((a, b) => b.orders - a.orders || (a.type < b.type ? -1 : 1))
}

function orderEnds(orders: RunResult['orders']): readonly OrderEnd[] {
  const ends = new Map<string, { status: OrderStatus; reason: string; count: number }>()
  for (const { status, reason } of orders) {
    const key = `${status} ${reason}`
    const end = ends.get(key)
    if (end) end.count++
    else ends.set(key, { status, reason, count: 1 })
  }
  return [...ends.values()].sort((a, b) => b.count - a.count || (a.status < b.status ? -1 : 1))
}
