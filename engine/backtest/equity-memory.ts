/** Where runs that come one after another write their equity. Floor 3. */

/**
 * Memory for the equity of one run at a time: a new page costs as much as a thousand of its stores, and
 * the garbage of a year of minutes a trial calls the collector again and again.
 */
export class EquityMemory {
  #values = new Float64Array(0)

  /** `length` values, of which none is what it was before: whoever takes them writes each before it is read. */
  take(length: number): Float64Array {
    if (this.#values.length < length) this.#values = new Float64Array(length)
    return this.#values.subarray(0, length)
  }
}
