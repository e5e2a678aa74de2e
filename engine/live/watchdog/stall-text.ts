/** What is said of a session whose process does not come back. Pure. Floor 3. */
import { formatTime } from '../../model/time.js'
import type { Work } from './pulse.js'

/** What stalled, and where. */
export interface Stall {
  readonly strategy: string
  readonly folder: string
  readonly boundMs: number
  readonly work: Work
  /** Orders on an exchange; undefined where none are sent. */
  readonly open: number | undefined
}

/** The reason of the halt. */
export function stallReason({ strategy, folder, boundMs, work, open }: Stall): string {
  const left =
    open === undefined || open === 0
      ? ''
      : `; orders that may be open on the exchange: ${open}; they stay there: take them back with run-live.ts cancel-all --state ${folder}, or on the exchange's own page`
  return `${whatStalled(strategy, work)} within ${boundMs / 1000} s; its process was ended${left}`
}

function whatStalled(strategy: string, work: Work): string {
  switch (work.kind) {
    case 'DECISION':
      return `the strategy ${strategy} did not return from its decision at the bar of ${formatTime(work.openTime)}`
    case 'LEDGER':
      return `the ledger was not read on behind its row ${work.rows}, where the strategy ${strategy} decides again,`
    case 'COMMIT':
      return 'the ledger was not written to the disk'
    case 'INPUT':
    case 'WAIT':
      return 'the session did not come back to its work'
  }
}
