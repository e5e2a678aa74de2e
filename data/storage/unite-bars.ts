/** Bars of the store and new ones as one run of bars: each once, conflicts refused or settled. Floor 3. */
import {
  BAR_FLAG,
  type BarColumns,
  type Bars,
  byteAt,
  ORIGINS,
  type Origin,
  valueAt,
} from '../../engine/model/bars.js'
import { DataError } from '../../engine/model/errors.js'
import { formatTime } from '../../engine/model/time.js'
import { copyBars } from '../copy-bars.js'
import { closeTimesOf, newStoredColumns, STORED_VALUES, type StoredBars } from './stored-bars.js'

/** The origins of which one can win a conflict. */
export const PREFERABLE = ['archive', 'rest', 'import'] as const satisfies readonly Origin[]

/** Whose row wins where two sources differ. */
export type Preferred = (typeof PREFERABLE)[number]

/** What uniting needs to know beside the bars. */
export interface UniteOptions {
  readonly prefer: Preferred | undefined
  /** Where a new bar stands, for messages. */
  readonly place: (row: number) => string
}

/** Bars united, and what the new ones did. */
export interface UnitedBars {
  readonly rows: StoredBars
  /** New bars that the store lacked. */
  readonly added: number
  /** Stored bars that are others now: a value was missing, an origin is a better one, or a conflict was settled. */
  readonly changed: number
  /** New bars that the store had. */
  readonly same: number
}

/**
 * The stored and the new bars in time order. A bar in both must have equal values; a value that one lacks
 * comes from the other, the origin is the one that is first in `ORIGINS`: so the order of writes does not
 * matter. Where two differ, the bar of the preferred origin stands as it is; otherwise a DataError shows both.
 */
export function uniteBars(stored: StoredBars, fresh: StoredBars, options: UniteOptions): UnitedBars {
  const a = stored.bars
  const b = fresh.bars
  const bars = newStoredColumns(a, a.length + b.length)
  bars.length = 0
  const closeTimes = new Map(stored.closeTimes)
  let [i, j, added, changed, same] = [0, 0, 0, 0, 0]
  /** Stored bars from here to `i` stay as they are and are not copied yet. */
  let kept = 0
  const keep = (): void => {
    copyBars(a, bars, kept, i)
    kept = i
  }
  while (i < a.length && j < b.length) {
    const timeA = valueAt(a.openTime, i)
    const timeB = valueAt(b.openTime, j)
    if (timeA < timeB) i++
    else if (timeA > timeB) {
      keep()
      copyBars(b, bars, j, ++j)
      added++
    } else {
      if (addsNothing(a, i, b, j)) same++
      else {
        keep()
        if (uniteBar(i, j)) changed++
        else same++
        kept = i + 1
      }
      i++
      j++
    }
  }
  i = a.length
  keep()
  copyBars(b, bars, j, b.length)
  added += b.length - j
  for (const [time, close] of fresh.closeTimes) if (!closeTimes.has(time)) closeTimes.set(time, close)
  return { rows: { bars, closeTimes: closeTimesOf(bars, closeTimes) }, added, changed, same }

  /** Appends the bar that stored bar `row` and new bar `other` make; true when it is not the stored one. */
  function uniteBar(row: number, other: number): boolean {
    const time = valueAt(a.openTime, row)
    const [closeA, closeB] = [stored.closeTimes.get(time), fresh.closeTimes.get(time)]
    const isCloseOther = closeA !== undefined && closeB !== undefined && closeA !== closeB
    if (isCloseOther || differs(a, row, b, other)) {
      const wins = winner(a, row, b, other)
      if (wins === undefined) throw conflict(row, other)
      copyBars(
        wins === 'stored' ? a : b,
        bars,
        wins === 'stored' ? row : other,
        (wins === 'stored' ? row : other) + 1,
      )
      if (wins === 'stored') return false
      if (closeB === undefined) closeTimes.delete(time)
      else closeTimes.set(time, closeB)
      return true
    }
    copyBars(a, bars, row, row + 1)
    return complete(bars, b, other)
  }

  function winner(one: Bars, row: number, two: Bars, other: number): 'stored' | 'new' | undefined {
    if (options.prefer === undefined) return undefined
    const preferred = ORIGINS.indexOf(options.prefer)
    const isOne = one.origin[row] === preferred
    const isTwo = two.origin[other] === preferred
    if (isOne === isTwo) return undefined
    return isOne ? 'stored' : 'new'
  }

  function conflict(row: number, other: number): DataError {
    let more = 0
    for (let k = other + 1, l = row + 1; k < b.length && l < a.length; ) {
      const [timeA, timeB] = [valueAt(a.openTime, l), valueAt(b.openTime, k)]
      if (timeA === timeB && differs(a, l, b, k)) more++
      if (timeA <= timeB) l++
      if (timeB <= timeA) k++
    }
    const time = formatTime(valueAt(a.openTime, row))
    const others = more === 0 ? '' : ` (and ${more} more ${more === 1 ? 'bar' : 'bars'} of this month)`
    const isSameOrigin = a.origin[row] === b.origin[other]
    const advice = isSameOrigin
      ? 'both are of one origin, which no --prefer decides between: leave one of them out'
      : options.prefer === undefined
        ? `say --prefer ${PREFERABLE.join('|')} if one of them is to win`
        : `--prefer ${options.prefer} does not decide between them`
    return new DataError(
      `the ${a.symbol} ${a.interval} bar of ${time} must be the same in all sources, was not${others}: the store has ${describeBar(stored, row)}; ${options.place(other)} has ${describeBar(fresh, other)}; ${advice}`,
    )
  }
}

/** Whether the new bar says nothing that the stored one does not say: the common case, told quickly. */
function addsNothing(a: Bars, i: number, b: Bars, j: number): boolean {
  for (const field of STORED_VALUES) {
    const two = b[field]?.[j]
    if (two !== undefined && two !== a[field]?.[i] && !Number.isNaN(two)) return false
  }
  return b.flags[j] === 0 && byteAt(b.origin, j) >= byteAt(a.origin, i)
}

/** Whether two bars have a value each for a column, and not the same. */
function differs(a: Bars, i: number, b: Bars, j: number): boolean {
  for (const field of STORED_VALUES) {
    const [one, two] = [a[field]?.[i], b[field]?.[j]]
    // NaN, where a source has no value, differs from nothing.
    if (one !== undefined && two !== undefined && (one < two || one > two)) return true
  }
  return false
}

/** Gives the last of `bars` what it lacks and the new bar has; whether that was anything. */
function complete(bars: BarColumns, b: Bars, j: number): boolean {
  const at = bars.length - 1
  let isOther = false
  for (const field of STORED_VALUES) {
    const column = bars[field]
    const value = b[field]?.[j] ?? Number.NaN
    if (!column || Number.isNaN(value) || !Number.isNaN(valueAt(column, at))) continue
    column[at] = value
    isOther = true
  }
  const flags = byteAt(bars.flags, at) | (byteAt(b.flags, j) & BAR_FLAG.irregularClose)
  const origin = Math.min(byteAt(bars.origin, at), byteAt(b.origin, j))
  isOther ||= flags !== bars.flags[at] || origin !== bars.origin[at]
  bars.flags[at] = flags
  bars.origin[at] = origin
  return isOther
}

function describeBar({ bars, closeTimes }: StoredBars, i: number): string {
  const values = STORED_VALUES.flatMap((field) => {
    const value = bars[field]?.[i]
    return value === undefined || Number.isNaN(value) ? [] : [`${field} ${value}`]
  })
  const close = closeTimes.get(valueAt(bars.openTime, i))
  const closes = close === undefined ? [] : [`close time ${formatTime(close)}`]
  return `(${ORIGINS[byteAt(bars.origin, i)]}) ${[...values, ...closes].join(', ')}`
}
