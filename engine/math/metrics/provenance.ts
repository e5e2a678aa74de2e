/** How much of a run rests on bars that the exchange did not give so, or did not give at all. Floor 1. */
import { BAR_FLAG, type Bars, byteAt, countBefore, ORIGINS, type Origin, valueAt } from '../../model/bars.js'
import type { RunResult } from '../../model/run-result.js'
import { barsBetween, type EpochMs, intervalMs, nextOpenTime, toEpochMs } from '../../model/time.js'

/** Bars that were missing, or made up flat, while a position was held. */
export interface HeldGap {
  readonly symbol: string
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

const SYNTHETIC = ORIGINS.indexOf('synthetic')

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

function changesByOrigin(result: RunResult): ReadonlyMap<Origin, number> {
  const { bars, equity, first, end, settings } = result
  const sums = new Float64Array(ORIGINS.length)
  const { flags, origin: own } = bars
  const columns =
    result.symbols.length < 2
      ? { flags: flags.subarray(first, end), origin: own.subarray(first, end) }
      : { flags: new Uint8Array(end - first), origin: leastOriginal(result) }
  let before = Number(settings.cash) / 1e8
  for (const { origin, from, to } of originStretches(columns, 0, end - first)) {
    let sum = valueAt(sums, origin)
    for (let k = from; k < to; k++) {
      const now = valueAt(equity, k)
      sum += Math.abs(now - before)
      before = now
    }
    sums[origin] = sum
  }
  return new Map(ORIGINS.map((origin, i) => [origin, valueAt(sums, i)]))
}

/** At each moment the least original of the bars that moved equity: those of the symbols that were held. */
function leastOriginal({ bars, first, end, symbols, ...result }: RunResult): Uint8Array {
  // A plain loop: `Uint8Array.from` takes 30 times as long over millions of bars.
  const origins = new Uint8Array(end - first)
  for (let k = 0; k < origins.length; k++) origins[k] = originAt(bars, first + k)
  const worst = new Uint8Array(end - first)
  const isHeld = new Uint8Array(end - first)
  for (const { symbolIndex, entry, exit } of holdings({ ...result, end })) {
    const own = symbols[symbolIndex]?.bars
    if (!own) continue
    let i = countBefore(own, valueAt(bars.openTime, entry))
    for (let row = Math.max(first, entry); row <= Math.min(exit, end - 1); row++) {
      const time = valueAt(bars.openTime, row)
      while (i < own.length && valueAt(own.openTime, i) < time) i++
      if (own.openTime[i] !== time) continue
      worst[row - first] = Math.max(byteAt(worst, row - first), originAt(own, i))
      isHeld[row - first] = 1
    }
  }
  return origins.map((origin, k) => (isHeld[k] === 1 ? byteAt(worst, k) : origin))
}

/** The columns that say where bars come from. */
interface OriginColumns {
  readonly flags: Uint8Array
  readonly origin: Uint8Array
}

/** Where bar `i` comes from, as an index into `ORIGINS`; a flat bar that stands for a missing one is made up. */
export function originAt({ flags, origin }: OriginColumns, i: number): number {
  const isFilled = (byteAt(flags, i) & BAR_FLAG.synthetic) !== 0
  return isFilled ? SYNTHETIC : byteAt(origin, i)
}

/** Bars of one origin, `from` (included) to `to` (excluded). */
interface OriginStretch {
  readonly origin: number
  readonly from: number
  readonly to: number
}

/** Stretches of one origin in bars `first` to `end`, in order: most runs are one, and need no sum a bar. */
export function* originStretches(
  columns: OriginColumns,
  first: number,
  end: number,
): Generator<OriginStretch, void> {
  for (let from = first; from < end; ) {
    const to = stretchEnd(columns, from, end)
    yield { origin: originAt(columns, from), from, to }
    from = to
  }
}

/** The first bar behind `from` whose flags or origin are others, or `end`. */
function stretchEnd({ flags, origin }: OriginColumns, from: number, end: number): number {
  const ownFlags = flags[from]
  const ownOrigin = origin[from]
  let to = from + 1
  while (to < end && origin[to] === ownOrigin && flags[to] === ownFlags) to++
  return to
}

/** From which bar to which a symbol was held: to the end where the trade is open. */
function holdings({ end, fills, trades }: Pick<RunResult, 'end' | 'fills' | 'trades'>) {
  const exits = new Map(trades.map((trade) => [trade.number, trade.exitBar]))
  const entries = new Map<
    number,
    { readonly symbolIndex: number; readonly entry: number; readonly exit: number }
  >()
  for (const { tradeNumber, symbolIndex, barIndex } of fills) {
    if (!entries.has(tradeNumber)) {
      entries.set(tradeNumber, { symbolIndex, entry: barIndex, exit: exits.get(tradeNumber) ?? end })
    }
  }
  return entries.values()
}

function heldGaps({ bars, end, symbols, ...result }: RunResult): readonly HeldGap[] {
  const gaps: HeldGap[] = []
  for (const { symbolIndex, entry, exit } of holdings({ ...result, end })) {
    // With one symbol its bars are the run's; with several each is held over the gaps of its own.
    const own = symbols.length < 2 ? bars : (symbols[symbolIndex]?.bars ?? bars)
    const last =
      exit < end ? indexIn(own, bars, exit) : countBefore(own, valueAt(bars.openTime, end - 1) + 1) - 1
    gaps.push(...gapsWithin(own, indexIn(own, bars, entry), Math.min(last, own.length - 1)))
  }
  return gaps.sort((a, b) => a.from - b.from)
}

/** Where a symbol's own bars have the moment of a row of the run's. */
function indexIn(own: Bars, bars: Bars, row: number): number {
  return own === bars ? row : countBefore(own, valueAt(bars.openTime, row))
}

/** Where bars are missing between two of them, or flat ones stand for what is missing. */
function gapsWithin(bars: Bars, entry: number, last: number): readonly HeldGap[] {
  const { symbol, interval, openTime } = bars
  const gaps: HeldGap[] = []
  const step = intervalMs(interval)
  let real = entry
  for (let i = entry + 1; i <= last; i++) {
    if ((byteAt(bars.flags, i) & BAR_FLAG.synthetic) !== 0) continue
    const before = valueAt(openTime, real)
    const to = valueAt(openTime, i)
    real = i
    // Nearly every bar: what a division each costs is left out.
    if (to - before === step) continue
    const missing = barsBetween(before, to, interval) - 1
    if (missing > 0) {
      gaps.push({ symbol, from: toEpochMs(nextOpenTime(before, interval)), to: toEpochMs(to), missing })
    }
  }
  return gaps
}
