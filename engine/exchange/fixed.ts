/** Amounts as the exchange prints them: plain decimals with eight places. Floor 3. */
import { ONE, type Units } from '../model/money.js'

/** Units of 1e−8 as text: 100000 is `0.00100000`. */
export function fixedUnits(units: Units): string {
  const absolute = units < 0n ? -units : units
  return `${units < 0n ? '-' : ''}${absolute / ONE}.${(absolute % ONE).toString().padStart(8, '0')}`
}

/** A price or a volume as text. Noise behind the eighth place is gone. */
export function fixedNumber(value: number): string {
  return value.toFixed(8)
}
