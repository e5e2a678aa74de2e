/** How deep the drawdown could have been had the same trades come in another order. Floor 1. */
import { valueAt } from '../../model/bars.js'
import type { SweepTradeShuffle } from '../../model/sweep-result.js'
import type { Random } from '../random.js'
import { quantileOfSorted } from '../statistics.js'
import { shuffle } from './random-entry.js'

/**
 * Drawdowns of the equity after each trade, the trades in random orders. `nets` are what the trades made
 * in quote, in order; each counts by its share of the equity before it, so that sizes follow the equity.
 */
export function tradeShuffle(
  nets: Float64Array,
  { cash, random, draws = 1000 }: { readonly cash: number; readonly random: Random; readonly draws?: number },
): SweepTradeShuffle {
  let equity = cash
  const growths = nets.map((net) => {
    const growth = (equity + net) / equity
    equity += net
    return growth
  })
  const actual = deepestFall(growths)
  const drawn = new Float64Array(draws).map(() => {
    shuffle(growths, random)
    return deepestFall(growths)
  })
  drawn.sort()
  return {
    draws,
    trades: nets.length,
    actual,
    median: quantileOfSorted(drawn, 0.5),
    worst: quantileOfSorted(drawn, 0.95),
  }
}

function deepestFall(growths: Float64Array): number {
  let equity = 1
  let peak = 1
  let deepest = 0
  for (let i = 0; i < growths.length; i++) {
    equity *= valueAt(growths, i)
    if (equity > peak) peak = equity
    else deepest = Math.max(deepest, 1 - equity / peak)
  }
  return deepest
}
