/** One backtest over bars in memory: the columnar loop. Floor 3. */
import type { RunResult } from '../model/run-result.js'
import { Replay, type ReplaySetup } from './replay.js'

/** How often a long run says how far it is: every so many bars. */
const PROGRESS_BARS = 1 << 18

/**
 * Replays bars `first` to `end` (excluded) and gives everything that happened. Bars before `first` are
 * seen by indicators alone. `onProgress` is told how many bars of the range are done.
 */
export function runBacktest({
  end,
  onProgress,
  ...setup
}: ReplaySetup & {
  readonly end: number
  readonly onProgress?: (done: number) => void
}): RunResult {
  const replay = new Replay(setup)
  for (let to = setup.first; to < end; ) {
    to = Math.min(end, to + PROGRESS_BARS)
    replay.advance(to)
    onProgress?.(to - setup.first)
  }
  return replay.finish()
}
