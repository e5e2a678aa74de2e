/** Bars of one set of columns, appended to another. Floor 3. */
import { type BarColumns, type Bars, FIELDS, OPTIONAL_FIELDS } from '../engine/model/bars.js'

/**
 * Appends bars `from` (included) to `to` (excluded) to `target`, which must have room for them. A column
 * that only the target has becomes NaN there; one that only the source has is left behind.
 */
export function copyBars(bars: Bars, target: BarColumns, from: number, to: number): void {
  const at = target.length
  target.openTime.set(bars.openTime.subarray(from, to), at)
  for (const field of FIELDS) target[field].set(bars[field].subarray(from, to), at)
  for (const field of OPTIONAL_FIELDS) {
    const column = bars[field]
    if (column) target[field]?.set(column.subarray(from, to), at)
    else target[field]?.fill(Number.NaN, at, at + to - from)
  }
  target.flags.set(bars.flags.subarray(from, to), at)
  target.origin.set(bars.origin.subarray(from, to), at)
  target.length = at + to - from
}
