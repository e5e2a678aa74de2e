/** What several archives hold, for one write: a month of days is then written once and not thirty times. Floor 3. */
import { BarColumns, OPTIONAL_FIELDS } from '../../engine/model/bars.js'
import { copyBars } from '../copy-bars.js'
import type { StoreRows } from '../storage/stored-bars.js'

/** The bars of all parts behind each other; each part's must open after those of the one before. */
export function joinParts([first, ...others]: readonly [StoreRows, ...StoreRows[]]): StoreRows {
  if (others.length === 0) return first
  const parts = [first, ...others]
  const { symbol, interval } = first.bars
  const capacity = parts.reduce((sum, { bars }) => sum + bars.length, 0)
  const optional = OPTIONAL_FIELDS.filter((field) => parts.some(({ bars }) => bars[field] !== undefined))
  const bars = new BarColumns({ symbol, interval, capacity, optional })
  const starts: number[] = []
  const closeTimes = new Map<number, number>()
  for (const part of parts) {
    starts.push(bars.length)
    copyBars(part.bars, bars, 0, part.bars.length)
    for (const [time, close] of part.closeTimes ?? []) closeTimes.set(time, close)
  }
  const place = (row: number): string => {
    const k = starts.findLastIndex((start) => start <= row)
    return parts[k]?.place?.(row - (starts[k] ?? 0)) ?? ''
  }
  return { bars, closeTimes, place }
}
