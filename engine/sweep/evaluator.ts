/** The port of whatever runs trials: threads here, or a queue with workers anywhere. Floor 4. */
import type { Trial, TrialRow } from './trial.js'

/** Runs trials, in whatever order suits it. */
export interface Evaluator {
  /**
   * Runs every trial once and tells each row with the trial's place in the list. Settles when all are told,
   * or, after `stop`, when those under way are.
   */
  run(trials: readonly Trial[], onRow: (index: number, row: TrialRow) => void): Promise<void>
  /** Begins no further trial. */
  stop(): void
  close(): Promise<void>
}
