import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as amount from '../../engine/model/amount.js'
import { type Amount, toAmount, unitsOf } from '../../engine/model/amount.js'
import * as exact from '../../engine/model/money.js'

const RUNS = { numRuns: 5000 }

/** Edges of doubles and of machine words, and amounts as markets have them: prices, quantities, purses. */
const OFF = fc.bigInt({ min: -3n, max: 3n })
const atLeast0 = (units: bigint) => (units < 0n ? 0n : units)
const near = (edge: bigint) => OFF.map((off) => atLeast0(edge + off))
const AMOUNTS = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 100n }),
  fc.bigInt({ min: 0n, max: 2n ** 54n }),
  fc.bigInt({ min: 0n, max: 10n ** 13n }),
  fc.bigInt({ min: 0n, max: 10n ** 9n }),
  // 1e9 and more of a coin that costs 1e-5, and 1e12 in cash.
  fc.bigInt({ min: 10n ** 16n, max: 10n ** 18n }),
  fc.bigInt({ min: 10n ** 20n - 10n ** 10n, max: 10n ** 20n + 10n ** 10n }),
  ...[26n, 27n, 50n, 51n, 52n, 53n, 54n, 63n, 64n].map((power) => near(2n ** power)),
  fc.bigInt({ min: 0n, max: 10n ** 8n }).chain((k) => near(k * 10n ** 8n)),
)
const POSITIVE = AMOUNTS.map((units) => (units === 0n ? 1n : units))
const SIGNED = fc.tuple(AMOUNTS, fc.boolean()).map(([units, isBelow]) => (isBelow ? 0n - units : units))
const FEES = fc.constantFrom(0, 0.001, 0.00075, 0.0004, 0.5, 0.000123456789, 1)

/** The amount is the units, as a double wherever one is exact. */
function expectSame(value: Amount, units: bigint): void {
  expect(unitsOf(value)).toBe(units)
  expect(typeof value).toBe(units <= 2n ** 53n - 1n && units >= 1n - 2n ** 53n ? 'number' : 'bigint')
  expect(Object.is(value, -0)).toBe(false)
}

describe('an amount as a double while it is exact', () => {
  it('is the same units, and comes back', () => {
    fc.assert(
      fc.property(SIGNED, (units) => expectSame(toAmount(units), units)),
      RUNS,
    )
  })

  it('adds and subtracts as units do', () => {
    fc.assert(
      fc.property(SIGNED, SIGNED, (a, b) => {
        expectSame(amount.add(toAmount(a), toAmount(b)), a + b)
        expectSame(amount.subtract(toAmount(a), toAmount(b)), a - b)
        expectSame(amount.smaller(toAmount(a), toAmount(b)), a < b ? a : b)
        expectSame(amount.larger(toAmount(a), toAmount(b)), a < b ? b : a)
        expectSame(amount.multiply(toAmount(a), toAmount(b)), a * b)
      }),
      RUNS,
    )
  })

  it('multiplies by a price as units do', () => {
    fc.assert(
      fc.property(AMOUNTS, AMOUNTS, (price, quantity) => {
        expectSame(
          amount.multiplyDown(toAmount(price), toAmount(quantity)),
          exact.multiplyDown(price, quantity),
        )
      }),
      RUNS,
    )
  })

  it('is divided by a price as units are, also a unit beside a whole quotient', () => {
    fc.assert(
      fc.property(AMOUNTS, POSITIVE, OFF, (quote, price, off) => {
        expectSame(amount.divideDown(toAmount(quote), toAmount(price)), exact.divideDown(quote, price))
        const beside = atLeast0(exact.multiplyDown(price, quote) + off)
        expectSame(amount.divideDown(toAmount(beside), toAmount(price)), exact.divideDown(beside, price))
      }),
      RUNS,
    )
  })

  it('is cut to a step as units are', () => {
    fc.assert(
      fc.property(AMOUNTS, POSITIVE, OFF, (units, step, off) => {
        expectSame(amount.floorTo(toAmount(units), toAmount(step)), exact.floorTo(units, step))
        const beside = atLeast0(step * (units % 10n ** 6n) + off)
        expectSame(amount.floorTo(toAmount(beside), toAmount(step)), exact.floorTo(beside, step))
      }),
      RUNS,
    )
  })

  it('goes to the step beside it as units do, halves up', () => {
    fc.assert(
      fc.property(
        AMOUNTS,
        POSITIVE,
        OFF,
        fc.constantFrom('up' as const, 'down' as const, 'nearest' as const),
        (units, step, off, rounding) => {
          for (const one of [units, atLeast0((step * (2n * (units % 10n ** 6n) + 1n)) / 2n + off)]) {
            expectSame(
              amount.roundTo(toAmount(one), toAmount(step), rounding),
              exact.roundToMultiple(one, step, rounding),
            )
          }
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('pays commissions as units do, halves up', () => {
    fc.assert(
      fc.property(AMOUNTS, FEES, (units, fee) => {
        const rate = amount.commissionRate(fee)
        expectSame(amount.commissionOf(toAmount(units), rate), exact.commissionOf(units, exact.toRate(fee)))
        expectSame(
          amount.withoutCommission(toAmount(units), rate),
          exact.withoutCommission(units, exact.toRate(fee)),
        )
      }),
      RUNS,
    )
    expect(amount.commissionOf(500, amount.commissionRate(0.001))).toBe(1)
    expect(amount.commissionOf(499, amount.commissionRate(0.001))).toBe(0)
  })

  it('is the double that units are, and is made from one as they are', () => {
    const doubles = fc.oneof(
      fc.double({ min: -1e12, max: 1e12, noNaN: true }),
      fc.integer({ min: 0, max: 10 ** 9 }).map((cents) => cents / 100),
    )
    fc.assert(
      fc.property(SIGNED, fc.constantFrom(1, 0.25, 8), (units, scale) => {
        expect(amount.numberOf(toAmount(units), scale)).toBe(exact.toNumber(units, scale))
      }),
      RUNS,
    )
    fc.assert(
      fc.property(
        doubles,
        fc.constantFrom('up' as const, 'down' as const, 'nearest' as const),
        fc.constantFrom(1, 0.25, 8),
        (value, rounding, scale) => {
          expectSame(amount.roundToAmount(value, rounding, scale), exact.toUnits(value, rounding, scale))
        },
      ),
      RUNS,
    )
  })
})
