import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { groupTrades, streaksOf } from '../../../engine/math/metrics/trade-groups.js'
import { tradeMetrics } from '../../../engine/math/metrics/trade-metrics.js'
import { fixtureTrade, units } from './run-fixture.js'

const tradesOf = (nets: readonly number[]) =>
  nets.map((net) => fixtureTrade({ net: BigInt(net) * 100_000_000n }))

describe('groupTrades', () => {
  it('keeps every trade in one group, in the order in which keys come', () => {
    const trades = [
      fixtureTrade({ net: units('3'), entryTag: 'b' }),
      fixtureTrade({ net: units('-1'), entryTag: 'a' }),
      fixtureTrade({ net: units('-2'), entryTag: 'b' }),
    ]
    const groups = groupTrades(trades, ({ entryTag }) => entryTag, 1)
    expect(groups.map(({ key, count, net }) => [key, count, net])).toEqual([
      ['b', 2, units('1')],
      ['a', 1, units('-1')],
    ])
    expect(groups[0]?.metrics.profitFactor).toBe(1.5)
  })
})

describe('streaksOf', () => {
  it('counts runs by their length; a trade with net 0 ends one', () => {
    expect(streaksOf(tradesOf([1, 2, -1, 3, 0, 4, -1, -1]))).toEqual([
      { length: 1, wins: 2, losses: 1 },
      { length: 2, wins: 1, losses: 1 },
    ])
  })

  it('is empty without a win or loss', () => {
    expect(streaksOf([])).toEqual([])
    expect(streaksOf(tradesOf([0, 0]))).toEqual([])
  })

  it('holds every winning and losing trade once, and ends with the longest streak', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1, max: 1 }), { maxLength: 60 }), (nets) => {
        const trades = tradesOf(nets)
        const streaks = streaksOf(trades)
        const total = (pick: 'wins' | 'losses') =>
          streaks.reduce((sum, one) => sum + one.length * one[pick], 0)
        expect(total('wins')).toBe(nets.filter((net) => net > 0).length)
        expect(total('losses')).toBe(nets.filter((net) => net < 0).length)
        const { winStreak, lossStreak } = tradeMetrics(trades, 1)
        expect(streaks.at(-1)?.length ?? 0).toBe(Math.max(winStreak, lossStreak))
      }),
    )
  })
})
