import { describe, expect, it } from 'vitest'
import { randomEntryTest } from '../../../engine/math/metrics/random-entry.js'
import { tradeShuffle } from '../../../engine/math/metrics/trade-shuffle.js'
import { newRandom } from '../../../engine/math/random.js'

/** A random walk of prices. */
function walk(seed: number, bars: number): Float64Array {
  const random = newRandom(seed)
  let price = 100
  return new Float64Array(bars).map(() => {
    price *= 1 + 0.01 * random.normal()
    return price
  })
}

describe('randomEntryTest', () => {
  it('finds a trader who knows the future', () => {
    const prices = walk(1, 2000)
    const rises = Array.from(prices.subarray(0, -1), (_price, i) => i).filter(
      (i) => i % 4 === 0 && (prices[i + 1] ?? 0) > 1.005 * (prices[i] ?? 0),
    )
    const spans = rises.map((entry) => ({ entry, exit: entry + 1 }))
    const test = randomEntryTest(prices, spans, { random: newRandom(1), draws: 500 })
    expect(test.pValue).toBe(1 / 501)
    expect(test.randomMean).toBeLessThan(test.actual)
  })

  it('calls as many strategies without an edge significant as it says', () => {
    const random = newRandom(2)
    let significant = 0
    for (let seed = 0; seed < 200; seed++) {
      const prices = walk(seed, 300)
      const spans = Array.from({ length: 10 }, (_, i) => {
        const entry = i * 25 + Math.floor(random.uniform() * 15)
        return { entry, exit: entry + 8 }
      })
      if (randomEntryTest(prices, spans, { random: newRandom(seed), draws: 99 }).pValue <= 0.1) significant++
    }
    // 20 to expect, 4.2 the deviation.
    expect(significant).toBeGreaterThan(6)
    expect(significant).toBeLessThan(34)
  })

  it('has one placement only where the trades fill the range', () => {
    const test = randomEntryTest(Float64Array.of(1, 2, 4, 8), [{ entry: 0, exit: 3 }], {
      random: newRandom(1),
      draws: 20,
    })
    expect(test).toEqual({ draws: 20, trades: 1, actual: 7, randomMean: 7, pValue: 1 })
  })

  it('places every start as often', () => {
    // One trade of one bar over four bars: returns 0, 1, 2 and 3.
    const prices = Float64Array.of(1, 1, 2, 6, 24)
    const { randomMean } = randomEntryTest(prices, [{ entry: 0, exit: 1 }], {
      random: newRandom(1),
      draws: 20_000,
    })
    expect(randomMean).toBeCloseTo(1.5, 1)
  })

  it('is undefined without a trade', () => {
    expect(randomEntryTest(Float64Array.of(1, 2), [], { random: newRandom(1) }).pValue).toBeNaN()
  })
})

describe('tradeShuffle', () => {
  it('has the depth of the actual order, and of the worst', () => {
    // 100 → 90 → 99 → 108.9 → 98.01: falls of 10 %, but both losses in a row fall 19 %.
    const shuffled = tradeShuffle(Float64Array.of(-10, 9, 9.9, -10.89), { cash: 100, random: newRandom(1) })
    expect(shuffled.actual).toBeCloseTo(0.1, 12)
    expect(shuffled.worst).toBeCloseTo(0.19, 12)
    expect(shuffled.median).toBeGreaterThanOrEqual(0.1 - 1e-12)
  })

  it('has no drawdown without a loss, and none of no trades', () => {
    expect(tradeShuffle(Float64Array.of(1, 2), { cash: 10, random: newRandom(1) })).toMatchObject({
      actual: 0,
      median: 0,
      worst: 0,
    })
    expect(tradeShuffle(new Float64Array(), { cash: 10, random: newRandom(1) }).worst).toBe(0)
  })
})
