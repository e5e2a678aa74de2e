/** Which orders a view has room for, and between which prices they lie. Floor 4. */
import type { OrderColumns } from './trade-columns.js'
import type { View } from './view.js'

/** An order that stood for less than this many pixels is not drawn: a closer look shows it. */
const LEAST_WIDTH = 4

/** The orders of a view. */
export interface ShownOrders {
  /** First and last row (included) of each that is drawn. */
  readonly rows: readonly (readonly [first: number, last: number])[]
  /** Orders of the view that are too short to be drawn. */
  readonly hidden: number
}

/** Sorts the orders that touch the view. */
export function sortOrders(
  { view, perMs }: { readonly view: View; readonly perMs: number },
  { n, from, to, isNext }: OrderColumns,
): ShownOrders {
  const rows: [number, number][] = []
  let hidden = 0
  for (let i = 0; i < n; ) {
    const first = i++
    while (i < n && isNext[i] === 1) i++
    const start = from[first] ?? 0
    const end = to[i - 1] ?? 0
    if (end < view.from || start > view.to) continue
    if ((end - start) * perMs < LEAST_WIDTH) hidden++
    else rows.push([first, i - 1])
  }
  return { rows, hidden }
}

/** The prices of the drawn orders in the view: the least and the most; nothing of none. */
export function orderRange(
  { from, to }: View,
  orders: OrderColumns,
  { rows }: ShownOrders,
): { readonly low: number; readonly high: number } | undefined {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const [first, last] of rows) {
    for (let i = first; i <= last; i++) {
      if ((orders.to[i] ?? 0) < from || (orders.from[i] ?? 0) > to) continue
      const price = orders.price[i] ?? 0
      low = Math.min(low, price)
      high = Math.max(high, price)
    }
  }
  return low <= high ? { low, high } : undefined
}
