/**
 * Bars as columns in shared memory: a bar is an index. Floor 0.
 * The columns beyond volume are there only where the source has them.
 */
import { InvariantError } from './errors.js'
import { type EpochMs, type Interval, nextOpenTime } from './time.js'

/** A column of doubles that threads can share. */
export type Column = Float64Array<SharedArrayBuffer>

/** A column of small numbers that threads can share. */
export type ByteColumn = Uint8Array<SharedArrayBuffer>

/** Bits of a bar's `flags`. */
export const BAR_FLAG = {
  /** Made up to fill a gap: it fills no order. */
  synthetic: 1,
  /** The source's close time is not the end of the interval (a halt inside the bar). */
  irregularClose: 2,
  /** Made of fewer shorter bars than its interval has room for. */
  partial: 4,
  /** Known too late to act on: it is seen, and nothing can be asked for at its close. */
  late: 8,
} as const

/** Where a bar came from; a bar's `origin` is an index into this list. */
export const ORIGINS = ['archive', 'rest', 'stream', 'trades', 'import', 'synthetic'] as const

/** Name of a bar's origin. */
export type Origin = (typeof ORIGINS)[number]

/** The price and volume columns that every source has. */
export const FIELDS = ['open', 'high', 'low', 'close', 'volume'] as const

/** Name of a column that every bar has. */
export type Field = (typeof FIELDS)[number]

/** The columns that a source may lack, in Binance's order. */
export const OPTIONAL_FIELDS = ['quoteVolume', 'tradeCount', 'takerVolume', 'takerQuoteVolume'] as const

/** Name of a column that a source may lack. */
export type OptionalField = (typeof OPTIONAL_FIELDS)[number]

/**
 * Bars of one symbol and interval, oldest first, open times strictly rising.
 * Each column holds `length` values or more; what lies beyond `length` has no meaning.
 */
export interface Bars {
  readonly symbol: string
  readonly interval: Interval
  readonly length: number
  /** UTC milliseconds. */
  readonly openTime: Column
  readonly open: Column
  readonly high: Column
  readonly low: Column
  readonly close: Column
  /** Base asset traded; 0 fills no order; NaN where the source has no volume, which is taken as traded. */
  readonly volume: Column
  readonly quoteVolume: Column | undefined
  readonly tradeCount: Column | undefined
  /** Base asset bought by takers. */
  readonly takerVolume: Column | undefined
  /** Quote asset spent by taker buyers. */
  readonly takerQuoteVolume: Column | undefined
  /** Bits of `BAR_FLAG`. */
  readonly flags: ByteColumn
  /** Indices into `ORIGINS`. */
  readonly origin: ByteColumn
}

/** One bar on its own, as a stream or a test hands it over. */
export interface Bar {
  readonly openTime: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
  readonly quoteVolume?: number
  readonly tradeCount?: number
  readonly takerVolume?: number
  readonly takerQuoteVolume?: number
  readonly flags?: number
  readonly origin?: Origin
}

/** A column of `capacity` zeros in shared memory. */
export function newColumn(capacity: number): Column {
  return new Float64Array(new SharedArrayBuffer(capacity * Float64Array.BYTES_PER_ELEMENT))
}

function newByteColumn(capacity: number): ByteColumn {
  return new Uint8Array(new SharedArrayBuffer(capacity))
}

/** How many bars, or moments of a timeline, open before a time: the index of the first that does not. */
export function countBefore({ openTime, length }: Pick<Bars, 'openTime' | 'length'>, time: number): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (valueAt(openTime, middle) < time) low = middle + 1
    else high = middle
  }
  return low
}

/** Columns that grow: loaders fill them, live appends to them. Readers see them as `Bars`. */
export class BarColumns implements Bars {
  readonly symbol: string
  readonly interval: Interval
  length = 0
  openTime: Column
  open: Column
  high: Column
  low: Column
  close: Column
  volume: Column
  quoteVolume: Column | undefined
  tradeCount: Column | undefined
  takerVolume: Column | undefined
  takerQuoteVolume: Column | undefined
  flags: ByteColumn
  origin: ByteColumn

  /** `optional` names the columns beyond volume that the source has. */
  constructor({
    symbol,
    interval,
    capacity = 1024,
    optional = [],
  }: {
    readonly symbol: string
    readonly interval: Interval
    readonly capacity?: number
    readonly optional?: readonly OptionalField[]
  }) {
    this.symbol = symbol
    this.interval = interval
    this.openTime = newColumn(capacity)
    this.open = newColumn(capacity)
    this.high = newColumn(capacity)
    this.low = newColumn(capacity)
    this.close = newColumn(capacity)
    this.volume = newColumn(capacity)
    for (const name of OPTIONAL_FIELDS) this[name] = optional.includes(name) ? newColumn(capacity) : undefined
    this.flags = newByteColumn(capacity)
    this.origin = newByteColumn(capacity)
  }

  /** Adds one bar behind the last. Throws an InvariantError when it does not open later. */
  append(bar: Bar): void {
    const i = this.length
    if (i > 0 && !(bar.openTime > (this.openTime[i - 1] ?? Number.NaN))) {
      throw new InvariantError(
        `open times must rise, ${bar.openTime} came after ${this.openTime[i - 1]} in ${this.symbol} ${this.interval}`,
      )
    }
    if (i === this.openTime.length) this.#grow(Math.max(16, 2 * i))
    this.openTime[i] = bar.openTime
    for (const name of FIELDS) this[name][i] = bar[name]
    for (const name of OPTIONAL_FIELDS) {
      const column = this[name]
      if (column) column[i] = bar[name] ?? Number.NaN
    }
    this.flags[i] = bar.flags ?? 0
    this.origin[i] = bar.origin === undefined ? 0 : ORIGINS.indexOf(bar.origin)
    this.length = i + 1
  }

  #grow(capacity: number): void {
    const wider = (column: Column): Column => {
      const grown = newColumn(capacity)
      grown.set(column)
      return grown
    }
    const widerBytes = (column: ByteColumn): ByteColumn => {
      const grown = newByteColumn(capacity)
      grown.set(column)
      return grown
    }
    this.openTime = wider(this.openTime)
    for (const name of FIELDS) this[name] = wider(this[name])
    for (const name of OPTIONAL_FIELDS) {
      const column = this[name]
      if (column) this[name] = wider(column)
    }
    this.flags = widerBytes(this.flags)
    this.origin = widerBytes(this.origin)
  }
}

/**
 * Value `i` of a column, for loops that stay inside it: the type system cannot know that `i` is within
 * bounds, the caller must. Out of bounds it is `undefined` at run time.
 */
export function valueAt(column: Float64Array, i: number): number {
  return column[i] as number
}

/** The same of a column of bytes. Apart, because a function that reads both kinds asks at each value which it is. */
export function byteAt(column: Uint8Array, i: number): number {
  return column[i] as number
}

/** The bar at index `i` as a value of its own. Throws a RangeError outside the bars. */
export function barAt(bars: Bars, i: number): Bar {
  const at = (column: Column | ByteColumn): number => {
    const value = column[i]
    if (i >= bars.length || value === undefined) throw new RangeError(`bar ${i} of ${bars.length}`)
    return value
  }
  const optional: { -readonly [K in OptionalField]?: number } = {}
  for (const name of OPTIONAL_FIELDS) {
    const column = bars[name]
    if (column) optional[name] = at(column)
  }
  return {
    openTime: at(bars.openTime),
    open: at(bars.open),
    high: at(bars.high),
    low: at(bars.low),
    close: at(bars.close),
    volume: at(bars.volume),
    ...optional,
    flags: at(bars.flags),
    origin: ORIGINS[at(bars.origin)] ?? 'archive',
  }
}

/** A view of the bars `from` (included) to `to` (excluded) on the same memory. */
export function sliceBars(bars: Bars, from: number, to: number): Bars {
  const cut = (column: Column): Column => column.subarray(from, to)
  return {
    symbol: bars.symbol,
    interval: bars.interval,
    length: to - from,
    openTime: cut(bars.openTime),
    open: cut(bars.open),
    high: cut(bars.high),
    low: cut(bars.low),
    close: cut(bars.close),
    volume: cut(bars.volume),
    quoteVolume: bars.quoteVolume && cut(bars.quoteVolume),
    tradeCount: bars.tradeCount && cut(bars.tradeCount),
    takerVolume: bars.takerVolume && cut(bars.takerVolume),
    takerQuoteVolume: bars.takerQuoteVolume && cut(bars.takerQuoteVolume),
    flags: bars.flags.subarray(from, to),
    origin: bars.origin.subarray(from, to),
  }
}

/** Open time of bar `i`. */
export function openTimeAt(bars: Bars, i: number): EpochMs {
  // A column of open times is filled by `BarColumns` and by loaders that check each row.
  return bars.openTime[i] as EpochMs
}

/** Last millisecond of bar `i`: the moment at which it becomes known. */
export function closeTimeAt(bars: Bars, i: number): EpochMs {
  // An open time that was checked, and whole milliseconds more.
  return (nextOpenTime(openTimeAt(bars, i), bars.interval) - 1) as EpochMs
}
