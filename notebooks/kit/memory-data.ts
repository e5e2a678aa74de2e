/** Bars that a notebook has at hand as the data of a run. Roof. */
import { BarsHash } from '../../data/content-hash.js'
import { findGaps } from '../../data/gaps.js'
import type { RunData } from '../../engine/app/load-data.js'
import { resolveRange } from '../../engine/app/resolve-range.js'
import { barEnd } from '../../engine/math/metrics/daily-marks.js'
import { type Bars, openTimeAt } from '../../engine/model/bars.js'
import { ConfigError } from '../../engine/model/errors.js'
import type { EpochMs } from '../../engine/model/time.js'

/** The data. Throws a ConfigError when the range holds no bar. */
export function dataOf(
  bars: Bars,
  range: { readonly from: EpochMs | undefined; readonly to: EpochMs | undefined },
): RunData {
  if (bars.length === 0) throw new ConfigError(`bars must hold at least one bar of ${bars.symbol}, hold none`)
  const { first, end } = resolveRange(bars, range)
  return {
    bars,
    first,
    end,
    symbol: bars.symbol,
    interval: bars.interval,
    from: openTimeAt(bars, first),
    to: barEnd(bars, end - 1),
    gaps: findGaps(bars, first, end).length,
    sources: [`${bars.symbol}-${bars.interval} in memory`],
    hash: new BarsHash(bars),
  }
}
