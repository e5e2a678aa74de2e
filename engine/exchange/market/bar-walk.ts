/**
 * The trades that make up a bar: a path from its open over its extremes to its close, in equal slots of
 * time. It depends on the bar, its place and the seed alone, so that any bar's trades can be told at any
 * time without being kept. Floor 3.
 */
import { chanceAt } from './hash.js'

/** A bar as the walk needs it. */
export interface WalkedBar {
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  /** Base traded; 0 makes no trades. */
  readonly volume: number
  /** Trades of the bar, where the source says; else one a slot. */
  readonly count: number
}

/** One trade of the path, which stands for `ids` trades of the exchange. */
export interface PathTrade {
  readonly slot: number
  readonly price: number
  /** Base in whole 1e−8. */
  readonly units: number
  /** Whether the seller took. */
  readonly isBuyerMaker: boolean
  /** Trades it stands for: the first, counted from 0 within the bar, and how many. */
  readonly firstId: number
  readonly ids: number
}

/** How a walk is cut and made. */
export interface WalkTerms {
  readonly slots: number
  readonly seed: number
  /** Places between the extremes are on this tick; the four corners are the bar's own. */
  readonly tick: number
  /** Quantities are multiples of so many 1e−8, where there is enough volume. */
  readonly step: number
}

/** The trades of a bar, in order. The last one closes it; together they have its volume. */
export function walkBar(
  bar: WalkedBar,
  place: number,
  { slots, seed, tick, step }: WalkTerms,
): readonly PathTrade[] {
  if (!(bar.volume > 0)) return []
  const corners = cornersOf(bar, chanceAt(seed, place, 1) < 0.5)
  const count = Math.max(1, Math.floor(bar.count))
  const made = Math.min(slots, Math.max(corners.length, count))
  const total = Math.round(bar.volume * 1e8)
  const weights = Array.from({ length: made }, (_, j) => 0.2 + chanceAt(seed, place, 2, j))
  const weight = weights.reduce((sum, one) => sum + one, 0)
  const ids = Math.max(count, made)
  const trades: PathTrade[] = []
  const lot = total >= step * made ? step : Math.min(1, Math.floor(total / made))
  let left = total
  let last = bar.open
  for (let j = 0; j < made; j++) {
    const price = priceAt(bar, corners, j, made, { tick, jitter: chanceAt(seed, place, 3, j) - 0.5 })
    const isLast = j === made - 1
    const share = (total * (weights[j] ?? 0)) / weight
    // Each trade has a lot at least, and leaves as much for each that follows.
    const most = left - lot * (made - 1 - j)
    const units = isLast
      ? left
      : Math.min(most, Math.max(lot, Math.floor(share / Math.max(1, lot)) * Math.max(1, lot)))
    left -= units
    const firstId = Math.floor((j * ids) / made)
    trades.push({
      slot: Math.floor((j * slots) / made),
      price,
      units,
      isBuyerMaker: price === last ? chanceAt(seed, place, 4, j) < 0.5 : price < last,
      firstId,
      ids: Math.floor(((j + 1) * ids) / made) - firstId,
    })
    last = price
  }
  return trades
}

/** Open, the two extremes in one order or the other, close; each once where they are the same. */
function cornersOf({ open, high, low, close }: WalkedBar, isLowFirst: boolean): readonly number[] {
  // A bar that rises goes down first more often than not: the shorter way.
  const lowFirst = close === open ? isLowFirst : close > open
  const all = lowFirst ? [open, low, high, close] : [open, high, low, close]
  return all.filter((price, i) => i === 0 || price !== all[i - 1])
}

/** Price `j` of `made`: corners at equal distances, and a straight way with some jitter between them. */
function priceAt(
  { high, low }: WalkedBar,
  corners: readonly number[],
  j: number,
  made: number,
  { tick, jitter }: { readonly tick: number; readonly jitter: number },
): number {
  const legs = corners.length - 1
  if (legs === 0 || made === 1) return corners.at(-1) ?? 0
  const leg = Math.min(legs - 1, Math.floor((j * legs) / (made - 1)))
  const start = Math.ceil((leg * (made - 1)) / legs)
  const end = Math.ceil(((leg + 1) * (made - 1)) / legs)
  const [from = 0, to = 0] = [corners[leg], corners[leg + 1]]
  if (j === start) return from
  if (j === end) return to
  const way = (j - start) / (end - start)
  const raw = from + (to - from) * way + jitter * (high - low) * 0.1
  const onTick = Number((Math.round(raw / tick) * tick).toFixed(8))
  return Math.min(high, Math.max(low, onTick))
}
