import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StoredTrade } from '../../reports/stored-run.js'
import { diffTrades } from '../../reports/trade-diff.js'

const trade = (
  entryTime: number,
  exitTime = entryTime + 5,
  prices: readonly [number, number] = [100, 110],
): StoredTrade => ({
  number: 1,
  symbol: 'BTCUSDT',
  entryTime,
  exitTime,
  entryPrice: prices[0],
  exitPrice: prices[1],
  net: 1,
  return: 0.1,
})

describe('diffTrades', () => {
  it('tells each kind', () => {
    const a = [trade(1), trade(10), trade(20), trade(30)]
    const b = [trade(1), trade(10, 15, [100, 111]), trade(20, 26), trade(40)]
    const { pairs, counts } = diffTrades(a, b)
    expect(pairs.map(({ kind }) => kind)).toEqual(['same', 'other prices', 'other exit', 'only A', 'only B'])
    expect(counts).toEqual({ same: 1, 'other prices': 1, 'other exit': 1, 'only A': 1, 'only B': 1 })
  })

  it('pairs trades of one time in their order', () => {
    const { counts } = diffTrades([trade(1), trade(1)], [trade(1)])
    expect(counts).toMatchObject({ same: 1, 'only A': 1 })
  })

  it('of nothing is nothing', () => {
    expect(diffTrades([], []).pairs).toEqual([])
  })

  it('has each trade once, and mirrors when the runs are swapped', () => {
    const trades = fc
      .array(fc.tuple(fc.nat(20), fc.nat(3)), { maxLength: 30 })
      .map((list) => list.map(([entry, length], i) => ({ ...trade(entry, entry + length), number: i + 1 })))
    fc.assert(
      fc.property(trades, trades, (a, b) => {
        const { pairs, counts } = diffTrades(a, b)
        const ofA = pairs.flatMap((pair) => ('a' in pair ? [pair.a] : []))
        const ofB = pairs.flatMap((pair) => ('b' in pair ? [pair.b] : []))
        expect(new Set(ofA)).toEqual(new Set(a))
        expect(new Set(ofB)).toEqual(new Set(b))
        expect([ofA.length, ofB.length]).toEqual([a.length, b.length])
        const swapped = diffTrades(b, a).counts
        expect(swapped).toEqual({ ...counts, 'only A': counts['only B'], 'only B': counts['only A'] })
        expect(diffTrades(a, a).counts.same).toBe(a.length)
      }),
      { seed: 1, numRuns: 200 },
    )
  })
})
