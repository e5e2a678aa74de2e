/** A column with a value put before it. Floor 4. */

/** A new column: `first`, then the rest; of any length, unlike a spread into arguments. */
export function prepend(first: number, rest: Float64Array): Float64Array {
  const column = new Float64Array(rest.length + 1)
  column[0] = first
  column.set(rest, 1)
  return column
}
