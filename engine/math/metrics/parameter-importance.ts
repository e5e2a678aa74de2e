/** How much of the objective's variance each parameter explains by itself. Floor 1. */
import { valueAt } from '../../model/bars.js'

/** Bins of a parameter that took more values than this. */
const MOST_GROUPS = 10

/**
 * Share of the variance of `values` that lies between the groups of equal `keys`, corrected for the number
 * of groups (ε²: Kelley, 1935), so that a parameter without an effect scores about 0, whatever it has been
 * cut into; at least 0. Keys of many values are cut into ten groups of equal counts. NaN where the values
 * do not vary or each group has one value.
 */
export function explainedShare(keys: Float64Array, values: Float64Array): number {
  const count = values.length
  const groups = groupsOf(keys)
  const sums = new Map<number, { sum: number; count: number }>()
  let total = 0
  for (let i = 0; i < count; i++) {
    const group = groups[i] ?? 0
    const there = sums.get(group) ?? { sum: 0, count: 0 }
    sums.set(group, { sum: there.sum + valueAt(values, i), count: there.count + 1 })
    total += valueAt(values, i)
  }
  const mean = total / count
  let all = 0
  for (const value of values) all += (value - mean) * (value - mean)
  let between = 0
  for (const one of sums.values()) {
    const apart = one.sum / one.count - mean
    between += one.count * apart * apart
  }
  const free = count - sums.size
  if (!(all > 0) || free < 1) return Number.NaN
  const within = (all - between) / free
  return Math.max(0, (between - (sums.size - 1) * within) / all)
}

function groupsOf(keys: Float64Array): ArrayLike<number> {
  const distinct = new Set(keys)
  if (distinct.size <= MOST_GROUPS) return keys
  const order = Array.from(keys, (_, i) => i).sort((a, b) => valueAt(keys, a) - valueAt(keys, b) || a - b)
  const groups = new Int32Array(keys.length)
  let group = 0
  for (const [place, i] of order.entries()) {
    const before = order[place - 1]
    const isNew = before === undefined || valueAt(keys, before) !== valueAt(keys, i)
    // Equal keys stay together.
    if (isNew) group = Math.floor((place * MOST_GROUPS) / keys.length)
    groups[i] = group
  }
  return groups
}
