/** Which trades two runs share. Floor 4. */
import type { StoredTrade } from './stored-run.js'

/** How a pair of trades that were entered at one time differs. */
export type TradeMatch = 'same' | 'other prices' | 'other exit'

/** A trade of either run beside its counterpart in the other. */
export type TradePair =
  | { readonly kind: TradeMatch; readonly a: StoredTrade; readonly b: StoredTrade }
  | { readonly kind: 'only A'; readonly a: StoredTrade }
  | { readonly kind: 'only B'; readonly b: StoredTrade }

/** Every kind of pair, in the order to print them. */
export const TRADE_PAIR_KINDS = [
  ...(['same', 'other prices', 'other exit', 'only A', 'only B'] as const),
] as const satisfies readonly TradePair['kind'][]

/** The trades of two runs, paired. */
export interface TradeDiff {
  /** In order of entry; each trade of either run once. */
  readonly pairs: readonly TradePair[]
  readonly counts: Readonly<Record<TradePair['kind'], number>>
}

/**
 * Pairs trades of two runs by their time of entry: `same` with the same exit and prices, `other prices`
 * with the same times, `other exit` with another time of exit. Quantities do not count: they follow
 * equity. Of trades entered at one time the first of one run belongs to the first of the other.
 */
export function diffTrades(a: readonly StoredTrade[], b: readonly StoredTrade[]): TradeDiff {
  const pairs: TradePair[] = []
  const ofA = inOrder(a)
  const ofB = inOrder(b)
  for (let i = 0, j = 0; i < ofA.length || j < ofB.length; ) {
    const one = ofA[i]
    const other = ofB[j]
    if (one !== undefined && (other === undefined || one.entryTime < other.entryTime)) {
      pairs.push({ kind: 'only A', a: one })
      i++
    } else if (other !== undefined && (one === undefined || other.entryTime < one.entryTime)) {
      pairs.push({ kind: 'only B', b: other })
      j++
    } else if (one !== undefined && other !== undefined) {
      pairs.push({ kind: matchOf(one, other), a: one, b: other })
      i++
      j++
    }
  }
  const counts = { same: 0, 'other prices': 0, 'other exit': 0, 'only A': 0, 'only B': 0 }
  for (const { kind } of pairs) counts[kind]++
  return { pairs, counts }
}

function inOrder(trades: readonly StoredTrade[]): readonly StoredTrade[] {
  return trades.toSorted((x, y) => x.entryTime - y.entryTime || x.number - y.number)
}

function matchOf(a: StoredTrade, b: StoredTrade): TradeMatch {
  if (a.exitTime !== b.exitTime) return 'other exit'
  return a.entryPrice === b.entryPrice && a.exitPrice === b.exitPrice ? 'same' : 'other prices'
}
