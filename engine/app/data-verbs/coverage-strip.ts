/** Where a series has bars and where it has none, in one line of the terminal. Floor 5. */
import type { StoreManifest } from '../../../data/storage/store.js'

/** With the two days it fills the 80 columns of a terminal, the two blanks before it included. */
const WIDTH = 56
/** From nothing to everything. */
const SHADES = ['·', '░', '▒', '▓', '█'] as const

/** A stretch of time without a market, UTC milliseconds, `to` not included. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

/**
 * `2017-08-17 ████▓███░·██ 2024-12-31`: each cell is a share of the range, its shade how much of it is there.
 * `lost` is what is missing beside the gaps: the rest of bars that closed early.
 */
export function coverageStrip(
  { from, to, gaps }: Pick<StoreManifest, 'from' | 'to' | 'gaps'>,
  lost: readonly Stretch[] = [],
): string {
  const holes: readonly Stretch[] = [...gaps, ...lost]
  const width = (to - from) / WIDTH
  const cells = Array.from({ length: WIDTH }, (_, i) => {
    const start = from + i * width
    const end = start + width
    const missing = holes.reduce(
      (sum, gap) => sum + Math.max(0, Math.min(end, gap.to) - Math.max(start, gap.from)),
      0,
    )
    // Only what is whole looks whole, only what is empty looks empty.
    const share = 1 - missing / width
    return missing === 0 ? '█' : share <= 0 ? '·' : (SHADES[1 + Math.min(2, Math.floor(share * 3))] ?? '▓')
  })
  const day = (time: number): string => new Date(time).toISOString().slice(0, 10)
  return `${day(from)} ${cells.join('')} ${day(to)}`
}
