/**
 * exp, log and pow from + − × ÷ and bits alone: the same bytes on every processor and engine, which
 * `Math.exp` and its kin do not promise. Floor 1. Each result is within 0.6 ulp of the true one (1 ulp
 * where it is subnormal).
 *
 * Method: reduction by powers of two, the series of atanh and exp, and the leading terms in pairs of
 * doubles whose sum carries about 100 bits. Sources: Dekker, A floating-point technique for extending
 * the available precision, 1971; Cody and Waite, Software Manual for the Elementary Functions, 1980.
 */

/** A number as an unevaluated sum; `low` is below half an ulp of `high`. */
interface Pair {
  readonly high: number
  readonly low: number
}

/** e to the power x. 0 below −745.2, Infinity above 709.8, NaN for NaN. */
export function exp(x: number): number {
  return Number.isNaN(x) ? x : expOfSum(x, 0)
}

/** Natural logarithm. −Infinity for 0 of either sign, NaN below 0 and for NaN. */
export function log(x: number): number {
  if (Number.isNaN(x) || x < 0) return Number.NaN
  if (x === 0) return Number.NEGATIVE_INFINITY
  return x === Number.POSITIVE_INFINITY ? x : naturalLog(x).high
}

/**
 * `base` to the power `exponent`, exact wherever the true result is a double.
 * Zeros, infinities and NaN as ECMAScript's `**` has them: pow(x, 0) is 1, pow(±1, ±Infinity) is NaN.
 */
export function pow(base: number, exponent: number): number {
  if (exponent === 0) return 1
  if (Number.isNaN(base) || Number.isNaN(exponent)) return Number.NaN
  const isFraction = Number.isFinite(exponent) && !Number.isInteger(exponent)
  if (isFraction && base < 0 && base !== Number.NEGATIVE_INFINITY) return Number.NaN
  const isOdd = Math.abs(exponent) % 2 === 1
  const isNegative = base < 0 || Object.is(base, -0)
  const size = powOfSize(Math.abs(base), exponent)
  return isOdd && isNegative ? -size : size
}

/** pow for a base of 0 to Infinity and an exponent that is neither 0 nor NaN. */
function powOfSize(size: number, exponent: number): number {
  if (size === 1) return Number.isFinite(exponent) ? 1 : Number.NaN
  const isGrowing = size > 1 === exponent > 0
  const isExtreme = size === 0 || !Number.isFinite(size) || !Number.isFinite(exponent)
  if (isExtreme) return isGrowing ? Number.POSITIVE_INFINITY : 0
  const logarithm = naturalLog(size)
  const rough = exponent * logarithm.high
  if (Math.abs(rough) > EXP_REACH) return isGrowing ? Number.POSITIVE_INFINITY : 0
  const product = multiply(exponent, logarithm.high)
  return expOfSum(product.high, product.low + exponent * logarithm.low)
}

/** Beyond ± this every power of e is 0 or Infinity. */
const EXP_REACH = 746

/** ln 2 in two parts; the last 21 bits of `LN2_HIGH` are 0, so that its product with an exponent is exact. */
const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10

/** 1/3!, 1/4!, … 1/14!: for |t| ≤ ln(2)/2 the next term is below 1e−19. */
const INVERSE_FACTORIALS = [
  1 / 6,
  1 / 24,
  1 / 120,
  1 / 720,
  1 / 5040,
  1 / 40320,
  1 / 362880,
  1 / 3628800,
  1 / 39916800,
  1 / 479001600,
  1 / 6227020800,
  1 / 87178291200,
] as const

/** 1/5, 1/7, … 1/27: for |s| ≤ 3 − √8 the next term is below 1e−21. */
const ODD_INVERSES = [
  1 / 5,
  1 / 7,
  1 / 9,
  1 / 11,
  1 / 13,
  1 / 15,
  1 / 17,
  1 / 19,
  1 / 21,
  1 / 23,
  1 / 25,
  1 / 27,
] as const

/** e to the power `high + low`: 2^k · e^t with t between ± ln(2)/2. */
function expOfSum(high: number, low: number): number {
  if (high > EXP_REACH) return Number.POSITIVE_INFINITY
  if (high < -EXP_REACH) return 0
  const k = Math.round(high * Math.LOG2E)
  const reduced = high - k * LN2_HIGH
  const rest = low - k * LN2_LOW
  const t = reduced + rest
  const tLow = reduced - t + rest
  const beyond = t * t * (0.5 + t * polynomial(INVERSE_FACTORIALS, t)) + (tLow + tLow * t)
  const sum = 1 + t
  const sumLow = 1 - sum + t
  return timesPowerOfTwo(sum + (sumLow + beyond), k)
}

/** ln of a positive finite number: k·ln 2 + 2·atanh(s), s = (m − 1)/(m + 1), m between √½ and √2. */
function naturalLog(x: number): Pair {
  const { mantissa, exponent } = decompose(x)
  const numerator = mantissa - 1
  const denominator = mantissa + 1
  const denominatorLow = mantissa - (denominator - 1)
  const s = numerator / denominator
  const back = multiply(s, denominator)
  const sLow = (numerator - back.high - back.low - s * denominatorLow) / denominator

  const square = multiply(s, s)
  const squareLow = square.low + 2 * s * sLow
  const cube = multiply(square.high, s)
  const cubeLow = cube.low + square.high * sLow + squareLow * s
  const third = cube.high / 3
  const thirdLow = (cube.high - 2 * third - third + cubeLow) / 3
  const tail = cube.high * square.high * polynomial(ODD_INVERSES, square.high)

  const first = add(exponent * LN2_HIGH, 2 * s)
  const second = add(first.high, 2 * third)
  const low = first.low + second.low + (exponent * LN2_LOW + 2 * (sLow + thirdLow + tail))
  return add(second.high, low)
}

/** c₀ + c₁x + c₂x² + … */
function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + (coefficients[i] ?? 0)
  return sum
}

/** The exact sum (Knuth's two-sum). */
function add(a: number, b: number): Pair {
  const high = a + b
  const bPart = high - a
  return { high, low: a - (high - bPart) + (b - bPart) }
}

/** The exact product (Dekker), for factors below 2^996 and products that are not subnormal. */
function multiply(a: number, b: number): Pair {
  const high = a * b
  const aHigh = upperHalf(a)
  const bHigh = upperHalf(b)
  const aLow = a - aHigh
  const bLow = b - bHigh
  return { high, low: aHigh * bHigh - high + aHigh * bLow + aLow * bHigh + aLow * bLow }
}

/** The upper 26 bits of a mantissa (Veltkamp). */
function upperHalf(a: number): number {
  const spread = a * 134217729
  return spread - (spread - a)
}

const word = new DataView(new ArrayBuffer(8))

/** x = mantissa · 2^exponent with the mantissa between √½ and √2; x positive and finite. */
function decompose(x: number): { readonly mantissa: number; readonly exponent: number } {
  const isSubnormal = x < 2 ** -1022
  word.setFloat64(0, isSubnormal ? x * 2 ** 54 : x)
  const top = word.getUint32(0)
  word.setUint32(0, (top & 0xfffff) | 0x3ff00000)
  const mantissa = word.getFloat64(0)
  const exponent = (top >>> 20) - 1023 - (isSubnormal ? 54 : 0)
  return mantissa > Math.SQRT2 ? { mantissa: mantissa / 2, exponent: exponent + 1 } : { mantissa, exponent }
}

/** x · 2^k in two steps, so that neither factor is out of range; k between −1077 and 1077. */
function timesPowerOfTwo(x: number, k: number): number {
  const half = k >> 1
  return x * powerOfTwo(half) * powerOfTwo(k - half)
}

function powerOfTwo(k: number): number {
  word.setUint32(0, (k + 1023) << 20)
  word.setUint32(4, 0)
  return word.getFloat64(0)
}
