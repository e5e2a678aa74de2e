/**
 * Sums of decimals with 8 places, such as volumes, as Binance gives them: 0.1 + 0.2 is 0.3. Floor 1.
 */

const UNITS = 1e8

/** A sum of doubles that stand for decimals of at most 8 places; plain data. */
export interface ExactSum {
  whole: number
  units: number
}

/** A sum of nothing. */
export function newSum(): ExactSum {
  return { whole: 0, units: 0 }
}

/** Adds a value; NaN makes the sum NaN. */
export function addExactly(sum: ExactSum, value: number): void {
  const whole = Math.floor(value)
  sum.whole += whole
  sum.units += Math.round((value - whole) * UNITS)
}

/** The double nearest to the sum while it is below 2^26 (67 million); above, within its last digit or two. */
export function valueOfSum({ whole, units }: ExactSum): number {
  const all = whole * UNITS + units
  return all <= Number.MAX_SAFE_INTEGER ? all / UNITS : whole + units / UNITS
}
