/** How much of a run rests on bars that the exchange did not give so, or did not give at all. Floor 1. */
import { BAR_FLAG, ORIGINS, type Origin, valueAt } from '../../model/bars.js'
import type { RunResult } from '../../model/run-result.js'
import { barsBetween, type EpochMs, nextOpenTime, toEpochMs } from '../../model/time.js'

/** Missing bars while a position was held. */
export interface HeldGap {
  /** Open time of the first missing bar. */
  readonly from: EpochMs
  /** Open time of the bar behind the gap. */
  readonly to: EpochMs
  readonly missing: number
}

/** What a run's result rests on. */
export interface Provenance {
  /**
   * Share of the changes of equity, without their signs, from one close to the next, that happened in bars
   * which are not original; a fraction, 0 when equity never changed.
   */
  readonly unoriginalShare: number
  /** The same share by origin; a bar made up to fill a gap counts as `synthetic`. Without those of 0. */
  readonly byOrigin: ReadonlyMap<Origin, number>
  /** Gaps with a position held before and behind them, oldest first. */
  readonly heldGaps: readonly HeldGap[]
}

/** Origins of bars as the exchange itself made them. */
const ORIGINAL: ReadonlySet<Origin> = new Set(['archive', 'rest', 'stream'])

/** What the run's result rests on. */
export function provenanceOf(result: RunResult): Provenance {
  const changes = changesByOrigin(result)
  const total = [...changes.values()].reduce((sum, change) => sum + change, 0)
  const byOrigin = new Map<Origin, number>()
  for (const [origin, change] of changes) {
    if (!ORIGINAL.has(origin) && change > 0) byOrigin.set(origin, change / total)
  }
  const unoriginalShare = [...byOrigin.values()].reduce((sum, share) => sum + share, 0)
  return { unoriginalShare, byOrigin, heldGaps: heldGaps(result) }
}

function changesByOrigin({ bars, equity, first, settings }: RunResult): ReadonlyMap<Origin, number> {
  const sums = new Float64Array(ORIGINS.length)
  const synthetic = ORIGINS.indexOf('synthetic')
  let before = Number(settings.cash) / 1e8
  for (let k = 0; k < equity.length; k++) {
    const now = valueAt(equity, k)
    const i = first + k
    const isFilled = (valueAt(bars.flags, i) & BAR_FLAG.synthetic) !== 0
    const origin = isFilled ? synthetic : valueAt(bars.origin, i)
    sums[origin] = valueAt(sums, origin) + Math.abs(now - before)
    before = now
  }
  return new Map(ORIGINS.map((origin, i) => [origin, valueAt(sums, i)]))
}

function heldGaps({ bars, end, fills, trades }: RunResult): readonly HeldGap[] {
  const exits = new Map(trades.map((trade) => [trade.number, trade.exitBar]))
  const entries = new Map<number, number>()
  for (const { tradeNumber, barIndex } of fills) {
    if (!entries.has(tradeNumber)) entries.set(tradeNumber, barIndex)
  }
  const gaps: HeldGap[] = []
  for (const [number, entry] of entries) {
    const last = Math.min(exits.get(number) ?? end, end - 1)
    for (let i = entry + 1; i <= last; i++) {
      const [before, to] = [valueAt(bars.openTime, i - 1), valueAt(bars.openTime, i)]
      const missing = barsBetween(before, to, bars.interval) - 1
      if (missing > 0)
        gaps.push({ from: toEpochMs(nextOpenTime(before, bars.interval)), to: toEpochMs(to), missing })
    }
  }
  return gaps
}
