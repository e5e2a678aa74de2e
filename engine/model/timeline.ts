/**
 * Bars of several symbols on one timeline, in shared memory: every moment at which one of them has a bar,
 * and where each has it. Floor 0.
 */
import { type Bars, type Column, newColumn, valueAt } from './bars.js'
import { InvariantError } from './errors.js'

/** A column of indices that threads can share. */
export type IndexColumn = Int32Array<SharedArrayBuffer>

/** One symbol on a timeline. */
export interface TimelineTrack {
  readonly bars: Bars
  /** Index of its bar at each moment; −1 where it has none: a missing bar stays missing. */
  readonly indices: IndexColumn
}

/** Several symbols, one timeline. */
export interface Timeline {
  /** Open times, UTC milliseconds, rising: the union of all symbols'. */
  readonly openTime: Column
  readonly length: number
  /** By name of the symbol, whatever order they were given in: every walk over them is the same. */
  readonly tracks: readonly TimelineTrack[]
}

/**
 * Puts bars of one interval on one timeline. Nothing is copied but the open times: the tracks are the bars
 * that were given. Throws an InvariantError for bars of two intervals, or of one symbol twice.
 */
export function timelineOf(all: readonly Bars[]): Timeline {
  const sorted = [...all].sort((a, b) => (a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : 0))
  for (const [k, bars] of sorted.entries()) {
    const before = sorted[k - 1]
    if (before?.symbol === bars.symbol) {
      throw new InvariantError(`each symbol must come once on a timeline, ${bars.symbol} came twice`)
    }
    if (before && before.interval !== bars.interval) {
      throw new InvariantError(
        `bars on one timeline must have one interval, ${before.symbol} has ${before.interval} and ${bars.symbol} has ${bars.interval}`,
      )
    }
  }
  const most = sorted.reduce((sum, bars) => sum + bars.length, 0)
  const openTime = newColumn(most)
  const indices = sorted.map(() => new Int32Array(new SharedArrayBuffer(most * Int32Array.BYTES_PER_ELEMENT)))
  const next = sorted.map(() => 0)
  const timeOf = (k: number): number => {
    const bars = sorted[k]
    const i = next[k] ?? 0
    return bars && i < bars.length ? valueAt(bars.openTime, i) : Number.POSITIVE_INFINITY
  }
  let length = 0
  for (;;) {
    let time = Number.POSITIVE_INFINITY
    for (let k = 0; k < sorted.length; k++) time = Math.min(time, timeOf(k))
    if (time === Number.POSITIVE_INFINITY) break
    openTime[length] = time
    for (let k = 0; k < sorted.length; k++) {
      const isHere = timeOf(k) === time
      const column = indices[k]
      if (column) column[length] = isHere ? (next[k] ?? 0) : -1
      if (isHere) next[k] = (next[k] ?? 0) + 1
    }
    length++
  }
  return {
    openTime: openTime.subarray(0, length),
    length,
    tracks: sorted.map((bars, k) => ({
      bars,
      indices: (indices[k] ?? new Int32Array(new SharedArrayBuffer(0))).subarray(0, length),
    })),
  }
}
