/**
 * How often the market opened at the very price of a post. There the post rests as maker, and one tick further it
 * would have been refused: on short bars this one sign decides what posting earns. Floor 1.
 */
import { BAR_FLAG, type Bars, byteAt, countBefore, openTimeAt, valueAt } from '../../model/bars.js'
import { toUnits } from '../../model/money.js'
import type { OrderRecord } from '../../model/order.js'
import { type RunResult, symbolAt } from '../../model/run-result.js'

/** LIMIT_MAKER orders that came to an open, and those of them at whose price it was. */
export interface PostEquality {
  readonly posts: number
  readonly equal: number
  /** equal ÷ posts, a fraction; NaN without a post. */
  readonly share: number
}

/**
 * Counts the posts of a run. Exits of a pair are none, for they come in behind an entry's fill; nor is one that a
 * risk limit or a filter stopped, or behind which no bar opened.
 */
export function postEquality(result: RunResult): PostEquality {
  let posts = 0
  let equal = 0
  for (const { order, status, reason } of result.orders) {
    if (order.type !== 'LIMIT_MAKER' || order.list !== undefined || isStopped(status, reason)) continue
    const { bars, rules } = symbolAt(result, order.symbolIndex)
    const open = openBehind(bars, order.decisionTime)
    if (open === undefined) continue
    posts++
    if (toUnits(open, 'nearest', rules.priceScale) === order.price) equal++
  }
  return { posts, equal, share: posts === 0 ? Number.NaN : equal / posts }
}

function isStopped(status: OrderRecord['status'], reason: string): boolean {
  return status === 'REJECTED' && reason !== 'WOULD_MATCH_IMMEDIATELY'
}

/** Open of the first bar behind a close that fills orders. */
function openBehind(bars: Bars, time: number): number | undefined {
  for (let i = countBefore(bars, time); i < bars.length; i++) {
    const isReal = valueAt(bars.volume, i) !== 0 && (byteAt(bars.flags, i) & BAR_FLAG.synthetic) === 0
    if (isReal && openTimeAt(bars, i) > time) return valueAt(bars.open, i)
  }
  return undefined
}
