/** The port of every sampler: it is asked for places and told what they were worth. Floor 4. */
import type { Point } from '../space.js'

/**
 * Proposes places in fixed batches, whatever the number of workers, and hears their values in the order
 * in which it proposed them: so that the same seed makes the same trials anywhere.
 */
export interface Sampler {
  /** The next batch; none at the end of what it can propose. */
  ask(): readonly Point[]
  /** The values of the last batch, higher is better; NaN for what failed or is not allowed. */
  tell(values: readonly number[]): void
}
