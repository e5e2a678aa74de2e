/** Trades parted by what they have in common, and runs of wins and losses. Floor 1. */
import type { Trade } from '../../model/fill.js'
import { type TradeMetrics, tradeMetrics } from './trade-metrics.js'

/** Trades of one kind. */
export interface TradeGroup<Key> {
  readonly key: Key
  readonly count: number
  /** Sum of their nets, in quote, exact units. */
  readonly net: bigint
  readonly metrics: TradeMetrics
}

/** Trades grouped by a key, in the order in which the keys first come. `scale` is that of amounts in quote. */
export function groupTrades<Key extends string | number>(
  trades: readonly Trade[],
  keyOf: (trade: Trade) => Key,
  scale: number,
): readonly TradeGroup<Key>[] {
  return [...Map.groupBy(trades, keyOf)].map(([key, group]) => ({
    key,
    count: group.length,
    net: group.reduce((sum, trade) => sum + trade.net, 0n),
    metrics: tradeMetrics(group, scale),
  }))
}

/** How often a run of winning or losing trades had one length. */
export interface StreakCount {
  readonly length: number
  /** Runs of exactly so many trades with net > 0. */
  readonly wins: number
  /** Runs of exactly so many trades with net < 0. */
  readonly losses: number
}

/** Lengths of all streaks, shortest first, up to the longest; a trade with net 0 ends a streak. */
export function streaksOf(trades: readonly Trade[]): readonly StreakCount[] {
  const wins: number[] = []
  const losses: number[] = []
  let sign = 0
  let length = 0
  const close = () => {
    const counts = sign > 0 ? wins : losses
    if (sign !== 0) counts[length] = (counts[length] ?? 0) + 1
  }
  for (const { net } of trades) {
    const next = net > 0n ? 1 : net < 0n ? -1 : 0
    if (next !== sign) {
      close()
      length = 0
    }
    sign = next
    length++
  }
  close()
  const longest = Math.max(wins.length, losses.length) - 1
  return Array.from({ length: Math.max(0, longest) }, (_, i) => ({
    length: i + 1,
    wins: wins[i + 1] ?? 0,
    losses: losses[i + 1] ?? 0,
  }))
}
