/**
 * Numbers as a page prints them: the same characters on every machine, whatever its locale. Floor 4.
 * A minus is U+2212, thousands are parted by commas, what is not defined is an en dash.
 */
import { ONE, type Units } from '../engine/model/money.js'
import { powerOf } from './price-chart/decimals.js'

/** What stands where a number is not defined. */
export const UNDEFINED_MARK = '–'

/** A number with a fixed count of decimals: `−1,234.50`; never `−0.00`. */
export function formatFixed(value: number, decimals: number): string {
  return Number.isFinite(value) ? decorate(value.toFixed(decimals)) : UNDEFINED_MARK
}

/** The number that `value.toFixed(decimals)` prints, never −0; at a sixth of the cost where that is sure. */
export function roundFixed(value: number, decimals: number): number {
  const power = powerOf(decimals)
  const scaled = value * power
  const nearest = Math.round(scaled)
  // Below it the product is at most a ten-thousandth off, so that what lies clear of a half is rounded alike.
  const isSure = Math.abs(scaled) < 2 ** 40 && Math.abs(scaled - nearest) < 0.499
  return (isSure ? nearest / power : Number(value.toFixed(decimals))) + 0
}

/** A fraction as percent: 0.1234 is `12.34%`. */
export function formatPercent(fraction: number, decimals = 2): string {
  return Number.isFinite(fraction) ? `${formatFixed(fraction * 100, decimals)}%` : UNDEFINED_MARK
}

/** An amount with a fixed count of decimals (at most 8), rounded half away from zero. */
export function formatUnitsFixed(units: Units, decimals: number): string {
  const step = 10n ** BigInt(8 - decimals)
  const absolute = units < 0n ? -units : units
  const steps = (absolute + step / 2n) / step
  const perWhole = ONE / step
  const fraction = decimals === 0 ? '' : `.${(steps % perWhole).toString().padStart(decimals, '0')}`
  return decorate(`${units < 0n ? '-' : ''}${steps / perWhole}${fraction}`)
}

/** Decimals that show a price to six digits: 2 for 42,000.00, 5 for 1.23450, at most 8. */
export function priceDecimals(price: number): number {
  let decimals = 6
  for (let power = 1; power <= price && decimals > 2; power *= 10) decimals--
  for (let power = 0.1; power > price && decimals < 8; power /= 10) decimals++
  return decimals
}

/** Decimals of a step or tick: 5 for 0.00001. */
export function stepDecimals(step: Units): number {
  let decimals = 8
  for (let power = 10n; decimals > 0 && step % power === 0n; power *= 10n) decimals--
  return decimals
}

/** A number of few digits near it: whole ones as they are, others to five digits. */
export function briefNumber(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(5))
}

/** `1 bar`, `2 bars`, `1,440 bars`. */
export function formatCount(count: number, noun: string): string {
  return `${formatFixed(count, 0)} ${noun}${count === 1 ? '' : 's'}`
}

function decorate(digits: string): string {
  const isNegative = digits.startsWith('-') && /[1-9]/.test(digits)
  const [whole = '', fraction] = digits.replace('-', '').split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return `${isNegative ? '−' : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`
}
