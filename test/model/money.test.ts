import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  commissionOf,
  divideDown,
  floorTo,
  formatUnits,
  fromWhole,
  multiplyDown,
  parseUnits,
  toNumber,
  toRate,
  toUnits,
  toWhole,
  withoutCommission,
} from '../../engine/model/money.js'

const AMOUNTS = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n })
const POSITIVE = fc.bigInt({ min: 1n, max: 10n ** 18n })

describe('an amount as text', () => {
  it.each([
    ['0', 0n],
    ['1', 100_000_000n],
    ['0.00100000', 100_000n],
    ['-12.5', -1_250_000_000n],
    ['1000000000', 100_000_000_000_000_000n],
    ['0.000000010', 1n],
  ])('%s is read exactly', (text, units) => {
    expect(parseUnits(text)).toBe(units)
  })

  it.each(['', '1e3', '+1', '1,000', '0.000000001', '.5', '1.', 'NaN', ' 1', '0x10'])(
    '%j is no amount',
    (text) => {
      expect(parseUnits(text)).toBeUndefined()
    },
  )

  it('is the shortest decimal, and reads back', () => {
    expect(formatUnits(100_000n)).toBe('0.001')
    expect(formatUnits(-1_250_000_000n)).toBe('-12.5')
    fc.assert(
      fc.property(AMOUNTS, (units) => {
        const text = formatUnits(units)
        expect(parseUnits(text)).toBe(units)
        expect(text).not.toMatch(/\.\d*0$|\.$|e/)
      }),
    )
  })
})

describe('an amount as a double', () => {
  it('is the one nearest to its decimal', () => {
    fc.assert(
      fc.property(AMOUNTS, (units) => {
        expect(toNumber(units)).toBe(Number(formatUnits(units)))
      }),
    )
  })

  it('comes back from the double of its decimal, whatever the rounding asked for', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 15n }),
        fc.constantFrom('up' as const, 'down' as const),
        (units, way) => {
          expect(toUnits(toNumber(units), way)).toBe(units)
        },
      ),
    )
  })

  it('is not pushed to the next unit by the noise of a sum', () => {
    expect(0.1 + 0.2).not.toBe(0.3)
    expect(toUnits(0.1 + 0.2, 'up')).toBe(30_000_000n)
    expect(toUnits(0.3 - 0.1 - 0.1, 'down', 1, 0.3)).toBe(10_000_000n)
  })

  it('is rounded the way that is asked for when it lies between two units', () => {
    expect(toUnits(0.123456785, 'down')).toBe(12_345_678n)
    expect(toUnits(0.123456781, 'up')).toBe(12_345_679n)
    expect(toUnits(0.123456781, 'nearest')).toBe(12_345_678n)
  })

  it('takes a scale, and gives it back', () => {
    expect(toNumber(150_000_000n, 4)).toBe(6)
    expect(toUnits(6, 'nearest', 4)).toBe(150_000_000n)
  })
})

describe('the quick conversions', () => {
  it('are the built-in ones, for any amount', () => {
    const edges = [
      0n,
      1n,
      -1n,
      2n ** 31n,
      2n ** 32n,
      -(2n ** 32n),
      2n ** 53n,
      2n ** 63n - 1n,
      -(2n ** 63n),
      2n ** 64n,
    ]
    const any = fc.oneof(fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }), fc.constantFrom(...edges))
    fc.assert(
      fc.property(any, fc.maxSafeInteger(), (units, whole) => {
        expect(toWhole(units)).toBe(Number(units))
        expect(fromWhole(whole)).toBe(BigInt(whole))
        expect(fromWhole(2 ** 60 + whole)).toBe(BigInt(2 ** 60 + whole))
      }),
      { numRuns: 2000 },
    )
    expect(fromWhole(-0)).toBe(0n)
  })
})

describe('products and quotients', () => {
  it('are rounded down and never more than one unit off the exact value', () => {
    fc.assert(
      fc.property(POSITIVE, POSITIVE, (a, b) => {
        const product = multiplyDown(a, b)
        expect(product * 100_000_000n <= a * b).toBe(true)
        expect((product + 1n) * 100_000_000n > a * b).toBe(true)
        const quotient = divideDown(a, b)
        expect(quotient * b <= a * 100_000_000n).toBe(true)
        expect((quotient + 1n) * b > a * 100_000_000n).toBe(true)
        expect(floorTo(a, b) % b).toBe(0n)
        expect(a - floorTo(a, b) < b).toBe(true)
      }),
    )
  })

  it('of a commission are rounded half up', () => {
    // 0.1 % of 500 units is half a unit: up. Of 499 it is less than half: down.
    expect(commissionOf(500n, toRate(0.001))).toBe(1n)
    expect(commissionOf(499n, toRate(0.001))).toBe(0n)
    expect(commissionOf(10n ** 17n, toRate(0.001))).toBe(10n ** 14n)
    expect(toRate(0.00075)).toEqual({ per: 6n, of: 8000n })
  })

  it('leave room for a commission: what is left and its commission are no more than the whole', () => {
    fc.assert(
      fc.property(POSITIVE, fc.constantFrom(0, 0.001, 0.00075, 0.5), (amount, fee) => {
        const rate = toRate(fee)
        const rest = withoutCommission(amount, rate)
        expect(rest + commissionOf(rest, rate) <= amount).toBe(true)
        expect(rest + 2n + commissionOf(rest + 2n, rate) > amount).toBe(true)
      }),
    )
  })
})
