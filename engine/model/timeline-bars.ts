/** One symbol's prices at every moment of a timeline, for what is marked and drawn over all of it. Floor 0. */
import { BarColumns, type Bars, byteAt, valueAt } from './bars.js'
import { InvariantError } from './errors.js'
import type { Timeline } from './timeline.js'

/**
 * A bar for each moment: the track's own, or where it has none the last close without volume (its first open
 * before it has any). Origins are those of the bars that are there. Throws an InvariantError without bars.
 */
export function timelineBars(timeline: Timeline, track: number): Bars {
  const one = timeline.tracks[track]
  if (!one || one.bars.length === 0) throw new InvariantError('a timeline must have bars')
  const { symbol, interval } = one.bars
  const columns = new BarColumns({ symbol, interval, capacity: timeline.length })
  let last = valueAt(one.bars.open, 0)
  for (let row = 0; row < timeline.length; row++) {
    const openTime = valueAt(timeline.openTime, row)
    const i = one.indices[row] ?? -1
    if (i < 0) {
      columns.append({ openTime, open: last, high: last, low: last, close: last, volume: 0 })
      const other = timeline.tracks.find(({ indices }) => (indices[row] ?? -1) >= 0)
      columns.origin[row] = other?.bars.origin[other.indices[row] ?? 0] ?? 0
    } else {
      last = valueAt(one.bars.close, i)
      columns.append({
        openTime,
        open: valueAt(one.bars.open, i),
        high: valueAt(one.bars.high, i),
        low: valueAt(one.bars.low, i),
        close: last,
        volume: valueAt(one.bars.volume, i),
      })
      columns.flags[row] = byteAt(one.bars.flags, i)
      columns.origin[row] = byteAt(one.bars.origin, i)
    }
  }
  return columns
}
