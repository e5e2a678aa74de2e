/** Market time of the whole exchange: the steps of all symbols, one after the other. Floor 3. */
import type { MarketStep, SymbolMarket } from './market/symbol-market.js'

/** Drives the markets. Everything that depends on market time hangs on its steps. */
export class Timeline {
  readonly #markets: readonly SymbolMarket[]
  readonly #listen: (step: MarketStep) => void
  readonly #isWatched: (market: SymbolMarket) => boolean
  #now: number
  #bars = 0

  constructor(
    markets: readonly SymbolMarket[],
    {
      listen,
      isWatched,
    }: {
      readonly listen: (step: MarketStep) => void
      /** Whether anybody would notice the steps inside a bar. */
      readonly isWatched: (market: SymbolMarket) => boolean
    },
  ) {
    this.#markets = markets
    this.#listen = listen
    this.#isWatched = isWatched
    this.#now = Math.max(...markets.map(({ now }) => now))
  }

  /** Market time, UTC milliseconds. */
  get now(): number {
    return this.#now
  }

  /** Bars that have closed since the start, all symbols' of one time counted once. */
  get bars(): number {
    return this.#bars
  }

  /** Whether there are no more bars. */
  get isOver(): boolean {
    return this.#markets.every(({ isOver }) => isOver)
  }

  /** Length of the step that comes next, as a share of its bar. */
  get stepShare(): number {
    const next = this.#next()
    if (next === undefined) return 1
    // Where bars are missing the time between them passes at once.
    return Math.min(1, Math.max(0, next.nextTime - this.#now) / next.barMs)
  }

  /** One step of the market that is due first. Whether there was one. */
  step(): boolean {
    const market = this.#next()
    if (market === undefined) return false
    const step = market.step()
    this.#now = Math.max(this.#now, step.time)
    // The time's bar is over when its last symbol's is.
    if (step.isClose && !this.#markets.some(({ nextTime }) => nextTime <= step.time)) this.#bars++
    this.#listen(step)
    return true
  }

  /** To the end of the bars under way of all symbols, or of the next ones between bars. Whether there were any. */
  closeBar(): boolean {
    const end = Math.min(...this.#markets.map(({ barEnd }) => barEnd))
    if (!Number.isFinite(end)) return false
    const before = this.#bars
    while (this.#bars === before) {
      const market = this.#next()
      if (market === undefined) break
      if (market.barEnd > end) break
      if (this.#isWatched(market)) this.step()
      else this.#skip(market)
    }
    return true
  }

  #skip(market: SymbolMarket): void {
    market.skipBar()
    this.#now = Math.max(this.#now, market.now)
    if (!this.#markets.some(({ nextTime }) => nextTime <= market.now)) this.#bars++
    this.#listen({ market, time: market.now, trade: undefined, isClose: true, isUpdate: true })
  }

  #next(): SymbolMarket | undefined {
    let next: SymbolMarket | undefined
    for (const market of this.#markets) {
      if (!market.isOver && (next === undefined || market.nextTime < next.nextTime)) next = market
    }
    return next
  }
}
