/** Which bars a run counts. Floor 5. */
import { barEnd, endedBars } from '../math/metrics/daily-marks.js'
import { type Bars, countBefore, openTimeAt } from '../model/bars.js'
import { ConfigError } from '../model/errors.js'
import { type EpochMs, formatTime } from '../model/time.js'

/** Bars `first` (included) to `end` (excluded); those before `first` only warm up. */
export interface BarRange {
  readonly first: number
  readonly end: number
}

/**
 * The bars that open at `from` or later and end by `to`; all where a bound is undefined.
 * Throws a ConfigError that says what the data hold when there is none.
 */
export function resolveRange(
  bars: Bars,
  { from, to }: { readonly from: EpochMs | undefined; readonly to: EpochMs | undefined },
): BarRange {
  const { length } = bars
  const first = from === undefined ? 0 : countBefore(bars, from)
  const end = to === undefined ? length : endedBars({ bars, first: 0, end: length, time: to })
  if (first < end) return { first, end }
  const asked = [
    from === undefined ? '' : `--from ${formatTime(from)}`,
    to === undefined ? '' : `--to ${formatTime(to)}`,
  ]
  throw new ConfigError(
    `the range must hold at least one whole bar, ${asked.join(' ').trim()} holds none: the data of ${bars.symbol} ${bars.interval} are from ${formatTime(openTimeAt(bars, 0))} to ${formatTime(barEnd(bars, length - 1))}`,
  )
}
