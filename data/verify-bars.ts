/** Whether bars are what bars must be, and what is odd about them: findings, never repairs. Floor 3. */
import { type Bars, openTimeAt, valueAt } from '../engine/model/bars.js'
import { formatTime, isOnGrid } from '../engine/model/time.js'
import { findGaps } from './gaps.js'
import type { StoredBars } from './storage/stored-bars.js'

/** What can be found. The first are faults: no true bar is so; the others are worth knowing. */
export const FINDINGS = {
  monotone: { isFault: true, says: 'open times do not rise' },
  duplicate: { isFault: true, says: 'bars that come twice' },
  grid: { isFault: true, says: 'open times off the grid' },
  ohlc: { isFault: true, says: 'prices not above 0, or outside low..high' },
  taker_volume: { isFault: true, says: 'taker volume above volume' },
  quote_price: { isFault: true, says: 'quote volume ÷ volume outside low..high' },
  gap: { isFault: false, says: 'gaps' },
  irregular_close: { isFault: false, says: 'close times before the end of the interval' },
  zero_volume: { isFault: false, says: 'bars without a trade' },
} as const

/** Name of a finding. */
export type FindingKind = keyof typeof FINDINGS

/** What was found of one kind. */
export interface Finding {
  readonly kind: FindingKind
  readonly count: number
  /** The first ones, with the moment and what was. */
  readonly examples: readonly string[]
}

const EXAMPLES = 5
/** Binance cuts the quote amount of each trade to 8 decimals. */
const CUT = 1e-8
const NOISE = 1e-12

/** Every finding, faults first; none of an oddity-free run of bars. */
export function verifyBars({ bars, closeTimes }: StoredBars): readonly Finding[] {
  const counts = new Map<FindingKind, { count: number; readonly examples: string[] }>()
  const found = (kind: FindingKind, i: number, text: string, time = openTimeAt(bars, i)): void => {
    const entry = counts.get(kind) ?? { count: 0, examples: [] }
    counts.set(kind, entry)
    if (entry.count++ < EXAMPLES) entry.examples.push(`${formatTime(time)}${text}`)
  }
  for (let i = 0; i < bars.length; i++) {
    const time = valueAt(bars.openTime, i)
    const before = valueAt(bars.openTime, i - 1)
    if (i > 0 && time === before) found('duplicate', i, '')
    else if (i > 0 && time < before) found('monotone', i, ` after ${formatTime(before)}`)
    if (!isOnGrid(time, bars.interval)) found('grid', i, '')
    const [open, high, low, close] = [
      valueAt(bars.open, i),
      valueAt(bars.high, i),
      valueAt(bars.low, i),
      valueAt(bars.close, i),
    ]
    const isPriced = low > 0 && low <= open && low <= close && high >= open && high >= close
    if (!isPriced) found('ohlc', i, `: open ${open}, high ${high}, low ${low}, close ${close}`)
    checkVolumes(i, low, high)
    const closeTime = closeTimes.get(time)
    if (closeTime !== undefined)
      found('irregular_close', i, `: closed after ${lasting(closeTime - time + 1)}`)
  }
  for (const { index, from, to, missing } of findGaps(bars)) {
    found('gap', index, ` to ${formatTime(to)}: ${missing} missing`, from)
  }
  // Object.keys of a literal are its keys.
  const kinds = Object.keys(FINDINGS) as readonly FindingKind[]
  return kinds.flatMap((kind) => {
    const entry = counts.get(kind)
    return entry ? [{ kind, count: entry.count, examples: entry.examples }] : []
  })

  function checkVolumes(i: number, low: number, high: number): void {
    const volume = valueAt(bars.volume, i)
    if (volume === 0) found('zero_volume', i, '')
    const taker = bars.takerVolume?.[i] ?? Number.NaN
    if (taker > volume) found('taker_volume', i, `: ${taker} above ${volume}`)
    const quote = bars.quoteVolume?.[i] ?? Number.NaN
    const takerQuote = bars.takerQuoteVolume?.[i] ?? Number.NaN
    if (takerQuote > quote) found('taker_volume', i, `: quote ${takerQuote} above ${quote}`)
    const slack = CUT * Math.max(1, bars.tradeCount?.[i] || 1) + NOISE * quote
    if (quote < low * volume - slack || quote > high * volume + slack) {
      found('quote_price', i, `: ${quote} ÷ ${volume} outside ${low}..${high}`)
    }
  }
}

/** `28 min 14.788 s` of milliseconds. */
function lasting(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  const seconds = (ms % 60_000) / 1000
  return minutes === 0 ? `${seconds} s` : `${minutes} min ${seconds} s`
}

/** How the bars of one interval compare to those that are made of a shorter one. */
export interface CrossCheck {
  /** Bars of both. */
  readonly compared: number
  /** Of these, equal in every column that both have. */
  readonly same: number
  /** The first that differ, and whole ones that only the shorter interval makes. */
  readonly examples: readonly string[]
  /** Whole bars that the longer interval lacks. */
  readonly lacking: number
}

const COLUMNS = [
  'open',
  'high',
  'low',
  'close',
  'volume',
  'quoteVolume',
  'tradeCount',
  'takerVolume',
  'takerQuoteVolume',
] as const
/** Sums below 67 million are exact, larger ones may be off by the last digits of a double. */
const RELATIVE = 2 ** -51

/** Compares bars with those resampled from a shorter interval; `isWhole` tells which of these lack nothing. */
export function crossCheck(coarse: Bars, made: Bars, isWhole: (i: number) => boolean): CrossCheck {
  let [compared, same, lacking, j] = [0, 0, 0, 0]
  const examples: string[] = []
  const [first, last] = [valueAt(coarse.openTime, 0), valueAt(coarse.openTime, coarse.length - 1)]
  for (let i = 0; i < made.length; i++) {
    const time = valueAt(made.openTime, i)
    if (!isWhole(i) || time < first || time > last) continue
    while (valueAt(coarse.openTime, j) < time) j++
    const at = formatTime(openTimeAt(made, i))
    if (coarse.openTime[j] !== time) {
      lacking++
      if (examples.length < EXAMPLES) examples.push(`${at}: only the shorter interval has it`)
      continue
    }
    compared++
    const others = COLUMNS.flatMap((field) => {
      const [one, two] = [coarse[field]?.[j] ?? Number.NaN, made[field]?.[i] ?? Number.NaN]
      return Math.abs(one - two) > RELATIVE * Math.abs(one) ? [`${field} ${one}, made ${two}`] : []
    })
    if (others.length === 0) same++
    else if (examples.length < EXAMPLES) examples.push(`${at}: ${others.join(', ')}`)
  }
  return { compared, same, lacking, examples }
}
