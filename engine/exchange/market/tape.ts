/** Recorded trades in columns: 44 bytes each, whatever happens later. Floor 3. */
import { DataError } from '../../model/errors.js'
import { formatTime } from '../../model/time.js'
import type { PublicTrade } from './market-trades.js'

/** What a recorded trade says. */
export type TapeTrade = Omit<PublicTrade, 'lastId'> & {
  /** Trades that the aggregate stands for. */
  readonly count: number
}

const FIRST_CAPACITY = 4096

/** Trades of one symbol, oldest first, ids rising. Times are the recording's own. */
export class Tape {
  length = 0
  #aggId = new Float64Array(FIRST_CAPACITY)
  #firstId = new Float64Array(FIRST_CAPACITY)
  #time = new Float64Array(FIRST_CAPACITY)
  #price = new Float64Array(FIRST_CAPACITY)
  #units = new Float64Array(FIRST_CAPACITY)
  /** How many trades it stands for; negative where the seller took. */
  #count = new Int32Array(FIRST_CAPACITY)

  /** Throws a DataError on a trade that is older than the one before, or whose id is not above that one's. */
  add({ aggId, firstId, time, price, units, count, isBuyerMaker }: TapeTrade): void {
    const i = this.length
    const [lastTime, lastId] = i === 0 ? [0, -1] : [at(this.#time, i - 1), at(this.#aggId, i - 1)]
    if (time < lastTime) {
      throw new DataError(
        `trades must come oldest first, ${formatTime(time)} comes after ${formatTime(lastTime)}`,
      )
    }
    if (aggId <= lastId) throw new DataError(`ids of trades must rise, ${aggId} came after ${lastId}`)
    if (i === this.#time.length) this.#grow()
    this.#aggId[i] = aggId
    this.#firstId[i] = firstId
    this.#time[i] = time
    this.#price[i] = price
    this.#units[i] = units
    this.#count[i] = isBuyerMaker ? -count : count
    this.length++
  }

  /** A trade, its time moved by so much. */
  trade(i: number, shiftMs: number): PublicTrade {
    const firstId = at(this.#firstId, i)
    const count = at(this.#count, i)
    return {
      aggId: at(this.#aggId, i),
      firstId,
      lastId: firstId + Math.abs(count) - 1,
      time: at(this.#time, i) + shiftMs,
      price: at(this.#price, i),
      units: at(this.#units, i),
      isBuyerMaker: count < 0,
    }
  }

  /** Index of the first trade at or after a time. */
  firstFrom(time: number): number {
    return this.#first((i) => at(this.#time, i) >= time)
  }

  /** Index of the aggregate with this id or the next one. */
  indexOf(aggId: number): number {
    return this.#first((i) => at(this.#aggId, i) >= aggId)
  }

  /** Index of the aggregate that holds the exchange's trade with this id, or the next one. */
  holding(tradeId: number): number {
    return this.#first((i) => at(this.#firstId, i) + Math.abs(at(this.#count, i)) > tradeId)
  }

  /** Whether no trade is missing right before one, by its id. */
  follows(i: number): boolean {
    return i > 0 && i < this.length && at(this.#aggId, i) === at(this.#aggId, i - 1) + 1
  }

  #first(isIt: (i: number) => boolean): number {
    let [low, high] = [0, this.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (isIt(middle)) high = middle
      else low = middle + 1
    }
    return low
  }

  #grow(): void {
    const capacity = 2 * this.length
    const grown = (column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
      const larger = new Float64Array(capacity)
      larger.set(column)
      return larger
    }
    this.#aggId = grown(this.#aggId)
    this.#firstId = grown(this.#firstId)
    this.#time = grown(this.#time)
    this.#price = grown(this.#price)
    this.#units = grown(this.#units)
    const counts = new Int32Array(capacity)
    counts.set(this.#count)
    this.#count = counts
  }
}

function at(column: Float64Array | Int32Array, i: number): number {
  return column[i] ?? Number.NaN
}
