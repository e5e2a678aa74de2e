/** Every fall of a run's equity, found in one pass for all sections that tell of falls. Floor 4. */
import { type Drawdown, toDrawdown, worstDrawdowns } from '../engine/math/metrics/drawdown.js'
import type { RunResult } from '../engine/model/run-result.js'

/** Deepest falls that are kept. */
const DEEPEST = 10

/** The falls of a run. */
export interface RunFalls {
  /** At most ten, the deepest first. */
  readonly deepest: readonly Drawdown[]
  /** Days from peak to recovery of every fall, in order of time. */
  readonly lengths: readonly number[]
}

/** The falls of a run's equity over bar closes. */
export function runFalls(result: RunResult): RunFalls {
  const lengths: number[] = []
  const deepest = worstDrawdowns(result, DEEPEST, (fall) => {
    lengths.push(toDrawdown(result, fall).days)
  })
  return { deepest, lengths }
}
