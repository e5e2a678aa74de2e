/** Trades as they were recorded: each is a step of its own, and klines are told between them. Floor 3. */
import type { MarketBars } from './market-bars.js'
import type { MarketTrades, PlannedStep, PublicTrade } from './market-trades.js'
import type { Tape } from './tape.js'

/** The trades of bars that were made of a tape. */
export class TapedTrades implements MarketTrades {
  readonly #source: MarketBars
  readonly #tape: Tape
  readonly #shiftMs: number

  constructor(source: MarketBars, tape: Tape, shiftMs: number) {
    this.#source = source
    this.#tape = tape
    this.#shiftMs = shiftMs
  }

  ids(bar: number): { readonly first: number; readonly count: number } {
    const [start, end] = this.#rows(bar)
    if (start === end) return { first: -1, count: 0 }
    const first = this.#trade(start).firstId
    return { first, count: this.#trade(end - 1).lastId - first + 1 }
  }

  of(bar: number): readonly PublicTrade[] {
    const [start, end] = this.#rows(bar)
    return Array.from({ length: end - start }, (_, j) => this.#trade(start + j))
  }

  lastOf(bar: number): PublicTrade | undefined {
    const [start, end] = this.#rows(bar)
    return start === end ? undefined : this.#trade(end - 1)
  }

  steps(bar: number): readonly PlannedStep[] {
    const steps: PlannedStep[] = []
    const [start, end] = this.#rows(bar)
    let next = start
    for (let slot = 0; slot < this.#source.slots; slot++) {
      const time = this.#source.slotTime(bar, slot)
      for (; next < end; next++) {
        const trade = this.#trade(next)
        if (trade.time > time) break
        steps.push({ time: trade.time, trade, isUpdate: false })
      }
      steps.push({ time, trade: undefined, isUpdate: true })
    }
    return steps
  }

  stepsBefore(bar: number): number {
    const row = bar === 0 ? this.#rows(0)[0] : this.#rows(bar - 1)[1]
    return row + bar * this.#source.slots
  }

  barOf(aggId: number): number {
    const i = this.#tape.indexOf(aggId)
    return i === this.#tape.length ? this.#source.length : this.#source.lastOpeningBy(this.#trade(i).time)
  }

  aggIdOf(tradeId: number): number {
    const i = this.#tape.holding(tradeId)
    return i === this.#tape.length ? Number.POSITIVE_INFINITY : this.#trade(i).aggId
  }

  #trade(i: number): PublicTrade {
    return this.#tape.trade(i, this.#shiftMs)
  }

  /** First of a bar's trades, and the one behind its last. */
  #rows(bar: number): [number, number] {
    const row = (time: number): number => this.#tape.firstFrom(time - this.#shiftMs)
    return [row(this.#source.openTime(bar)), row(this.#source.endTime(bar))]
  }
}
