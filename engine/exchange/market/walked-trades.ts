/** Trades made from the bars: each bar is walked from its open over its extremes to its close. Floor 3. */
import { valueAt } from '../../model/bars.js'
import { type PathTrade, type WalkTerms, walkBar } from './bar-walk.js'
import type { MarketBars } from './market-bars.js'
import type { MarketTrades, PlannedStep, PublicTrade } from './market-trades.js'

/** The trades of bars that have none of their own: at most one in each slot. */
export class WalkedTrades implements MarketTrades {
  readonly #source: MarketBars
  readonly #terms: WalkTerms
  /** Trades before each bar, where the source counts them. */
  readonly #idsBefore: Float64Array | undefined

  constructor(source: MarketBars, terms: Omit<WalkTerms, 'slots'>) {
    this.#source = source
    this.#terms = { ...terms, slots: source.slots }
    this.#idsBefore = idsBefore(source)
  }

  ids(bar: number): { readonly first: number; readonly count: number } {
    const before = this.#idsBefore
    if (before) return { first: valueAt(before, bar), count: valueAt(before, bar + 1) - valueAt(before, bar) }
    const { slots, bars } = this.#source
    return { first: bar * slots, count: valueAt(bars.volume, bar) > 0 ? slots : 0 }
  }

  of(bar: number): readonly PublicTrade[] {
    return this.#path(bar).map((found, j) => this.#trade(bar, found, j))
  }

  lastOf(bar: number): PublicTrade | undefined {
    const path = this.#path(bar)
    const last = path.at(-1)
    return last && this.#trade(bar, last, path.length - 1)
  }

  steps(bar: number): readonly PlannedStep[] {
    const path = this.#path(bar)
    let done = 0
    return Array.from({ length: this.#source.slots }, (_, slot): PlannedStep => {
      const found = path[done]
      const trade = found?.slot === slot ? this.#trade(bar, found, done++) : undefined
      return { time: this.#source.slotTime(bar, slot), trade, isUpdate: true }
    })
  }

  stepsBefore(bar: number): number {
    return bar * this.#source.slots
  }

  barOf(aggId: number): number {
    return Math.floor(aggId / this.#source.slots)
  }

  aggIdOf(tradeId: number): number {
    const before = this.#idsBefore
    if (before === undefined) return tradeId
    const { length, slots } = this.#source
    let [low, high] = [0, length]
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (valueAt(before, middle) <= tradeId) low = middle
      else high = middle - 1
    }
    const bar = Math.min(low, length - 1)
    const within = tradeId - valueAt(before, bar)
    const j = this.#path(bar).findIndex(({ firstId, ids }) => within < firstId + ids)
    return bar * slots + Math.max(0, j)
  }

  #path(bar: number): readonly PathTrade[] {
    const { bars } = this.#source
    return walkBar(
      {
        open: valueAt(bars.open, bar),
        high: valueAt(bars.high, bar),
        low: valueAt(bars.low, bar),
        close: valueAt(bars.close, bar),
        volume: this.#source.volume(bar),
        count: this.ids(bar).count,
      },
      bar,
      this.#terms,
    )
  }

  #trade(bar: number, { slot, price, units, isBuyerMaker, firstId, ids }: PathTrade, j: number): PublicTrade {
    const { slots } = this.#source
    const first = this.ids(bar).first + firstId
    const isLast = slot >= slots - 1
    return {
      aggId: bar * slots + j,
      firstId: first,
      lastId: first + ids - 1,
      time: this.#source.slotTime(bar, slot) - (isLast ? 1 : 0),
      price,
      units,
      isBuyerMaker,
    }
  }
}

/** Trades before each bar and after the last, from the source's counts; undefined where it has none. */
function idsBefore({ bars, slots }: MarketBars): Float64Array | undefined {
  const counts = bars.tradeCount
  if (counts === undefined) return undefined
  const before = new Float64Array(bars.length + 1)
  for (let i = 0; i < bars.length; i++) {
    const count = valueAt(counts, i)
    const isTraded = valueAt(bars.volume, i) > 0
    const ids = Number.isNaN(count) ? (isTraded ? slots : 0) : isTraded ? Math.max(1, count) : 0
    before[i + 1] = valueAt(before, i) + ids
  }
  return before
}
