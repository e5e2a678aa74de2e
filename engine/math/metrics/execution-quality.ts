/** How orders fared: what was filled, how fast, at what slippage, and what was not. Floor 1. */

import { toNumber } from '../../model/money.js'
import type { OrderStatus } from '../../model/order.js'
import type { RunResult } from '../../model/run-result.js'
import { quantileOfSorted } from '../statistics.js'

/** Orders that ended alike. */
export interface OrderEnd {
  readonly status: OrderStatus
  /** Empty where there is nothing to say. */
  readonly reason: string
  readonly count: number
}

/** Numbers about the orders and fills of a run; NaN of none. */
export interface ExecutionQuality {
  /** Fills as maker ÷ fills. */
  readonly makerShare: number
  /** Quote traded as maker ÷ quote traded. */
  readonly makerQuoteShare: number
  /** Orders that ended FILLED ÷ orders. */
  readonly fillRatio: number
  /** From the close that decided to the fill, milliseconds: half of the fills took no longer, and the longest. */
  readonly medianWaitMs: number
  readonly longestWaitMs: number
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
  const waits = new Float64Array(n)
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
    // A decision is stamped with the last millisecond of its bar, one before the next open.
    waits[i] = Math.max(0, fill.time - fill.decisionTime - 1)
    alphaAtr += (settings.alpha * fill.atr) / reference
    quote += traded
    if (fill.liquidity === 'MAKER') {
      makers++
      makerQuote += traded
    }
  })
  waits.sort()
  const filled = orders.reduce((sum, { status }) => sum + (status === 'FILLED' ? 1 : 0), 0)
  return {
    makerShare: makers / n,
    makerQuoteShare: makerQuote / quote,
    fillRatio: filled / orders.length,
    medianWaitMs: quantileOfSorted(waits, 0.5),
    longestWaitMs: waits[n - 1] ?? Number.NaN,
    slippages,
    meanAlphaAtr: alphaAtr / n,
    ends: orderEnds(orders),
  }
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
