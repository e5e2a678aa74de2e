/** Days on which a part of the divergence left its band. Floor 4. */

import type { Units } from '../../model/money.js'
import { type DivergenceBands, PART_NAMES, type PartName } from './divergence-parts.js'
import type { Divergence } from './measure-divergence.js'

/** A part that left its band. */
export interface BandAlert {
  readonly day: string
  readonly part: PartName
  readonly amount: Units
  /** Most that it may be, either way. */
  readonly band: Units
}

/** Every such day and part, in order; `cash` is what the session began with. */
export function bandAlerts({ days }: Divergence, bands: DivergenceBands, cash: Units): readonly BandAlert[] {
  return days.flatMap(({ day, parts }) =>
    PART_NAMES.flatMap((part) => {
      const amount = parts[part]
      const band = shareOf(cash, bands[part])
      return amount > band || -amount > band ? [{ day, part, amount, band }] : []
    }),
  )
}

function shareOf(cash: Units, share: number): Units {
  return (cash * BigInt(Math.round(share * 1e8))) / 100_000_000n
}
