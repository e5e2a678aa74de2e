/** The trials that no other beats in everything. Floor 1. */
import { valueAt } from '../../model/bars.js'

/**
 * Indices of the points that no other point dominates, in rising order: one dominates another when it is
 * at least as high in every column and higher in one. Points with an undefined coordinate are left out; of
 * equal points all are kept. Turn the sign of what is better when lower.
 */
export function paretoFront(columns: readonly Float64Array[]): readonly number[] {
  const at = (column: number, i: number): number => valueAt(columns[column] ?? EMPTY, i)
  const defined = Array.from(columns[0] ?? EMPTY, (_, i) => i).filter((i) =>
    columns.every((column) => !Number.isNaN(valueAt(column, i))),
  )
  // By all columns from high to low, so that whatever dominates a point comes before it.
  defined.sort((a, b) => {
    for (let c = 0; c < columns.length; c++) if (at(c, a) !== at(c, b)) return at(c, b) - at(c, a)
    return a - b
  })
  const front: number[] = []
  for (const i of defined) {
    const isDominated = front.some((other) => {
      let isHigher = false
      for (let c = 0; c < columns.length; c++) {
        if (at(c, other) < at(c, i)) return false
        if (at(c, other) > at(c, i)) isHigher = true
      }
      return isHigher
    })
    if (!isDominated) front.push(i)
  }
  return front.sort((a, b) => a - b)
}

const EMPTY = new Float64Array()
