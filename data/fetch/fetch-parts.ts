/** What a fetch of bars is given, and what it says at its end. Floor 3. */
import type { Interval } from '../../engine/model/time.js'
import type { PublicRest } from '../../engine/venue/public-rest.js'
import type { Store } from '../storage/store.js'
import type { Preferred } from '../storage/unite-bars.js'
import type { ArchiveClient } from './archive-client.js'

/** Where bars come from and go to. */
export interface FetchParts {
  readonly store: Store
  readonly archives: ArchiveClient
  readonly rest: PublicRest
  readonly prefer: Preferred
  /** Whether days and REST are taken in place of an archive that is damaged or fails its checksum. */
  readonly skipsBadArchives?: boolean
  /** How far it is: milliseconds of market time done and asked for, and what is at hand. */
  readonly onProgress: (done: number, total: number, what: string) => void
  readonly note: (text: string) => void
}

/** The bars that are wanted. */
export interface WantedBars {
  readonly symbol: string
  readonly interval: Interval
  readonly from: number
  readonly to: number
}

/** What was done. */
export interface FetchReport {
  readonly added: number
  readonly changed: number
  readonly same: number
  /** Archives taken, and REST pages. */
  readonly archives: number
  readonly pages: number
  /** Rows off the interval's grid, which are left out. */
  readonly offGrid: number
  /** Names of archives that were refused, where that does not end it. */
  readonly refused: readonly string[]
  /** First bar of the symbol, where the exchange says so. */
  readonly since: number | undefined
}
