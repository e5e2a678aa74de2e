import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tradeMetrics } from '../../../engine/math/metrics/trade-metrics.js'
import type { Trade } from '../../../engine/model/fill.js'
import { fixtureTrade, units } from './run-fixture.js'

/** Trades with these nets in quote. */
const tradesOf = (...nets: string[]): Trade[] => nets.map((net) => fixtureTrade({ net: units(net) }))

describe('tradeMetrics', () => {
  it('of +30, −10, +10, −20 are those worked out by hand', () => {
    const metrics = tradeMetrics(tradesOf('30', '-10', '10', '-20'), 1)
    expect(metrics.winRate).toBe(0.5)
    expect(metrics.profitFactor).toBe(40 / 30)
    expect(metrics.expectancy).toBe(2.5)
    expect(metrics.payoff).toBe(20 / 15)
    expect(metrics.kelly).toBeCloseTo(0.5 - 0.5 / (20 / 15), 15)
    // Deviations 27.5, −12.5, 7.5, −22.5: squares 756.25 + 156.25 + 56.25 + 506.25 = 1475.
    expect(metrics.sqn).toBeCloseTo((2 * 2.5) / Math.sqrt(1475 / 3), 12)
  })

  it('take best and worst by return, and average the rest', () => {
    const metrics = tradeMetrics(
      [
        fixtureTrade({ net: units('5'), return: 0.05, bars: 3, mae: -0.01, mfe: 0.06 }),
        fixtureTrade({ net: units('9'), return: 0.01, bars: 6, mae: -0.03, mfe: 0.02 }),
        fixtureTrade({ net: units('-3'), return: -0.03, bars: 0, mae: -0.05, mfe: 0.01 }),
      ],
      1,
    )
    expect(metrics.bestReturn).toBe(0.05)
    expect(metrics.worstReturn).toBe(-0.03)
    expect(metrics.averageReturn).toBeCloseTo(0.01, 15)
    expect(metrics.averageBars).toBe(3)
    expect(metrics.meanAdverse).toBeCloseTo(-0.03, 15)
    expect(metrics.meanFavourable).toBeCloseTo(0.03, 15)
  })

  it('of no trade are undefined, but for streaks of 0', () => {
    const { winStreak, lossStreak, ...others } = tradeMetrics([], 1)
    expect([winStreak, lossStreak]).toEqual([0, 0])
    for (const [name, value] of Object.entries(others)) expect(value, name).toBeNaN()
  })

  it('have no profit factor, payoff or Kelly fraction without a loss', () => {
    const { winRate, profitFactor, payoff, kelly } = tradeMetrics(tradesOf('1', '2', '0'), 1)
    expect(winRate).toBeCloseTo(2 / 3, 15)
    expect([profitFactor, payoff, kelly]).toEqual([NaN, NaN, NaN])
  })

  it('have a profit factor of 0 without a win, and neither payoff nor Kelly fraction', () => {
    const { winRate, profitFactor, payoff, kelly } = tradeMetrics(tradesOf('-1', '0'), 1)
    expect([winRate, profitFactor]).toEqual([0, 0])
    expect([payoff, kelly]).toEqual([NaN, NaN])
  })

  it('count a trade that nets nothing as neither a win nor a loss', () => {
    const { winRate, payoff, expectancy } = tradeMetrics(tradesOf('30', '0', '-20'), 1)
    expect(winRate).toBeCloseTo(1 / 3, 15)
    expect(payoff).toBe(1.5)
    expect(expectancy).toBeCloseTo(10 / 3, 14)
  })

  it('have no SQN of one trade, nor of trades that all earn the same', () => {
    expect(tradeMetrics(tradesOf('1'), 1).sqn).toBeNaN()
    expect(tradeMetrics(tradesOf('0.1', '0.1', '0.1'), 1).sqn).toBeNaN()
  })

  it.each([
    ['WWLWWWL0WL', 3, 1],
    ['LLL', 0, 3],
    ['W0W', 1, 0],
    ['LL0L', 0, 2],
    ['WWWW', 4, 0],
  ])('count in %s %i wins and %i losses in a row', (letters, wins, losses) => {
    const nets = [...letters].map((letter) => (letter === 'W' ? '1' : letter === 'L' ? '-1' : '0'))
    const { winStreak, lossStreak } = tradeMetrics(tradesOf(...nets), 1)
    expect([winStreak, lossStreak]).toEqual([wins, losses])
  })

  it('have a profit factor above 1 exactly where the expectancy is positive', () => {
    const net = fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n })
    fc.assert(
      fc.property(fc.array(net, { minLength: 1, maxLength: 30 }), (nets) => {
        const trades = nets.map((net) => fixtureTrade({ net }))
        const { profitFactor, expectancy } = tradeMetrics(trades, 1)
        if (!Number.isNaN(profitFactor)) expect(profitFactor > 1).toBe(expectancy > 0)
      }),
    )
  })

  it('add up to units that a sum of doubles would lose', () => {
    // 1e9 and 1e−8 are 17 digits apart; the big ones cancel.
    const metrics = tradeMetrics(tradesOf('1000000000', '0.00000001', '-1000000000'), 1)
    expect(metrics.expectancy).toBeCloseTo(1e-8 / 3, 22)
  })

  it('double with the scale where they are money, and stay where they are ratios', () => {
    const trades = tradesOf('30', '-10', '12.34', '-20')
    const once = tradeMetrics(trades, 1)
    expect(tradeMetrics(trades, 2)).toEqual({ ...once, expectancy: once.expectancy * 2 })
  })
})
