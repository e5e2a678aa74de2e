/** Bars that are missing between bars that are there: found, counted, and filled only when asked. Floor 3. */
import { BAR_FLAG, BarColumns, type Bars, OPTIONAL_FIELDS, ORIGINS, valueAt } from '../engine/model/bars.js'
import { barsBetween, type EpochMs, intervalMs, nextOpenTime, toEpochMs } from '../engine/model/time.js'
import { copyBars } from './copy-bars.js'

/** A run of missing bars. */
export interface Gap {
  /** Index of the first bar behind the gap. */
  readonly index: number
  /** Open time of the first missing bar. */
  readonly from: EpochMs
  /** Open time of the bar behind the gap. */
  readonly to: EpochMs
  /** Bars that are missing, at least 1. */
  readonly missing: number
}

/** The gaps between bars `first` (included) and `end` (excluded), oldest first; nothing before or behind them counts. */
export function findGaps(bars: Bars, first = 0, end = bars.length): readonly Gap[] {
  const { openTime, interval } = bars
  const step = interval === '1M' ? 0 : intervalMs(interval)
  const gaps: Gap[] = []
  for (let i = first + 1; i < end; i++) {
    const before = valueAt(openTime, i - 1)
    const to = valueAt(openTime, i)
    if (to - before === step) continue
    const missing = barsBetween(before, to, interval) - 1
    if (missing > 0) {
      gaps.push({ index: i, from: toEpochMs(nextOpenTime(before, interval)), to: toEpochMs(to), missing })
    }
  }
  return gaps
}

/**
 * The bars with every gap filled: open, high, low and close are the close before the gap, volumes and
 * counts are 0, the flag `synthetic` is set, so that they fill no order. A copy, also without a gap. `isQuiet`
 * says of which gaps it is known that nothing was traded; the others stay.
 */
export function fillGapsFlat(bars: Bars, isQuiet: (gap: Gap) => boolean = () => true): BarColumns {
  const gaps = findGaps(bars).filter(isQuiet)
  const length = gaps.reduce((sum, gap) => sum + gap.missing, bars.length)
  const optional = OPTIONAL_FIELDS.filter((field) => bars[field] !== undefined)
  const filled = new BarColumns({ symbol: bars.symbol, interval: bars.interval, capacity: length, optional })
  let done = 0
  for (const gap of gaps) {
    copyBars(bars, filled, done, gap.index)
    done = gap.index
    appendFlat(filled, gap)
  }
  copyBars(bars, filled, done, bars.length)
  return filled
}

function appendFlat(target: BarColumns, { from, missing }: Gap): void {
  const at = target.length
  const close = valueAt(target.close, at - 1)
  let time: number = from
  for (let i = at; i < at + missing; i++) {
    target.openTime[i] = time
    time = nextOpenTime(time, target.interval)
  }
  for (const field of ['open', 'high', 'low', 'close'] as const) target[field].fill(close, at, at + missing)
  target.flags.fill(BAR_FLAG.synthetic, at, at + missing)
  target.origin.fill(ORIGINS.indexOf('synthetic'), at, at + missing)
  target.length = at + missing
}
