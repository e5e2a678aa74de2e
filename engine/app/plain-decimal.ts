/** Numbers as text that any program reads: never with an exponent. Floor 5. */
import { InvariantError } from '../model/errors.js'

const EXPONENT = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/

/**
 * The shortest decimal that reads back to the same double, without an exponent: 1e-7 is `0.0000001`.
 * −0 is `0`. Throws an InvariantError for NaN and infinities, which have no digits.
 */
export function plainDecimal(value: number): string {
  if (!Number.isFinite(value)) throw new InvariantError(`a number in a file must be finite, was ${value}`)
  const text = String(value)
  if (!text.includes('e')) return text
  const [, sign = '', whole = '', fraction = '', power = ''] = EXPONENT.exec(text) ?? []
  const digits = whole + fraction
  const point = whole.length + Number(power)
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  return `${sign}${digits.padEnd(point, '0')}`
}
