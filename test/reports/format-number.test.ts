import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseUnits } from '../../engine/model/money.js'
import {
  formatCount,
  formatFixed,
  formatPercent,
  formatUnitsFixed,
  priceDecimals,
  roundFixed,
  stepDecimals,
} from '../../reports/format-number.js'

function units(text: string): bigint {
  const parsed = parseUnits(text)
  if (parsed === undefined) throw new Error(`not a decimal: ${text}`)
  return parsed
}

describe('roundFixed', () => {
  it('is the number that toFixed prints, at halves too, and never −0', () => {
    const near = fc.tuple(fc.maxSafeInteger(), fc.nat(8)).map(([n, d]) => n / (2 * 10 ** d))
    const numbers = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 }), near)
    fc.assert(
      fc.property(numbers, fc.nat(8), (value, decimals) => {
        expect(roundFixed(value, decimals)).toBe(Number(value.toFixed(decimals)) + 0)
      }),
      { numRuns: 5000 },
    )
    expect([1.005, 2.5, -0.5, 1e21].map((value) => roundFixed(value, 0))).toEqual([1, 3, -1, 1e21])
    expect(roundFixed(-0.4, 0)).toBe(0)
  })
})

describe('formatFixed', () => {
  it.each([
    [0, 2, '0.00'],
    [-0, 2, '0.00'],
    [-0.004, 2, '0.00'],
    [-0.006, 2, '−0.01'],
    [999.994, 2, '999.99'],
    [999.996, 2, '1,000.00'],
    [1_234_567.891, 2, '1,234,567.89'],
    [-1234.5, 1, '−1,234.5'],
    [123456, 0, '123,456'],
    [Number.NaN, 2, '–'],
    [Number.POSITIVE_INFINITY, 2, '–'],
  ])('prints %d with %i decimals as %s', (value, decimals, text) => {
    expect(formatFixed(value, decimals)).toBe(text)
  })

  it('groups thousands as English does', () => {
    const english = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
    fc.assert(
      fc.property(fc.integer({ min: -1e15, max: 1e15 }), (n) => {
        expect(formatFixed(n, 0)).toBe(english.format(n).replace('-', '−'))
      }),
    )
  })
})

describe('formatPercent', () => {
  it('prints a fraction as percent', () => {
    expect(formatPercent(0.12345)).toBe('12.35%')
    expect(formatPercent(-0.001, 3)).toBe('−0.100%')
    expect(formatPercent(Number.NaN)).toBe('–')
  })
})

describe('formatUnitsFixed', () => {
  it.each([
    ['0', 2, '0.00'],
    ['0.005', 2, '0.01'],
    ['-0.005', 2, '−0.01'],
    ['-0.00499999', 2, '0.00'],
    ['1234567.891', 2, '1,234,567.89'],
    ['0.00000001', 8, '0.00000001'],
    ['-12', 0, '−12'],
    ['90071992547409.93000001', 8, '90,071,992,547,409.93000001'],
  ])('prints %s with %i decimals as %s', (amount, decimals, text) => {
    expect(formatUnitsFixed(units(amount), decimals)).toBe(text)
  })
})

describe('priceDecimals', () => {
  it.each([
    [42_000, 2],
    [999, 3],
    [1.2, 5],
    [0.5, 6],
    [0.05, 7],
    [0.00001234, 8],
  ])('shows a price of %d with %i decimals', (price, decimals) => {
    expect(priceDecimals(price)).toBe(decimals)
  })
})

describe('stepDecimals', () => {
  it.each([
    ['0.00000001', 8],
    ['0.00001', 5],
    ['0.5', 1],
    ['1', 0],
    ['100', 0],
  ])('a step of %s has %i decimals', (step, decimals) => {
    expect(stepDecimals(units(step))).toBe(decimals)
  })
})

describe('formatCount', () => {
  it('knows one from many', () => {
    expect([0, 1, 1440].map((n) => formatCount(n, 'bar'))).toEqual(['0 bars', '1 bar', '1,440 bars'])
  })
})
