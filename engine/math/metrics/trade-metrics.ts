/** Statistics of closed trades. Amounts are summed exactly before they become doubles. Floor 1. */
import type { Trade } from '../../model/fill.js'
import { toNumber, type Units } from '../../model/money.js'
import { mean, momentsOf } from '../statistics.js'

/** Numbers about trades; NaN where there is no trade, or none of the kind that a denominator counts. */
export interface TradeMetrics {
  /** Share of trades with net > 0. */
  readonly winRate: number
  /** Σ wins / |Σ losses|; NaN without a loss. */
  readonly profitFactor: number
  /** Mean net, in quote. */
  readonly expectancy: number
  /** Mean win / |mean loss|; NaN without a win or without a loss. */
  readonly payoff: number
  /** √n · mean(net) / std(net). */
  readonly sqn: number
  /** W − (1 − W) / payoff, W the win rate. */
  readonly kelly: number
  readonly averageReturn: number
  readonly bestReturn: number
  readonly worstReturn: number
  /** Most trades in a row with net > 0; 0 without one. */
  readonly winStreak: number
  /** Most trades in a row with net < 0; 0 without one. */
  readonly lossStreak: number
  readonly averageBars: number
  readonly meanAdverse: number
  readonly meanFavourable: number
}

/** Statistics of trades in the order of their exits. `scale` is that of amounts in quote. */
export function tradeMetrics(trades: readonly Trade[], scale: number): TradeMetrics {
  const n = trades.length
  const wins = trades.filter((trade) => trade.net > 0n)
  const losses = trades.filter((trade) => trade.net < 0n)
  const won = toNumber(sumOfNet(wins), scale)
  const lost = -toNumber(sumOfNet(losses), scale)
  const winRate = ratio(wins.length, n)
  const payoff = wins.length === 0 ? Number.NaN : ratio(won / wins.length, lost / losses.length)
  const meanOf = (pick: (trade: Trade) => number) => mean(columnOf(trades, pick))
  const net = momentsOf(columnOf(trades, (trade) => toNumber(trade.net, scale)))
  const returns = trades.map((trade) => trade.return)
  return {
    winRate,
    profitFactor: ratio(won, lost),
    expectancy: ratio(toNumber(sumOfNet(trades), scale), n),
    payoff,
    sqn: Math.sqrt(n) * ratio(net.mean, net.deviation),
    kelly: winRate - ratio(1 - winRate, payoff),
    averageReturn: meanOf((trade) => trade.return),
    bestReturn: n === 0 ? Number.NaN : returns.reduce((best, r) => Math.max(best, r)),
    worstReturn: n === 0 ? Number.NaN : returns.reduce((worst, r) => Math.min(worst, r)),
    winStreak: longestStreak(trades, (trade) => trade.net > 0n),
    lossStreak: longestStreak(trades, (trade) => trade.net < 0n),
    averageBars: meanOf((trade) => trade.bars),
    meanAdverse: meanOf((trade) => trade.mae),
    meanFavourable: meanOf((trade) => trade.mfe),
  }
}

/** A plain loop: `Float64Array.from` takes ten times as long, and a sweep does this for each trial. */
function columnOf(trades: readonly Trade[], pick: (trade: Trade) => number): Float64Array {
  const column = new Float64Array(trades.length)
  for (const [i, trade] of trades.entries()) column[i] = pick(trade)
  return column
}

function sumOfNet(trades: readonly Trade[]): Units {
  return trades.reduce((sum, trade) => sum + trade.net, 0n)
}

/** a / b, NaN where b is 0. */
function ratio(a: number, b: number): number {
  return b === 0 ? Number.NaN : a / b
}

function longestStreak(trades: readonly Trade[], isCounted: (trade: Trade) => boolean): number {
  let longest = 0
  let current = 0
  for (const trade of trades) {
    current = isCounted(trade) ? current + 1 : 0
    if (current > longest) longest = current
  }
  return longest
}
