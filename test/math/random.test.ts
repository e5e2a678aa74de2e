import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newRandom, restoreRandom } from '../../engine/math/random.js'

/** sfc32 as PractRand's source states it, in whole numbers of any size. */
function* sfc32(seed: bigint): Generator<bigint> {
  const mask = 0xffff_ffffn
  let a = 0n
  let b = seed >> 32n
  let c = seed & mask
  let counter = 1n
  for (let draw = 0; ; draw++) {
    const drawn = (a + b + counter) & mask
    counter = (counter + 1n) & mask
    a = b ^ (b >> 9n)
    b = (c + (c << 3n)) & mask
    c = (((c << 21n) | (c >> 11n)) + drawn) & mask
    if (draw >= 12) yield drawn
  }
}

function take<T>(count: number, next: () => T): T[] {
  return Array.from({ length: count }, next)
}

describe('random', () => {
  it('draws the bits that the definition of sfc32 gives, for any seed', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (seed) => {
        const random = newRandom(seed)
        const reference = sfc32(BigInt(seed))
        for (let draw = 0; draw < 50; draw++) {
          expect(BigInt(random.int32() >>> 0)).toBe(reference.next().value)
        }
      }),
      { numRuns: 50 },
    )
  })

  it('goes on from a snapshot that went through JSON as if nothing had happened', () => {
    const random = newRandom(7)
    take(100, () => random.normal())
    const snapshot = JSON.parse(JSON.stringify(random.snapshot()))
    const expected = take(20, () => random.uniform())
    const restored = restoreRandom(snapshot)
    expect(take(20, () => restored.uniform())).toEqual(expected)
  })

  it('gives other numbers for the next seed from the first draw on', () => {
    const firsts = new Set(take(1000, () => 0).map((_, seed) => newRandom(seed).int32()))
    expect(firsts.size).toBe(1000)
  })

  it('spreads uniforms evenly over [0, 1)', () => {
    const random = newRandom(1)
    const counts = new Array<number>(16).fill(0)
    for (let draw = 0; draw < 160_000; draw++) {
      const value = random.uniform()
      expect(value >= 0 && value < 1).toBe(true)
      const bin = Math.floor(value * 16)
      counts[bin] = (counts[bin] ?? 0) + 1
    }
    // Chi-square of 15 degrees of freedom: above 37.7 in one seed of a thousand.
    const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)
    expect(chiSquare).toBeLessThan(37.7)
  })

  it('gives normal variates with the moments of a sum of eight uniforms', () => {
    const random = newRandom(2)
    const values = take(400_000, () => random.normal())
    const moment = (k: number) => values.reduce((sum, value) => sum + value ** k, 0) / values.length
    // Five standard errors: 5/√n for the mean, 5·√(2/n), 5·√(15/n), 5·√(96/n).
    expect(Math.abs(moment(1))).toBeLessThan(0.008)
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.012)
    expect(Math.abs(moment(3))).toBeLessThan(0.031)
    // Irwin–Hall: 3 − 6/(5·8) = 2.85.
    expect(Math.abs(moment(4) - 2.85)).toBeLessThan(0.08)
    // √(12/8) · 4 = 4.899.
    expect(values.every((value) => Math.abs(value) < 4.9)).toBe(true)
  })

  it('refuses a seed that is negative, fractional or too large to be exact', () => {
    for (const seed of [-1, 0.5, 2 ** 53, Number.NaN]) {
      expect(() => newRandom(seed)).toThrow(`a seed must be a whole number from 0 to 2^53 - 1, was ${seed}`)
    }
  })
})
