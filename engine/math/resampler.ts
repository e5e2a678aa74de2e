/**
 * Bars put together to bars of a longer interval, forward, as they close: by blocks in a backtest, by
 * one live, with the same result. Floor 1.
 */
import {
  BAR_FLAG,
  BarColumns,
  type Bars,
  OPTIONAL_FIELDS,
  type OptionalField,
  ORIGINS,
  valueAt,
} from '../model/bars.js'
import { ConfigError } from '../model/errors.js'
import { intervalMs, nextOpenTime, openTimeOf } from '../model/time.js'
import type { LongerInterval } from './indicator.js'

/** The bar under way; plain data. */
interface Bucket {
  readonly openTime: number
  /** Open time of the bar after it. */
  readonly end: number
  count: number
  readonly open: number
  high: number
  low: number
  close: number
  volume: number
  flags: number
  readonly origin: number
  readonly optional: { [K in OptionalField]?: number }
}

/** What a resampler remembers; plain data. `bars` is how many longer bars have closed. */
export interface ResamplerState {
  readonly bars: number
  readonly bucket: Bucket | undefined
}

/** Longer bars of one symbol. One that the source began in the middle of is left out. */
export class Resampler {
  /** Closed bars of the longer interval. */
  readonly bars: BarColumns
  readonly #source: Bars
  readonly #interval: LongerInterval
  readonly #optional: readonly OptionalField[]
  #closedAt: Int32Array
  #end = 0
  #bucket: Bucket | undefined

  /** Throws a ConfigError when the source's bars do not add up to the interval. */
  constructor(source: Bars, interval: LongerInterval) {
    const ratio = intervalMs(interval) / intervalMs(source.interval)
    const addsUp =
      interval === '1M' ? intervalMs(source.interval) <= intervalMs('1d') : Number.isInteger(ratio)
    if (source.interval === '3d' || ratio <= 1 || !addsUp) {
      throw new ConfigError(
        `bars of ${source.symbol} must add up to ${interval}, were ${source.interval}; use shorter bars, or another interval`,
      )
    }
    this.#source = source
    this.#interval = interval
    this.#optional = OPTIONAL_FIELDS.filter((name) => source[name] !== undefined)
    this.bars = new BarColumns({
      symbol: source.symbol,
      interval,
      capacity: Math.ceil(source.length / ratio) + 2,
      optional: this.#optional,
    })
    this.#closedAt = new Int32Array(source.openTime.length)
  }

  /** Index of the last longer bar that has closed when bar `i` of the source closes; −1 before the first. */
  closedAt(i: number): number {
    return this.#closedAt[i] as number
  }

  /** Takes in the source's bars up to `to` (excluded). */
  extend(to: number): void {
    if (this.#source.openTime.length > this.#closedAt.length) {
      const grown = new Int32Array(this.#source.openTime.length)
      grown.set(this.#closedAt)
      this.#closedAt = grown
    }
    const { openTime, interval } = this.#source
    for (let i = this.#end; i < to; i++) {
      const time = valueAt(openTime, i)
      if (this.#bucket && time >= this.#bucket.end) this.#close(this.#bucket)
      if (this.#bucket) this.#add(this.#bucket, i)
      else this.#bucket = this.#begin(time, i)
      if (nextOpenTime(time, interval) >= this.#bucket.end) this.#close(this.#bucket)
      this.#closedAt[i] = this.bars.length - 1
    }
    this.#end = Math.max(this.#end, to)
  }

  /** What it remembers after the last bar taken in. */
  snapshot(): ResamplerState {
    return structuredClone({ bars: this.bars.length, bucket: this.#bucket })
  }

  /** Goes on from bar `end` of the source with what `snapshot` gave there. */
  restore(state: ResamplerState, end: number): void {
    this.bars.length = state.bars
    this.#bucket = structuredClone(state.bucket)
    this.#end = end
  }

  #begin(time: number, i: number): Bucket {
    const source = this.#source
    const openTime = openTimeOf(time, this.#interval)
    const optional: Bucket['optional'] = {}
    for (const name of this.#optional) optional[name] = source[name]?.[i] ?? Number.NaN
    return {
      openTime,
      end: nextOpenTime(openTime, this.#interval),
      count: 1,
      open: valueAt(source.open, i),
      high: valueAt(source.high, i),
      low: valueAt(source.low, i),
      close: valueAt(source.close, i),
      volume: valueAt(source.volume, i),
      flags: valueAt(source.flags, i) & BAR_FLAG.synthetic,
      origin: valueAt(source.origin, i),
      optional,
    }
  }

  #add(bucket: Bucket, i: number): void {
    const source = this.#source
    bucket.count++
    bucket.high = Math.max(bucket.high, valueAt(source.high, i))
    bucket.low = Math.min(bucket.low, valueAt(source.low, i))
    bucket.close = valueAt(source.close, i)
    bucket.volume += valueAt(source.volume, i)
    bucket.flags &= valueAt(source.flags, i)
    for (const name of this.#optional) {
      bucket.optional[name] = (bucket.optional[name] ?? Number.NaN) + (source[name]?.[i] ?? Number.NaN)
    }
  }

  #close(bucket: Bucket): void {
    this.#bucket = undefined
    const room = Math.round((bucket.end - bucket.openTime) / intervalMs(this.#source.interval))
    const hasBegunInside = this.bars.length === 0 && bucket.openTime < valueAt(this.#source.openTime, 0)
    if (hasBegunInside) return
    const origin = ORIGINS[bucket.origin]
    this.bars.append({
      openTime: bucket.openTime,
      open: bucket.open,
      high: bucket.high,
      low: bucket.low,
      close: bucket.close,
      volume: bucket.volume,
      ...bucket.optional,
      flags: bucket.flags | (bucket.count < room ? BAR_FLAG.partial : 0),
      ...(origin && { origin }),
    })
  }
}
