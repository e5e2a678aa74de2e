import { describe, expect, it } from 'vitest'
import { exp, log, pow } from '../../engine/math/elementary.js'

const view = new DataView(new ArrayBuffer(8))

/** Doubles in order as integers, so that neighbours differ by 1. */
function rank(x: number): bigint {
  view.setFloat64(0, x)
  const bits = view.getBigInt64(0)
  return bits < 0n ? -(bits & 0x7fff_ffff_ffff_ffffn) : bits
}

/** How many doubles apart; NaN is 0 from NaN. */
function ulps(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Object.is(a, b) ? 0 : Number.POSITIVE_INFINITY
  const distance = Number(rank(a) - rank(b))
  return Math.abs(distance)
}

/** A seeded uniform double in 0..1 (two steps of a 32-bit congruential generator). */
function uniform(seed: number): () => number {
  let state = seed
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  return () => next() + next() / 2 ** 32
}

/** A positive finite double with any exponent, subnormal ones included. */
function anyPositive(next: () => number): number {
  view.setUint32(0, Math.floor(next() * 0x7ff0_0000))
  view.setUint32(4, Math.floor(next() * 2 ** 32))
  return view.getFloat64(0) || 1
}

/** Bits behind the point of the exact values below. */
const POINT = 300n
const UNIT = 1n << POINT

/** A double as a fixed-point number, exact down to 2^−300. */
function toFixed(x: number): bigint {
  view.setFloat64(0, Math.abs(x))
  const bits = view.getBigInt64(0)
  const exponent = bits >> 52n
  const mantissa = (bits & 0xf_ffff_ffff_ffffn) | (exponent === 0n ? 0n : 1n << 52n)
  const shift = POINT + (exponent === 0n ? 1n : exponent) - 1075n
  const size = shift >= 0n ? mantissa << shift : mantissa >> -shift
  return x < 0 ? -size : size
}

/** e to the power x in fixed point: the series at x/1024, squared ten times. About 280 bits are right. */
function exactExp(x: bigint): bigint {
  const small = x >> 10n
  let term = UNIT
  let sum = UNIT
  for (let n = 1n; term !== 0n && n < 80n; n++) {
    term = (term * small) / (UNIT * n)
    sum += term
  }
  for (let i = 0; i < 10; i++) sum = (sum * sum) >> POINT
  return sum
}

/** ln x in fixed point: two steps of Newton's method from Math.log, 200 bits and more. */
function exactLog(x: number): bigint {
  let logarithm = toFixed(Math.log(x))
  for (let i = 0; i < 2; i++) {
    const rest = ((toFixed(x) * exactExp(-logarithm)) >> POINT) - UNIT
    logarithm += rest - ((rest * rest) >> (POINT + 1n))
  }
  return logarithm
}

/** |actual − exact| in units of the last place of `actual`. */
function errorInUlps(actual: number, exact: bigint): number {
  view.setFloat64(0, Math.abs(actual))
  view.setBigInt64(0, view.getBigInt64(0) + 1n)
  const ulp = toFixed(view.getFloat64(0) - Math.abs(actual))
  const error = toFixed(actual) - exact
  return Number(((error < 0n ? -error : error) * 1_000_000n) / ulp) / 1e6
}

describe('against exact arithmetic', () => {
  it('exp is within 0.6 ulp', () => {
    const next = uniform(11)
    for (let i = 0; i < 1000; i++) {
      const x = (next() - 0.5) * (i % 2 === 0 ? 2 : 60)
      expect(errorInUlps(exp(x), exactExp(toFixed(x)))).toBeLessThan(0.6)
    }
  })

  it('log is within 0.51 ulp', () => {
    const next = uniform(12)
    for (let i = 0; i < 500; i++) {
      const x = i % 2 === 0 ? 0.5 + next() : next() * 1e6
      expect(errorInUlps(log(x), exactLog(x))).toBeLessThan(0.51)
    }
  })

  it('pow is within 0.6 ulp', () => {
    const next = uniform(13)
    for (let i = 0; i < 500; i++) {
      const base = 0.01 + next() * (i % 2 === 0 ? 2 : 100)
      const exponent = (next() - 0.5) * 10
      const exact = exactExp((exactLog(base) * toFixed(exponent)) >> POINT)
      expect(errorInUlps(pow(base, exponent), exact)).toBeLessThan(0.6)
    }
  })
})

const SAMPLES = 200_000

function worst(of: (x: number) => number, against: (x: number) => number, draw: () => number): number {
  let most = 0
  for (let i = 0; i < SAMPLES; i++) {
    const x = draw()
    most = Math.max(most, ulps(of(x), against(x)))
  }
  return most
}

const EDGES = [
  Number.NEGATIVE_INFINITY,
  -1e308,
  -(2 ** 53),
  -3,
  -2,
  -1.5,
  -1,
  -0.5,
  -5e-324,
  -0,
  0,
  5e-324,
  1e-310,
  2 ** -1022,
  0.5,
  1,
  1 + 2 ** -52,
  1.5,
  2,
  3,
  2 ** 53,
  2 ** 53 + 2,
  1e308,
  Number.MAX_VALUE,
  Number.POSITIVE_INFINITY,
  Number.NaN,
]

describe('exp', () => {
  it('is within 1 ulp of Math.exp over its whole range', () => {
    const next = uniform(1)
    expect(worst(exp, Math.exp, () => (next() - 0.5) * 1492)).toBeLessThanOrEqual(1)
    expect(worst(exp, Math.exp, () => (next() - 0.5) * 2)).toBeLessThanOrEqual(1)
  })

  // The doubles nearest to 60-digit values of Python's decimal module.
  it.each([
    [1, Math.E],
    [-1, 0.36787944117144233],
    [0.1, 1.1051709180756477],
    [-0.5, 0.6065306597126334],
    [10, 22026.465794806718],
    [-745, 5e-324],
    [709.7, 1.6549840276802644e308],
  ])('of %d is %d', (x, expected) => {
    expect(ulps(exp(x), expected)).toBeLessThanOrEqual(1)
  })

  it.each(EDGES)('has the edge of Math.exp at %d', (x) => {
    expect(ulps(exp(x), Math.exp(x))).toBeLessThanOrEqual(1)
  })

  it('is exactly 1 at both zeros', () => {
    expect([exp(0), exp(-0)]).toEqual([1, 1])
  })
})

describe('log', () => {
  it('is within 1 ulp of Math.log for doubles of every size', () => {
    const next = uniform(2)
    expect(worst(log, Math.log, () => anyPositive(next))).toBeLessThanOrEqual(1)
    expect(worst(log, Math.log, () => 1 + (next() - 0.5) * 1e-2)).toBeLessThanOrEqual(1)
  })

  // The doubles nearest to 60-digit values of Python's decimal module.
  it.each([
    [2, Math.LN2],
    [10, Math.LN10],
    [0.3, -1.2039728043259361],
    [1.01, 0.009950330853168092],
    [3, 1.0986122886681098],
    [5e-324, -744.4400719213812],
    [Number.MAX_VALUE, 709.782712893384],
  ])('of %d is %d', (x, expected) => {
    expect(log(x)).toBe(expected)
  })

  it.each(EDGES)('has the edge of Math.log at %d', (x) => {
    expect(ulps(log(x), Math.log(x))).toBeLessThanOrEqual(1)
    expect(Number.isFinite(log(x))).toBe(Number.isFinite(Math.log(x)))
  })
})

describe('pow', () => {
  it('is within 1 ulp of Math.pow, near and far from 1', () => {
    const next = uniform(3)
    let most = 0
    for (let i = 0; i < SAMPLES; i++) {
      const base = next() < 0.5 ? next() * 3 : 1 / next()
      const exponent = (next() - 0.5) * (next() < 0.5 ? 20 : 1400)
      most = Math.max(most, ulps(pow(base, exponent), base ** exponent))
    }
    for (let i = 0; i < SAMPLES; i++) {
      const base = anyPositive(next)
      const exponent = (next() - 0.5) * 4
      most = Math.max(most, ulps(pow(base, exponent), base ** exponent))
    }
    expect(most).toBeLessThanOrEqual(1)
  })

  it('has every zero, infinity, NaN and sign of ECMAScript’s **', () => {
    for (const base of EDGES) {
      for (const exponent of EDGES) {
        const expected = base ** exponent
        const actual = pow(base, exponent)
        expect(ulps(actual, expected), `pow(${base}, ${exponent})`).toBeLessThanOrEqual(1)
        expect(Object.is(Math.sign(actual), Math.sign(expected)), `pow(${base}, ${exponent})`).toBe(true)
      }
    }
  })

  it('gives every power of two exactly, subnormal ones included', () => {
    let expected = 1
    for (let k = 0; k <= 1023; k++, expected *= 2) expect(pow(2, k)).toBe(expected)
    expected = 1
    for (let k = 0; k >= -1074; k--, expected /= 2) expect(pow(2, k)).toBe(expected)
  })

  it('gives every whole power below 2^53 exactly', () => {
    for (let base = 2; base <= 60; base++) {
      for (let n = 1; BigInt(base) ** BigInt(n) < 2n ** 53n; n++) {
        expect(pow(base, n)).toBe(Number(BigInt(base) ** BigInt(n)))
        expect(pow(-base, n)).toBe(Number(BigInt(-base) ** BigInt(n)))
      }
    }
  })

  it('gives the roots of squares and cubes of whole numbers exactly', () => {
    for (let n = 1; n < 2000; n++) expect(pow(n * n, 0.5)).toBe(n)
  })
})
