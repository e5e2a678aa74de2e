/** A purchase at market that waits until sales of other symbols have brought the quote it needs. Floor 2. */
import type { EpochMs } from '../model/time.js'
import type { ExitTerms } from './order-terms.js'
import type { Size } from './sizing.js'

/** Plain data. */
export interface HeldBack {
  readonly size: Size
  readonly tag: string
  readonly time: EpochMs
  readonly openTime: EpochMs
  exits: ExitTerms | undefined
  /** Whether the aim of `target` waits with it. */
  readonly isAim: boolean
}
