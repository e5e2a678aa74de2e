/**
 * Whether a strategy's entries know anything: its trades against as many of the same durations that
 * begin at random bars. Floor 1. A permutation test: Fisher, The Design of Experiments, 1935.
 */
import { valueAt } from '../../model/bars.js'
import type { SweepRandomEntry } from '../../model/sweep-result.js'
import type { Random } from '../random.js'

/** Where a trade began and ended, as indices of prices; `exit` is at least `entry`. */
export interface TradeSpan {
  readonly entry: number
  readonly exit: number
}

/**
 * Compares the mean return of the trades, from price to price without costs, with that of trades at random:
 * the durations in a random order, the bars between them cut at random places, so that none overlap and
 * every placement is as likely. `prices` are those at which the trades could have begun or ended; the
 * trades must not overlap. The p-value counts the actual placement as one of the draws, so it is never 0;
 * NaN without a trade.
 */
export function randomEntryTest(
  prices: Float64Array,
  trades: readonly TradeSpan[],
  { random, draws = 1000 }: { readonly random: Random; readonly draws?: number },
): SweepRandomEntry {
  const durations = Int32Array.from(trades, ({ entry, exit }) => exit - entry)
  const free = prices.length - 1 - durations.reduce((sum, duration) => sum + duration, 0)
  const actual =
    trades.reduce((sum, { entry, exit }) => sum + returnOf(prices, entry, exit), 0) / trades.length
  const gaps = new Float64Array(trades.length)
  let atLeast = 1
  let total = 0
  for (let draw = 0; draw < draws; draw++) {
    shuffle(durations, random)
    for (let i = 0; i < gaps.length; i++) gaps[i] = Math.floor(random.uniform() * (free + 1))
    gaps.sort()
    let sum = 0
    let used = 0
    for (let i = 0; i < gaps.length; i++) {
      const entry = valueAt(gaps, i) + used
      used += durations[i] ?? 0
      sum += returnOf(prices, entry, valueAt(gaps, i) + used)
    }
    const mean = sum / trades.length
    total += mean
    if (mean >= actual) atLeast++
  }
  const isDefined = trades.length > 0
  return {
    draws,
    trades: trades.length,
    actual,
    randomMean: isDefined ? total / draws : Number.NaN,
    pValue: isDefined ? atLeast / (draws + 1) : Number.NaN,
  }
}

function returnOf(prices: Float64Array, entry: number, exit: number): number {
  return valueAt(prices, exit) / valueAt(prices, entry) - 1
}

/** Puts values in a random order, each as likely. Source: Durstenfeld, Algorithm 235, 1964. */
export function shuffle(values: Int32Array | Float64Array, random: Random): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = Math.floor(random.uniform() * (i + 1))
    const moved = values[i] ?? 0
    values[i] = values[j] ?? 0
    values[j] = moved
  }
}
