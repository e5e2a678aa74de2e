/** A line over the same levels as the bars: the lowest, highest and last value of each, so that no extreme is lost. Floor 4. */
import { valueAt } from '../../engine/model/bars.js'
import type { PriceLevel } from './price-levels.js'

/** One line at one level; NaN where no value is defined. */
export interface SeriesLevel {
  readonly low: Float64Array
  readonly high: Float64Array
  /** The last defined value of each bar. */
  readonly last: Float64Array
}

/** A line at each of the levels, from its values at the finest. `levels` are all of them, the finest first. */
export function seriesLevels(values: Float64Array, levels: readonly PriceLevel[]): readonly SeriesLevel[] {
  const made: SeriesLevel[] = []
  let finer: SeriesLevel = { low: values, high: values, last: values }
  for (const { starts } of levels) {
    if (starts !== undefined) finer = join(finer, starts)
    made.push(finer)
  }
  return made
}

function join(finer: SeriesLevel, starts: Int32Array): SeriesLevel {
  const n = starts.length - 1
  const made = { low: new Float64Array(n), high: new Float64Array(n), last: new Float64Array(n) }
  for (let k = 0; k < n; k++) {
    const from = starts[k] ?? 0
    const to = starts[k + 1] ?? 0
    let low = Number.NaN
    let high = Number.NaN
    let last = Number.NaN
    for (let i = from; i < to; i++) {
      const value = valueAt(finer.last, i)
      if (!Number.isFinite(value)) continue
      last = value
      // Written so that the first defined value takes the place of NaN.
      if (!(low <= valueAt(finer.low, i))) low = valueAt(finer.low, i)
      if (!(high >= valueAt(finer.high, i))) high = valueAt(finer.high, i)
    }
    made.low[k] = low
    made.high[k] = high
    made.last[k] = last
  }
  return made
}
