/**
 * The book around the last trade, as others would have filled it: made from the place of the market and the
 * seed, new at every step, less what takers have taken since. Floor 3.
 */
import { toUnits, type Units } from '../../model/money.js'
import type { Side } from '../../model/order.js'
import type { ListedSymbol } from '../listed-symbol.js'
import { chanceAt } from './hash.js'

/** A price with what is offered at it. */
export interface BookLevel {
  readonly price: Units
  readonly units: Units
}

const LEVELS = 100

/** The offers of one symbol's market. */
export class Book {
  readonly #listed: ListedSymbol
  readonly #seed: number
  #place = -1
  /** Taken since the last step, by price. */
  #taken = new Map<Units, Units>()
  #made = new Map<Side, readonly BookLevel[]>()

  constructor(listed: ListedSymbol, seed: number) {
    this.#listed = listed
    this.#seed = seed
  }

  /** What bids (`BUY`) or offers (`SELL`) there are, the best first. */
  levels(side: Side): readonly BookLevel[] {
    this.#refresh()
    const made = this.#made.get(side) ?? this.#make(side)
    this.#made.set(side, made)
    if (this.#taken.size === 0) return made
    return made
      .map(({ price, units }) => ({ price, units: units - (this.#taken.get(price) ?? 0n) }))
      .filter(({ units }) => units > 0n)
  }

  /** The best price of a side; undefined when all of it is taken. */
  best(side: Side): Units | undefined {
    return this.levels(side)[0]?.price
  }

  /** Takes from a level. */
  take(price: Units, units: Units): void {
    this.#refresh()
    this.#taken.set(price, (this.#taken.get(price) ?? 0n) + units)
    this.#listed.market.touchBook()
  }

  #refresh(): void {
    const { market } = this.#listed
    const { place } = market
    if (place === this.#place) return
    this.#place = place
    this.#taken = new Map()
    this.#made = new Map()
  }

  /** The last trade stands on the side it was taken from, the other side is a tick away. */
  #make(side: Side): readonly BookLevel[] {
    const { market, rules } = this.#listed
    const last = toUnits(market.lastPrice)
    const onTick = last - (last % rules.tickSize)
    const isAsk = side === 'SELL'
    const isTouched = isAsk === !market.lastIsBuyerMaker
    const best = isTouched ? onTick : isAsk ? onTick + rules.tickSize : onTick - rules.tickSize
    const usual = (market.usualVolume / market.slots) * 1e8
    const spread = (market.lastPrice * 1e-6 * 1e8) / Number(rules.tickSize)
    const levels: BookLevel[] = []
    for (let i = 0; i < LEVELS; i++) {
      const ticks = BigInt(i + Math.floor(i * i * spread))
      const price = isAsk ? best + ticks * rules.tickSize : best - ticks * rules.tickSize
      if (price <= 0n) break
      const chance = chanceAt(this.#seed, this.#place, isAsk ? 5 : 6, i)
      const raw = BigInt(Math.floor(usual * (0.25 + 1.5 * chance) * (1 + i / 10)))
      const units = raw - (raw % rules.stepSize)
      levels.push({ price, units: units > 0n ? units : rules.stepSize })
    }
    return levels
  }
}
