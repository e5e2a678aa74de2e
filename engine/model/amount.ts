/**
 * Amounts while they are worked with: the same whole numbers of 1e−8 as in `money.ts`, held as doubles
 * as long as those are exact. A double costs a tenth of a `bigint`, and nearly every amount of a run is
 * far below 2^53; one that is not is a `bigint` and goes the way of `money.ts`. The results are the same
 * to the unit, which a property test shows. Floor 0.
 *
 * Amounts are compared with < and >, which look through both kinds; never with ===.
 */
import * as exact from './money.js'
import { fromWhole, type Rounding, roundNoisy, toWhole, type Units } from './money.js'

/** A whole number of 1e−8: a double up to `Number.MAX_SAFE_INTEGER`, beyond it a bigint. */
export type Amount = number | bigint

/** A record whose units are worked with as amounts. */
export type InAmounts<T> = { readonly [Key in keyof T]: T[Key] extends Units ? Amount : T[Key] }

/** Units in one whole. */
const ONE = 100_000_000

const SAFE = Number.MAX_SAFE_INTEGER

/** Below it a quotient of doubles is at most one off, and what shows that is exact. */
const SURE = 2 ** 51

/** Units as an amount. */
export function toAmount(units: Units): Amount {
  const whole = toWhole(units)
  return whole <= SAFE && whole >= -SAFE ? whole : units
}

/** An amount as units. */
export function unitsOf(amount: Amount): Units {
  return typeof amount === 'number' ? fromWhole(amount) : amount
}

/** The double nearest to the amount, times `scale`; as `toNumber` of `money.ts`. */
export function numberOf(amount: Amount, scale = 1): number {
  return typeof amount === 'number' ? (amount / ONE) * scale : exact.toNumber(amount, scale)
}

/** A double as an amount, rounded as asked; as `toUnits` of `money.ts`. */
export function roundToAmount(
  value: number,
  rounding: Rounding = 'nearest',
  scale = 1,
  magnitude = Math.abs(value),
): Amount {
  const noise = (magnitude / scale) * ONE * exact.NOISE
  return wholeAmount(roundNoisy((value / scale) * ONE, rounding, noise))
}

/** A whole double as an amount. */
export function wholeAmount(whole: number): Amount {
  // Adding 0 makes 0 of −0.
  return whole <= SAFE && whole >= -SAFE ? whole + 0 : BigInt(whole)
}

/** a + b. */
export function add(a: Amount, b: Amount): Amount {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b
    if (sum <= SAFE && sum >= -SAFE) return sum
  }
  return toAmount(unitsOf(a) + unitsOf(b))
}

/** a − b. */
export function subtract(a: Amount, b: Amount): Amount {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b
    if (difference <= SAFE && difference >= -SAFE) return difference
  }
  return toAmount(unitsOf(a) - unitsOf(b))
}

/** The smaller of two. */
export function smaller(a: Amount, b: Amount): Amount {
  return b < a ? b : a
}

/** a × b, of which one is a plain count. */
export function multiply(a: Amount, b: Amount): Amount {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b
    if (product <= SAFE && product >= -SAFE) return product + 0
  }
  return toAmount(unitsOf(a) * unitsOf(b))
}

/** The larger of two. */
export function larger(a: Amount, b: Amount): Amount {
  return b > a ? b : a
}

/** price × quantity in quote, rounded down (both at least 0). */
export function multiplyDown(price: Amount, quantity: Amount): Amount {
  if (typeof price === 'number' && typeof quantity === 'number') {
    const product = productOver(price, quantity, ONE)
    if (product >= 0) return product
  }
  return toAmount(exact.multiplyDown(unitsOf(price), unitsOf(quantity)))
}

/** quote ÷ price in base, rounded down (price above 0, quote at least 0). */
export function divideDown(quote: Amount, price: Amount): Amount {
  if (typeof price === 'number' && typeof quote === 'number') {
    const quotient = productOver(quote, ONE, price)
    if (quotient >= 0) return quotient
  }
  return toAmount(exact.divideDown(unitsOf(quote), unitsOf(price)))
}

/** The largest multiple of `step` that is not above the amount (amount at least 0, step above 0). */
export function floorTo(amount: Amount, step: Amount): Amount {
  if (typeof amount === 'number' && typeof step === 'number') {
    return step === 1 ? amount : Math.floor(amount / step) * step
  }
  return toAmount(exact.floorTo(unitsOf(amount), unitsOf(step)))
}

/** The multiple of `step` next to an amount (at least 0) on the side asked for; halves go up. */
export function roundTo(amount: Amount, step: Amount, rounding: Rounding): Amount {
  const below = floorTo(amount, step)
  const rest = subtract(amount, below)
  if (!(rest > 0)) return below
  return rounding === 'up' || (rounding === 'nearest' && rest >= subtract(step, rest))
    ? add(below, step)
    : below
}

/** A commission's rate, for both kinds of amounts. */
export interface CommissionRate {
  readonly exact: exact.Rate
  readonly per: number
  readonly of: number
}

/** A fraction such as 0.001 as a rate. */
export function commissionRate(fraction: number): CommissionRate {
  const rate = exact.toRate(fraction)
  return { exact: rate, per: toWhole(rate.per), of: toWhole(rate.of) }
}

/** amount × rate rounded half up, as Binance books commissions (amount at least 0). */
export function commissionOf(amount: Amount, rate: CommissionRate): Amount {
  if (typeof amount === 'number') {
    // `of` is even: both sides of the fraction are doubled.
    const above = amount * rate.per + rate.of / 2
    if (above <= SAFE) return Math.floor(above / rate.of)
  }
  return toAmount(exact.commissionOf(unitsOf(amount), rate.exact))
}

/** The most of `amount` that leaves room for a commission of `rate` on it, rounded down. */
export function withoutCommission(amount: Amount, rate: CommissionRate): Amount {
  if (typeof amount === 'number') {
    const rest = productOver(amount, rate.of, rate.of + rate.per)
    if (rest >= 0) return rest
  }
  return toAmount(exact.withoutCommission(unitsOf(amount), rate.exact))
}

/**
 * a × b ÷ c rounded down, of whole doubles from 0 (c above 0); negative when doubles cannot be sure of it.
 *
 * Where the product is exact, so is the floor of its quotient: a quotient below a whole number k is
 * at least 1 ÷ c below it, more than half a step of a double's precision as long as k × c is below 2^53.
 * Beyond, the quotient is at most one off. What it leaves of the product says which way, and the two
 * halves of each product make that exact (Dekker, A floating-point technique for extending the
 * available precision, 1971).
 */
function productOver(a: number, b: number, c: number): number {
  const product = a * b
  if (product <= SAFE) return Math.floor(product / c)
  const quotient = Math.floor(product / c)
  if (quotient > SURE || c > SURE) return -1
  const back = quotient * c
  const rest = product - back + (lostBy(a, b, product) - lostBy(quotient, c, back))
  return rest < 0 ? quotient - 1 : rest >= c ? quotient + 1 : quotient
}

const SPLIT = 2 ** 27 + 1

/** a × b − its double, exactly. */
function lostBy(a: number, b: number, product: number): number {
  const aWide = a * SPLIT
  const aHigh = aWide - (aWide - a)
  const aLow = a - aHigh
  const bWide = b * SPLIT
  const bHigh = bWide - (bWide - b)
  const bLow = b - bHigh
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow)
}
