/**
 * Sums of decimals with 8 places, such as volumes, as Binance gives them: 0.1 + 0.2 is 0.3. Floor 1.
 */

const UNITS = 1e8

/** Adds doubles that stand for decimals of at most 8 places. */
export class ExactSum {
  #whole = 0
  #units = 0

  /** Begins again at 0. */
  clear(): void {
    this.#whole = 0
    this.#units = 0
  }

  /** NaN makes the sum NaN. */
  add(value: number): void {
    const whole = Math.floor(value)
    this.#whole += whole
    this.#units += Math.round((value - whole) * UNITS)
  }

  /** The double nearest to the sum while it is below 2^26 (67 million); above, within its last digit or two. */
  get value(): number {
    const units = this.#whole * UNITS + this.#units
    return units <= Number.MAX_SAFE_INTEGER ? units / UNITS : this.#whole + this.#units / UNITS
  }
}
