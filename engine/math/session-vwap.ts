/** Volume-weighted average price of the day so far. Floor 1. */
import { type Column, valueAt } from '../model/bars.js'
import { DAY_MS } from '../model/time.js'
import { typicalPrice } from './bar-price.js'
import { fillWarmup, type Indicator, type Kernel, openTime, type Source, volume } from './indicator.js'

/**
 * Volume-weighted average of a price, the typical one unless another is given, since 00:00 UTC: each UTC
 * day begins anew with the first bar that opens in it. Defined from the first value of the price on,
 * which need not be the first of its day; before anything has traded that day it is the price of the
 * bar. Unit: price.
 */
export function sessionVwap(price: Source = typicalPrice): Indicator<'value'> {
  const { warmup } = price
  return {
    kind: 'indicator',
    key: `sessionVwap(${price.key})`,
    sources: [openTime, price, volume],
    outputs: ['value'],
    warmup,
    createKernel: () => new SessionVwapKernel(warmup),
  }
}

class SessionVwapKernel implements Kernel {
  readonly #warmup: number
  /** When the day ends, UTC milliseconds. */
  #end = 0
  #quote = 0
  #volume = 0

  constructor(warmup: number) {
    this.#warmup = warmup
  }

  run(inputs: readonly Column[], outputs: readonly Column[], from: number, to: number): void {
    const [times, prices, volumes] = inputs as readonly [Column, Column, Column]
    const [out] = outputs as readonly [Column]
    let end = this.#end
    let quote = this.#quote
    let traded = this.#volume
    for (let i = fillWarmup(outputs, from, to, this.#warmup); i < to; i++) {
      const time = valueAt(times, i)
      if (time >= end) {
        end = (Math.floor(time / DAY_MS) + 1) * DAY_MS
        quote = 0
        traded = 0
      }
      const price = valueAt(prices, i)
      quote += price * valueAt(volumes, i)
      traded += valueAt(volumes, i)
      out[i] = traded === 0 ? price : quote / traded
    }
    this.#end = end
    this.#quote = quote
    this.#volume = traded
  }

  snapshot(): readonly number[] {
    return [this.#end, this.#quote, this.#volume]
  }

  restore(state: readonly number[]): void {
    const [end, quote, traded] = state as readonly [number, number, number]
    this.#end = end
    this.#quote = quote
    this.#volume = traded
  }
}
