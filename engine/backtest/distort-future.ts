/**
 * Makes another future in place, and takes it back exactly: stretches of bars are turned round and their
 * prices and volumes multiplied by a power of two, which a double undoes to the bit. Floor 3.
 */
import { type Bars, type Column, FIELDS, OPTIONAL_FIELDS, valueAt } from '../model/bars.js'

/** Bars behind a cut that are made others; the very last bar always is. */
const REACH = 32_768

/** Undoes what was done. */
export type Undo = () => void

/**
 * Makes the bars behind bar `cut` others: the nearest ones and the very last. Prices rise or fall, so
 * that over several cuts no direction goes unseen.
 */
export function distortFuture(bars: Bars, cut: number, isUp: boolean): Undo {
  const from = cut + 1
  const to = Math.min(bars.length, from + REACH)
  const factor = isUp ? 16 : 1 / 16
  const columns = columnsOf(bars)
  const distort = (by: number, first: number, behind: number): void => {
    for (const column of columns) reverse(column, first, behind, by)
  }
  distort(factor, from, to)
  if (to < bars.length) distort(factor, bars.length - 1, bars.length)
  return () => {
    if (to < bars.length) distort(1 / factor, bars.length - 1, bars.length)
    distort(1 / factor, from, to)
  }
}

function columnsOf(bars: Bars): readonly Column[] {
  return [...FIELDS, ...OPTIONAL_FIELDS].flatMap((name) => bars[name] ?? [])
}

/** Turns values `from`..`to` (excluded) round, each times `factor`. */
function reverse(column: Column, from: number, to: number, factor: number): void {
  for (let low = from, high = to - 1; low <= high; low++, high--) {
    const left = valueAt(column, low)
    column[low] = valueAt(column, high) * factor
    if (low !== high) column[high] = left * factor
  }
}
