/** The bars of a market as it tells them: re-dated, and with what their source lacks. Nothing in it changes. Floor 3. */
import { type Bars, countBefore, valueAt } from '../../model/bars.js'
import { type Interval, intervalMs, nextOpenTime } from '../../model/time.js'
import type { KlineValues } from './running-kline.js'

/** Updates of a kline come every two seconds of market time, in longer bars 60 of them. */
const UPDATE_MS = 2000
const MAX_SLOTS = 60
const MIN_SLOTS = 4

/** Bars by their index. Times are market time. */
export class MarketBars {
  readonly bars: Bars
  /** Moments at which a bar's kline is told, in equal parts of it. */
  readonly slots: number
  readonly #shiftMs: number

  constructor(bars: Bars, shiftMs: number) {
    this.bars = bars
    this.slots = slotsOf(bars.interval)
    this.#shiftMs = shiftMs
  }

  get length(): number {
    return this.bars.length
  }

  close(i: number): number {
    return valueAt(this.bars.close, i)
  }

  /** Base that was traded; where the source has no volume, one. */
  volume(i: number): number {
    const volume = valueAt(this.bars.volume, i)
    return Number.isNaN(volume) ? 1 : volume
  }

  /** Base that a bar had on average of the twenty before `end`; 1 where none had any. */
  usualVolume(end: number): number {
    let sum = 0
    let count = 0
    for (let i = Math.max(0, end - 20); i < Math.min(end, this.length); i++) {
      const volume = valueAt(this.bars.volume, i)
      if (!(volume > 0)) continue
      sum += volume
      count++
    }
    return count === 0 ? 1 : sum / count
  }

  /** Before its first trade a bar stands at the last price. */
  quiet(i: number, price: number): KlineValues {
    return {
      ...{ openTime: this.openTime(i), closeTime: this.endTime(i) - 1 },
      ...{ open: price, high: price, low: price, close: price },
      ...{ volume: 0, quoteVolume: 0, tradeCount: 0, takerVolume: 0, takerQuoteVolume: 0 },
      ...{ firstTradeId: -1, lastTradeId: -1 },
    }
  }

  /** A bar that has closed, as its source has it; what that lacks is made of the rest. */
  values(i: number, ids: { readonly first: number; readonly count: number }): KlineValues {
    const { open, high, low, close } = this.bars
    const volume = this.volume(i)
    const middle = (valueAt(open, i) + valueAt(high, i) + valueAt(low, i) + valueAt(close, i)) / 4
    const optional = (name: 'quoteVolume' | 'takerVolume' | 'takerQuoteVolume', made: number): number => {
      const value = this.bars[name] === undefined ? Number.NaN : valueAt(this.bars[name], i)
      return Number.isNaN(value) ? made : value
    }
    return {
      openTime: this.openTime(i),
      closeTime: this.endTime(i) - 1,
      open: valueAt(open, i),
      high: valueAt(high, i),
      low: valueAt(low, i),
      close: valueAt(close, i),
      volume,
      quoteVolume: optional('quoteVolume', volume * middle),
      tradeCount: ids.count,
      takerVolume: optional('takerVolume', volume / 2),
      takerQuoteVolume: optional('takerQuoteVolume', (volume * middle) / 2),
      firstTradeId: ids.count === 0 ? -1 : ids.first,
      lastTradeId: ids.count === 0 ? -1 : ids.first + ids.count - 1,
    }
  }

  openTime(i: number): number {
    return valueAt(this.bars.openTime, i) + this.#shiftMs
  }

  endTime(i: number): number {
    return nextOpenTime(valueAt(this.bars.openTime, i), this.bars.interval) + this.#shiftMs
  }

  /** When a bar's kline is told: in the middle of each slot, and at the bar's end in place of the last. */
  slotTime(bar: number, slot: number): number {
    if (slot >= this.slots - 1) return this.endTime(bar)
    const open = this.openTime(bar)
    return open + Math.floor(((slot + 0.5) * (this.endTime(bar) - open)) / this.slots)
  }

  /** Index of the first bar that opens at or after a time. */
  firstFrom(time: number): number {
    return countBefore(this.bars, time - this.#shiftMs)
  }

  /** Index of the last bar that opens at or before a time; −1 before the first. */
  lastOpeningBy(time: number): number {
    return countBefore(this.bars, time - this.#shiftMs + 1) - 1
  }
}

function slotsOf(interval: Interval): number {
  return Math.min(MAX_SLOTS, Math.max(MIN_SLOTS, Math.round(intervalMs(interval) / UPDATE_MS)))
}
