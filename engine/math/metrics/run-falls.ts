/** Every fall of a run's equity, found in one pass for all that tells of falls. Floor 1. */
import type { RunResult } from '../../model/run-result.js'
import { type Drawdown, type Falls, fallsOf, toDrawdown } from './drawdown.js'

/** Deepest falls that are kept. */
const DEEPEST = 10

/** The falls of a run. */
export interface RunFalls {
  /** At most ten, the deepest first. */
  readonly deepest: readonly Drawdown[]
  /** Days from peak to recovery of every fall, in order of time. */
  readonly lengths: readonly number[]
  /** The same pass as indices and means. */
  readonly falls: Falls
}

/** The falls of a run's equity over bar closes. */
export function runFalls(result: RunResult): RunFalls {
  const lengths: number[] = []
  const falls = fallsOf(result.equity, DEEPEST, (fall) => {
    lengths.push(toDrawdown(result, fall).days)
  })
  return { deepest: falls.deepest.map((fall) => toDrawdown(result, fall)), lengths, falls }
}
