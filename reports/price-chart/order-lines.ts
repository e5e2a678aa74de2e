/**
 * Orders that named a price, as lines in the price pane: where each stood and how long. A limit is there when it
 * did not fill whole; stops and targets always are, and a trailing stop is a line for each of its steps. Floor 4.
 */
import { entriesOfExits, isTarget } from '../../engine/math/metrics/exit-reasons.js'
import { type Bars, countBefore, openTimeAt, valueAt } from '../../engine/model/bars.js'
import { toNumber } from '../../engine/model/money.js'
import { isStop, type StopOrder } from '../../engine/model/order.js'
import type { RunResult } from '../../engine/model/run-result.js'

/** What an order's mark looks like; `browser/draw-orders.ts` draws them. */
export const ORDER_MARKS = ['limit', 'stop', 'target'] as const

/** A price and the time it stood. */
export interface OrderLine {
  /** UTC milliseconds, `to` the moment at which the order filled, ended or moved. */
  readonly from: number
  readonly to: number
  readonly price: number
  readonly mark: (typeof ORDER_MARKS)[number]
  /** Whether it goes on where the line before it ends: a further step of a trailing stop. */
  readonly isNext: boolean
}

/** Most steps of one trailing stop; smaller ones are joined, the lower price first. */
const MOST_STEPS = 200

/** The lines of a run over one symbol, or of one that was narrowed to it; those of one order stand together. */
export function orderLines({ orders, bars, rules, end }: RunResult): readonly OrderLine[] {
  const lines: OrderLine[] = []
  const entries = entriesOfExits(orders)
  for (const record of orders) {
    const { order, status, executedQuantity } = record
    if (order.type === 'MARKET' || status === 'REJECTED') continue
    const entry = entries.get(order.number)
    const from = entry?.endTime ?? order.decisionTime + 1
    const to = Math.max(from, record.endTime ?? openTimeAt(bars, end - 1))
    const common = { from, to, isNext: false }
    if (isStop(order)) {
      const mark = order.type.startsWith('TAKE_PROFIT') ? 'target' : 'stop'
      if (order.trailingDelta !== undefined)
        lines.push(...trailingLines(order, { ...common, mark }, bars, rules))
      else if (order.stopPrice !== undefined)
        lines.push({ ...common, mark, price: toNumber(order.stopPrice, rules.priceScale) })
    } else {
      const isExit = isTarget(record, entry !== undefined)
      if (!isExit && executedQuantity === order.quantity) continue
      const price = toNumber(order.price, rules.priceScale)
      lines.push({ ...common, mark: isExit ? 'target' : 'limit', price })
    }
  }
  return lines
}

/** The trigger as it followed the best price so far, bar by bar, on the tick. */
function trailingLines(
  order: StopOrder,
  common: Omit<OrderLine, 'price'>,
  bars: Bars,
  { tickSize, priceScale }: RunResult['rules'],
): readonly OrderLine[] {
  const falls = order.side === 'SELL'
  const distance = (order.trailingDelta ?? 0) / 10_000
  const tick = toNumber(tickSize, priceScale)
  const triggerOf = (best: number): number => {
    const ticks = (best * (falls ? 1 - distance : 1 + distance)) / tick
    return (falls ? Math.floor(ticks + 1e-6) : Math.ceil(ticks - 1e-6)) * tick
  }
  const first = countBefore(bars, common.from)
  const last = Math.max(first, countBefore(bars, common.to + 1) - 1)
  let best = valueAt(bars.open, first)
  const stop = order.stopPrice === undefined ? undefined : toNumber(order.stopPrice, priceScale)
  const steps = [{ from: common.from, price: stop ?? triggerOf(best) }]
  let from = stop
  if (from !== undefined) best = Number.NaN
  for (let i = first; i < last; i++) {
    if (valueAt(bars.volume, i) === 0) continue
    let reached = valueAt(falls ? bars.high : bars.low, i)
    if (from !== undefined) {
      // It trails from its own price on: what the bar had reached before is nothing to it.
      const down = order.type.startsWith('STOP_LOSS') === falls
      if (down ? valueAt(bars.low, i) > from : valueAt(bars.high, i) < from) continue
      if (down === falls)
        reached = down ? Math.min(from, valueAt(bars.open, i)) : Math.max(from, valueAt(bars.open, i))
      from = undefined
    }
    if (falls ? reached <= best : reached >= best) continue
    best = reached
    steps.push({ from: openTimeAt(bars, i + 1), price: triggerOf(best) })
  }
  const kept = joined(steps)
  return kept.map(({ from, price }, k) => ({
    ...common,
    from,
    to: kept[k + 1]?.from ?? common.to,
    price,
    isNext: k > 0,
  }))
}

/** Steps of which none is smaller than a part of the way they go, but for the last. */
function joined<Step extends { readonly price: number }>(steps: readonly Step[]): readonly Step[] {
  const least = Math.abs((steps.at(-1)?.price ?? 0) - (steps[0]?.price ?? 0)) / MOST_STEPS
  let before = Number.POSITIVE_INFINITY
  return steps.filter(({ price }, k) => {
    if (k > 0 && k < steps.length - 1 && Math.abs(price - before) < least) return false
    before = price
    return true
  })
}
