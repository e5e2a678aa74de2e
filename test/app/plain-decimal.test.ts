import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainDecimal } from '../../engine/app/plain-decimal.js'

describe('plainDecimal', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [0.1 + 0.2, '0.30000000000000004'],
    [1e-7, '0.0000001'],
    [-1.5e-9, '-0.0000000015'],
    [1e21, '1000000000000000000000'],
    [1.25e22, '12500000000000000000000'],
    [5e-324, `0.${'0'.repeat(323)}5`],
    [-42, '-42'],
  ])('writes %d as %s', (value, text) => {
    expect(plainDecimal(value)).toBe(text)
  })

  it('reads back to the same double, without an exponent, in as few digits as JavaScript needs', () => {
    const digits = (text: string): string => text.replace(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '')
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = plainDecimal(value)
        expect(text).toMatch(/^-?\d+(\.\d*[1-9])?$/)
        expect(Number(text)).toBe(value + 0)
        expect(digits(text)).toBe(digits(String(value).replace(/e.*/, '')))
      }),
      { numRuns: 2000 },
    )
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('refuses %d', (value) => {
    expect(() => plainDecimal(value)).toThrow(/must be finite/)
  })
})
