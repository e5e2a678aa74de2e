/** Statistics of closed trades. Amounts are summed exactly before they become doubles. Floor 1. */
import { valueAt } from '../../model/bars.js'
import type { Trade } from '../../model/fill.js'
import { toNumber, type Units } from '../../model/money.js'
import { mean, momentsOf } from '../statistics.js'
import { columnOf } from './column-of.js'

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
  const { gain, loss, wins, losses, winStreak, lossStreak } = countOf(trades)
  const won = toNumber(gain, scale)
  const lost = -toNumber(loss, scale)
  const winRate = ratio(wins, n)
  const payoff = wins === 0 ? Number.NaN : ratio(won / wins, lost / losses)
  const meanOf = (pick: (trade: Trade) => number) => mean(columnOf(trades, pick))
  const net = momentsOf(columnOf(trades, (trade) => toNumber(trade.net, scale)))
  const returns = columnOf(trades, (trade) => trade.return)
  const { lowest, highest } = extremesOf(returns)
  return {
    winRate,
    profitFactor: ratio(won, lost),
    expectancy: ratio(toNumber(gain + loss, scale), n),
    payoff,
    sqn: Math.sqrt(n) * ratio(net.mean, net.deviation),
    kelly: winRate - ratio(1 - winRate, payoff),
    averageReturn: mean(returns),
    bestReturn: highest,
    worstReturn: lowest,
    winStreak,
    lossStreak,
    averageBars: meanOf((trade) => trade.bars),
    meanAdverse: meanOf((trade) => trade.mae),
    meanFavourable: meanOf((trade) => trade.mfe),
  }
}

/** Sums and counts of wins and losses, and how many there were in a row at most. */
function countOf(trades: readonly Trade[]) {
  let gain: Units = 0n
  let loss: Units = 0n
  let wins = 0
  let losses = 0
  let winStreak = 0
  let lossStreak = 0
  let won = 0
  let lost = 0
  for (const { net } of trades) {
    const isWin = net > 0n
    const isLoss = net < 0n
    if (isWin) {
      gain += net
      wins++
    } else if (isLoss) {
      loss += net
      losses++
    }
    won = isWin ? won + 1 : 0
    lost = isLoss ? lost + 1 : 0
    if (won > winStreak) winStreak = won
    if (lost > lossStreak) lossStreak = lost
  }
  return { gain, loss, wins, losses, winStreak, lossStreak }
}

/** The lowest and the highest value; NaN of none, or where one is not defined. */
function extremesOf(values: Float64Array): { readonly lowest: number; readonly highest: number } {
  let lowest = values[0] ?? Number.NaN
  let highest = lowest
  for (let i = 1; i < values.length; i++) {
    lowest = Math.min(lowest, valueAt(values, i))
    highest = Math.max(highest, valueAt(values, i))
  }
  return { lowest, highest }
}

/** a / b, NaN where b is 0. */
function ratio(a: number, b: number): number {
  return b === 0 ? Number.NaN : a / b
}
