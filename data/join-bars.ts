/** Bars of several files as one run of bars, in time order. Floor 3. */
import { BarColumns, type Bars, byteAt, FIELDS, OPTIONAL_FIELDS, valueAt } from '../engine/model/bars.js'
import { DataError } from '../engine/model/errors.js'
import { formatTime } from '../engine/model/time.js'
import { copyBars } from './copy-bars.js'

/** Bars of one file, which know where they stand in it. */
export interface FileBars {
  readonly bars: BarColumns
  /** File and line of a bar, for messages. */
  readonly place: (row: number) => string
  /** Open time → close time of the bars flagged `irregularClose`. */
  readonly closeTimes?: ReadonlyMap<number, number>
  /** Open times of the rows that were left out because they are off the grid. */
  readonly offGrid?: readonly number[]
}

const VALUES = [...FIELDS, ...OPTIONAL_FIELDS] as const

/**
 * The bars of all parts, each once, oldest first. A bar in several files must have equal values in all of
 * them; a value that one of them lacks comes from another. Throws a DataError that shows both rows where
 * two differ. Of a single part these are the part's own bars. All parts must be of one symbol and interval.
 */
export function joinBars(parts: readonly [FileBars, ...FileBars[]]): BarColumns {
  if (parts.length === 1) return parts[0].bars
  const { symbol, interval } = parts[0].bars
  const capacity = parts.reduce((sum, part) => sum + part.bars.length, 0)
  const optional = OPTIONAL_FIELDS.filter((field) => parts.some((part) => part.bars[field] !== undefined))
  const joined = new BarColumns({ symbol, interval, capacity, optional })
  const oldestFirst = parts.toSorted((a, b) => firstTime(a.bars) - firstTime(b.bars))
  for (const part of oldestFirst) merge(joined, part, oldestFirst)
  return joined
}

function firstTime(bars: Bars): number {
  return valueAt(bars.openTime, 0)
}

/** Adds a part's bars to the joined ones. What is joined from the part's first bar on is taken out and merged again. */
function merge(joined: BarColumns, part: FileBars, parts: readonly FileBars[]): void {
  const { bars } = part
  const cut = indexFrom(joined, firstTime(bars))
  const { symbol, interval } = joined
  const tail = new BarColumns({ symbol, interval, capacity: joined.length - cut, optional: OPTIONAL_FIELDS })
  copyBars(joined, tail, cut, joined.length)
  joined.length = cut
  let a = 0
  let b = 0
  while (a < tail.length && b < bars.length) {
    const timeA = valueAt(tail.openTime, a)
    const timeB = valueAt(bars.openTime, b)
    if (timeA === timeB) {
      copyBars(tail, joined, a, ++a)
      unite(joined, part, b++, parts)
    } else if (timeA < timeB) {
      const end = indexFrom(tail, timeB)
      copyBars(tail, joined, a, end)
      a = end
    } else {
      const end = indexFrom(bars, timeA)
      copyBars(bars, joined, b, end)
      b = end
    }
  }
  copyBars(tail, joined, a, tail.length)
  copyBars(bars, joined, b, bars.length)
}

/** Unites the last joined bar with bar `b` of the part, which opens at the same time. */
function unite(joined: BarColumns, part: FileBars, b: number, parts: readonly FileBars[]): void {
  const at = joined.length - 1
  for (const field of VALUES) {
    const column = joined[field]
    const value = part.bars[field]?.[b] ?? Number.NaN
    if (!column || Number.isNaN(value)) continue
    const before = valueAt(column, at)
    if (Number.isNaN(before)) column[at] = value
    else if (before !== value) throw conflict(part, b, parts)
  }
  joined.flags[at] = byteAt(joined.flags, at) | byteAt(part.bars.flags, b)
}

function conflict(part: FileBars, b: number, parts: readonly FileBars[]): DataError {
  const { bars } = part
  const time = valueAt(bars.openTime, b)
  const rows: string[] = []
  for (const { bars: other, place } of parts) {
    const i = indexFrom(other, time)
    if (i < other.length && other.openTime[i] === time) {
      const values = VALUES.flatMap((field) => (other[field] ? [`${field} ${other[field][i]}`] : []))
      rows.push(`${place(i)} has ${values.join(', ')}`)
    }
  }
  return new DataError(
    `the ${bars.symbol} ${bars.interval} bar of ${formatTime(time)} must be the same in all files: ${rows.join('; ')}`,
  )
}

/** Index of the first bar that opens at `time` or later; the bars' length when none does. */
function indexFrom(bars: Bars, time: number): number {
  let low = 0
  let high = bars.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (valueAt(bars.openTime, middle) < time) low = middle + 1
    else high = middle
  }
  return low
}
