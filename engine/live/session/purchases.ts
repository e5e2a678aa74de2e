/** The purchases that a session has asked for on the day that it is in. Floor 3. */
import type { OrderLog } from '../../core/journal/order-log.js'
import { volumeCap } from '../../core/risk-limits.js'
import { type Bars, countBefore, valueAt } from '../../model/bars.js'
import { multiplyDown, toNumber, toUnits, type Units } from '../../model/money.js'
import type { Order } from '../../model/order.js'
import type { RiskLimits } from '../../model/settings.js'
import { DAY_MS } from '../../model/time.js'
import type { LargestPurchase } from './limits-used.js'

/** Remembers the largest of a day; each order is looked at once. */
export class Purchases {
  readonly #bars: readonly Bars[]
  readonly #limits: RiskLimits | undefined
  #seen = 0
  #day = 0
  #quote: Units = 0n
  #volumeShare = 0

  /** `bars` are those of each symbol, which go on growing. */
  constructor(bars: readonly Bars[], limits: RiskLimits | undefined) {
    this.#bars = bars
    this.#limits = limits
  }

  /** The largest of the day of `now`, which is the market's time. */
  largest(orders: Pick<OrderLog, 'length' | 'at'>, now: number): LargestPurchase {
    this.#turn(now)
    for (; this.#seen < orders.length; this.#seen++) this.#take(orders.at(this.#seen).order)
    return { quote: this.#quote, volumeShare: this.#volumeShare }
  }

  #take(order: Order): void {
    this.#turn(order.decisionTime)
    const bars = this.#bars[order.symbolIndex]
    if (order.side === 'SELL' || !bars || dayOf(order.decisionTime) < this.#day) return
    const close = countBefore(bars, order.decisionOpenTime + 1)
    const price = 'price' in order ? order.price : toUnits(close === 0 ? 0 : valueAt(bars.close, close - 1))
    const quote = order.quantity === undefined ? order.quoteQuantity : multiplyDown(price, order.quantity)
    if (quote > this.#quote) this.#quote = quote
    const cap = volumeCap({ maxVolume: this.#limits?.maxVolume }, volumesBefore(bars, close, this.#limits))
    if (cap === undefined || price === 0n) return
    const base = order.quantity === undefined ? toNumber(quote) / toNumber(price) : toNumber(order.quantity)
    this.#volumeShare = Math.max(this.#volumeShare, cap === 0 ? 0 : base / cap)
  }

  #turn(time: number): void {
    if (dayOf(time) <= this.#day) return
    this.#day = dayOf(time)
    this.#quote = 0n
    this.#volumeShare = 0
  }
}

function dayOf(time: number): number {
  return Math.floor(time / DAY_MS)
}

function volumesBefore(bars: Bars, end: number, limits: RiskLimits | undefined): readonly number[] {
  const count = Math.min(end, limits?.maxVolume?.bars ?? 0)
  return Array.from({ length: count }, (_, k) => valueAt(bars.volume, end - count + k))
}
