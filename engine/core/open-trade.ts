/** A round trip that is under way. Floor 2. */
import type { TradeSums } from './trade-sums.js'

/** What its fills do not say of it: they are in the journal, and are added up when someone asks. */
export interface OpenTrade {
  /** Counted from 1 in order of entry. */
  readonly number: number
  readonly symbolIndex: number
  readonly entryTag: string
  /** Of its last sale; empty before there is one. */
  exitTag: string
  hasSold: boolean
  /** Row of the first fill that may be its own. */
  readonly firstFill: number
  /** What came before the journal's first row: a position taken over, or fills before a snapshot. */
  readonly before: TradeSums | undefined
}
