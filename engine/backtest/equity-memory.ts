/** Where runs that come one after another write their equity. Floor 3. */
import { newColumn } from '../model/bars.js'

/**
 * Memory for the equity of one run at a time: a new page costs as much as a thousand of its stores, and
 * the garbage of a year of minutes a trial calls the collector again and again. Threads can share it.
 */
export class EquityMemory {
  #values = newColumn(0)

  /** `length` values, of which none is what it was before: whoever takes them writes each before it is read. */
  take(length: number): Float64Array {
    if (this.#values.length < length) this.#values = newColumn(length)
    return this.#values.subarray(0, length)
  }
}
