/** How many decimals values have, so that they can be written as whole numbers and read back to the bit. Floor 4. */

const MOST_DECIMALS = 12

/** Powers of ten are exact doubles up to 10^22. */
const POWERS = Array.from({ length: MOST_DECIMALS + 1 }, (_, i) => Number(`1e${i}`))

/** Whole numbers below it keep their neighbours, and their differences are whole. */
const MOST = 2 ** 51

/** 10^decimals. */
export function powerOf(decimals: number): number {
  return POWERS[decimals] ?? Number.NaN
}

/**
 * The fewest decimals with which every value is a whole number of steps, to the bit: `Math.round(v · 10^d)
 * / 10^d === v`. Undefined where 12 are too few, or a value is not finite or too large.
 */
export function decimalsOf(columns: readonly Float64Array[]): number | undefined {
  let decimals = 0
  let power = 1
  let largest = 0
  for (const column of columns) {
    for (let i = 0; i < column.length; i++) {
      const value = column[i] ?? Number.NaN
      while (Math.round(value * power) / power !== value) {
        if (decimals === MOST_DECIMALS) return undefined
        power = powerOf(++decimals)
      }
      if (value > largest) largest = value
      else if (-value > largest) largest = -value
    }
  }
  return largest * power < MOST ? decimals : undefined
}

/** Decimals that show a size to one part in a million: 2 for 40,000, 0 from a million on, at most 12. */
export function fineDecimals(size: number): number {
  let decimals = 0
  while (decimals < MOST_DECIMALS && powerOf(decimals) * size < 1_000_000) decimals++
  return size > 0 ? decimals : 0
}
