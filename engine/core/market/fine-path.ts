/** What happened inside a bar, where finer bars or trades tell: pieces of it, oldest first. Floor 2. */
import { type Bars, countBefore, valueAt } from '../../model/bars.js'
import { type EpochMs, toEpochMs } from '../../model/time.js'
import type { Stretch } from './execution.js'

/** Columns of finer bars, or of trades: one price each. */
export type FinePath = Pick<Bars, 'openTime' | 'open' | 'high' | 'low' | 'volume' | 'length'>

/**
 * The pieces of a bar that ends at `end`; none where the path has nothing of it. The first begins at the bar's
 * own open. The path decides what came first, and never at what price: a stop that it jumps over fills at the stop,
 * as it does inside a bar.
 */
export function piecesOf(path: FinePath, bar: Stretch, end: EpochMs): readonly Stretch[] {
  const from = countBefore(path, bar.time)
  const to = countBefore(path, end)
  const pieces: Stretch[] = []
  for (let k = from; k < to; k++) {
    pieces.push({
      ...bar,
      time: k === from ? bar.time : toEpochMs(valueAt(path.openTime, k)),
      open: k === from ? bar.open : valueAt(path.open, k),
      high: valueAt(path.high, k),
      low: valueAt(path.low, k),
      volume: valueAt(path.volume, k),
    })
  }
  return pieces
}
