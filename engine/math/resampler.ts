/**
 * Bars put together to bars of a longer interval, forward, as they close: by blocks in a backtest, by
 * one live, with the same result. Floor 1.
 */
import {
  BAR_FLAG,
  BarColumns,
  type Bars,
  byteAt,
  OPTIONAL_FIELDS,
  type OptionalField,
  valueAt,
} from '../model/bars.js'
import { ConfigError } from '../model/errors.js'
import { barsBetween, type Interval, intervalMs, nextOpenTime } from '../model/time.js'
import { bucketOf, canResample } from './bucket.js'
import { addExactly, type ExactSum, newSum, valueOfSum } from './exact-sum.js'

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
  flags: number
  origin: number
  readonly sums: { readonly [K in 'volume' | OptionalField]?: ExactSum }
}

/** What a resampler remembers; plain data. `bars` is how many longer bars have closed. */
export interface ResamplerState {
  readonly bars: number
  readonly bucket: Bucket | undefined
}

/**
 * Longer bars of one symbol: first open, highest high, lowest low, last close, sums of the rest (NaN where
 * one of them is). One that lacks some of its shorter bars is flagged `partial`, one whose last bar closes
 * early `irregularClose`; its origin is the least original of its bars'. Where all are missing there is
 * none. The bar that the source begins in the middle of is left out, unless `keepsFirst`. Bars of three days are
 * counted from `anchor`, or from the source's first day.
 */
export class Resampler {
  /** Closed bars of the longer interval. */
  readonly bars: BarColumns
  readonly #source: Bars
  readonly #interval: Interval
  readonly #volumes: readonly ('volume' | OptionalField)[]
  readonly #keepsFirst: boolean
  readonly #anchor: number | undefined
  #closedAt: Int32Array
  #end = 0
  #bucket: Bucket | undefined

  /** Throws a ConfigError when the source's bars do not add up to the interval. */
  constructor(
    source: Bars,
    interval: Interval,
    { keepsFirst = false, anchor }: { readonly keepsFirst?: boolean; readonly anchor?: number } = {},
  ) {
    if (!canResample(source.interval, interval)) {
      throw new ConfigError(
        `bars of ${source.interval} must fit into longer ones, do not into ${interval} (${source.symbol}); use shorter bars, or another interval`,
      )
    }
    this.#source = source
    this.#interval = interval
    this.#keepsFirst = keepsFirst
    this.#anchor = anchor
    const optional = OPTIONAL_FIELDS.filter((name) => source[name] !== undefined)
    this.#volumes = ['volume', ...optional]
    const ratio = intervalMs(interval) / intervalMs(source.interval)
    const capacity = Math.ceil(source.length / ratio) + 2
    this.bars = new BarColumns({ symbol: source.symbol, interval, capacity, optional })
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

  /** Closes the bar under way, as if it would get no more. */
  closeBar(): void {
    if (this.#bucket) this.#close(this.#bucket)
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
    const anchor = this.#anchor ?? bucketOf(valueAt(source.openTime, 0), '1d')
    const openTime = bucketOf(time, this.#interval, anchor)
    const bucket: Bucket = {
      openTime,
      end: nextOpenTime(openTime, this.#interval),
      count: 0,
      open: valueAt(source.open, i),
      high: Number.NEGATIVE_INFINITY,
      low: Number.POSITIVE_INFINITY,
      close: Number.NaN,
      flags: 0,
      origin: 0,
      sums: Object.fromEntries(this.#volumes.map((name) => [name, newSum()])),
    }
    this.#add(bucket, i)
    return bucket
  }

  #add(bucket: Bucket, i: number): void {
    const source = this.#source
    const flags = byteAt(source.flags, i)
    bucket.count++
    bucket.high = Math.max(bucket.high, valueAt(source.high, i))
    bucket.low = Math.min(bucket.low, valueAt(source.low, i))
    bucket.close = valueAt(source.close, i)
    bucket.origin = Math.max(bucket.origin, byteAt(source.origin, i))
    // Only the last bar's early close is the longer bar's.
    bucket.flags = (bucket.flags & ~BAR_FLAG.irregularClose) | flags
    for (const name of this.#volumes) {
      const sum = bucket.sums[name]
      const column = source[name]
      if (sum && column) addExactly(sum, valueAt(column, i))
    }
  }

  #close(bucket: Bucket): void {
    this.#bucket = undefined
    const { openTime, end, open, high, low, close } = bucket
    const isFirst = this.bars.length === 0 && openTime < valueAt(this.#source.openTime, 0)
    if (isFirst && !this.#keepsFirst) return
    const isPartial = bucket.count < barsBetween(openTime, end, this.#source.interval)
    const flags = bucket.flags | (isPartial ? BAR_FLAG.partial : 0)
    const at = this.bars.length
    this.bars.append({ openTime, open, high, low, close, volume: 0, flags })
    this.bars.origin[at] = bucket.origin
    for (const name of this.#volumes) {
      const sum = bucket.sums[name]
      const column = this.bars[name]
      if (sum && column) column[at] = valueOfSum(sum)
    }
  }
}
