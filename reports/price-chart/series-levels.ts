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

/**
 * A line at those of the levels that `isWanted`, from its values at the finest; undefined at the others.
 * `levels` are all of them, the finest first.
 */
export function seriesLevels(
  values: Float64Array,
  levels: readonly PriceLevel[],
  isWanted: (level: PriceLevel) => boolean,
): readonly (SeriesLevel | undefined)[] {
  const made: (SeriesLevel | undefined)[] = []
  let finer: SeriesLevel = { low: values, high: values, last: values }
  let starts: Int32Array | undefined
  for (const level of levels) {
    if (level.starts !== undefined) starts = starts ? within(starts, level.starts) : level.starts
    const wanted = isWanted(level)
    if (wanted && starts !== undefined) {
      finer = finer.last === values ? joinValues(values, starts) : join(finer, starts)
      starts = undefined
    }
    made.push(wanted ? finer : undefined)
  }
  return made
}

/** Where the starts of a longer level lie two levels below. */
function within(finer: Int32Array, starts: Int32Array): Int32Array {
  const below = new Int32Array(starts.length)
  for (let i = 0; i < starts.length; i++) below[i] = finer[starts[i] ?? 0] ?? 0
  return below
}

/** What `join` gives of values that are low, high and last at once: most of the work, in half the time. */
function joinValues(values: Float64Array, starts: Int32Array): SeriesLevel {
  const n = starts.length - 1
  const made = { low: new Float64Array(n), high: new Float64Array(n), last: new Float64Array(n) }
  for (let k = 0; k < n; k++) {
    const to = starts[k + 1] ?? 0
    let low = Number.NaN
    let high = Number.NaN
    let last = Number.NaN
    for (let i = starts[k] ?? 0; i < to; i++) {
      const value = valueAt(values, i)
      if (!Number.isFinite(value)) continue
      last = value
      // Written so that the first defined value takes the place of NaN.
      if (!(low <= value)) low = value
      if (!(high >= value)) high = value
    }
    made.low[k] = low
    made.high[k] = high
    made.last[k] = last
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
