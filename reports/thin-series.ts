/** Fewer points of a long series, such that no extreme is lost. Floor 4. */
import { valueAt } from '../engine/model/bars.js'

/** Points of a series that were kept, oldest first. */
export interface KeptPoints {
  /** Indices into the series, rising. */
  readonly indices: readonly number[]
  readonly values: readonly number[]
}

/**
 * Takes a series stretch by stretch and keeps at most `limit` values of it: all of them where there are no more;
 * else the first, the last, and the lowest and highest of each of equal parts between. `limit` is at least 4.
 */
export class SeriesThinner {
  readonly #length: number
  readonly #parts: number
  readonly #indices: number[] = []
  readonly #values: number[] = []
  #at = 0
  #part = 0
  #lowAt = -1
  #low = Number.NaN
  #highAt = -1
  #high = Number.NaN

  /** `length` is how many values there will be. */
  constructor(length: number, limit: number) {
    this.#length = length
    this.#parts = length <= limit ? 0 : Math.floor((limit - 2) / 2)
  }

  /** The next values of the series. */
  take(values: Float64Array): void {
    const from = this.#at
    const to = from + values.length
    let at = from
    if (this.#parts === 0) for (; at < to; at++) this.#keep(at, valueAt(values, at - from))
    if (at === 0 && at < to) this.#keep(at++, valueAt(values, 0))
    while (at < to && at < this.#length - 1) {
      const partEnd = this.#startOf(this.#part + 1)
      const end = Math.min(to, partEnd)
      this.#search(values, at, end)
      at = end
      if (end === partEnd) this.#endPart()
    }
    if (at < to) this.#keep(at, valueAt(values, at - from))
    this.#at = to
  }

  /** What was kept, after the last value. */
  get kept(): KeptPoints {
    return { indices: this.#indices, values: this.#values }
  }

  #startOf(part: number): number {
    return 1 + Math.floor((part * (this.#length - 2)) / this.#parts)
  }

  /** The lowest and the highest of the part under way, the first of equals. */
  #search(values: Float64Array, from: number, to: number): void {
    const shift = this.#at
    let lowAt = this.#lowAt < 0 ? from : this.#lowAt
    let low = this.#lowAt < 0 ? valueAt(values, from - shift) : this.#low
    let highAt = this.#highAt < 0 ? from : this.#highAt
    let high = this.#highAt < 0 ? low : this.#high
    for (let i = from - shift; i < to - shift; i++) {
      const value = valueAt(values, i)
      if (value < low) {
        low = value
        lowAt = i + shift
      } else if (value > high) {
        high = value
        highAt = i + shift
      }
    }
    this.#lowAt = lowAt
    this.#low = low
    this.#highAt = highAt
    this.#high = high
  }

  #endPart(): void {
    if (this.#lowAt < this.#highAt) this.#keep(this.#lowAt, this.#low)
    this.#keep(this.#highAt, this.#high)
    if (this.#lowAt > this.#highAt) this.#keep(this.#lowAt, this.#low)
    this.#lowAt = -1
    this.#highAt = -1
    this.#part++
  }

  #keep(index: number, value: number): void {
    this.#indices.push(index)
    this.#values.push(value)
  }
}

/** Indices of at most `limit` values of a series that is at hand, as `SeriesThinner` keeps them. */
export function thinToExtremes(values: Float64Array, limit: number): readonly number[] {
  const thinner = new SeriesThinner(values.length, limit)
  thinner.take(values)
  return thinner.kept.indices
}
