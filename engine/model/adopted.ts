/** A position that a session takes over when it begins. Floor 0. */
import type { Units } from './money.js'
import type { EpochMs } from './time.js'

/** Base asset that the account held before: it goes into the books without a fill. */
export interface Adopted {
  /** Base asset. */
  readonly quantity: Units
  /** What one was worth then, in quote: the close of the last bar before the session. Its trade begins at it. */
  readonly price: Units
  /** That bar's close time. */
  readonly time: EpochMs
}
