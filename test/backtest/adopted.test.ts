/** A session that begins with a position: in its books, in its trades and in its limits, and sold like any other. */
import { describe, expect, it } from 'vitest'
import { PortfolioReplay } from '../../engine/backtest/portfolio-replay.js'
import { Replay } from '../../engine/backtest/replay.js'
import { NO_LIMITS } from '../../engine/core/risk-limits.js'
import { defineStrategy, type Strategy } from '../../engine/core/strategy.js'
import { ONE } from '../../engine/model/money.js'
import type { RunSettings } from '../../engine/model/settings.js'
import { toEpochMs } from '../../engine/model/time.js'
import { barsOf, rulesOf, START, setupOf } from '../market.js'

/** Two bars that warm up, then three at 90, 80 and 80: one BTC was taken over at 100. */
const BARS = barsOf([100, 100, 90, 80, 80].map((price) => [price, price, price, price]))
const ADOPTED = { quantity: ONE, price: 100n * ONE, time: toEpochMs(START + 2 * 60_000 - 1) }

const leaving = defineStrategy({ name: 'leaving', onBar: (_indicators, { target }) => target(0) })
const growing = defineStrategy({ name: 'growing', onBar: (_indicators, { buy }) => buy({ quote: 100 }) })

function replay(strategy: Strategy, settings: Partial<RunSettings> = {}) {
  const run = new Replay({ ...setupOf({ strategy, bars: BARS, first: 2, settings }), adopted: ADOPTED })
  run.advance(BARS.length)
  return run.finish()
}

describe('a session that begins with a position', () => {
  it('sells it when its strategy wants none, although it never aimed at any', () => {
    const { cash, fills, trades } = replay(leaving)
    // Asked at the close of the third bar, filled at the fourth's open: 10,000 and one BTC at 80.
    expect(cash).toBe(10_080n * ONE)
    expect(fills.map(({ side, quantity, tradeNumber }) => [side, quantity, tradeNumber])).toEqual([
      ['SELL', ONE, 1],
    ])
    expect(
      trades.map(({ entryPrice, exitPrice, net, entryTag }) => [entryPrice, exitPrice, net, entryTag]),
    ).toEqual([[100, 80, -20n * ONE, 'adopted']])
  })

  it('counts what it loses as a loss of the day, from the first bar on', () => {
    const limits = (maxDailyLoss: bigint) => ({ limits: { ...NO_LIMITS, maxDailyLoss } })
    // At the third close the day has lost 10 of the 10,100 that it began with.
    expect(replay(growing, limits(11n * ONE)).orders[0]?.status).toBe('FILLED')
    expect(replay(growing, limits(10n * ONE)).orders[0]).toMatchObject({
      ...{ status: 'REJECTED', reason: 'MAX_DAILY_LOSS' },
    })
  })

  it('is worth what it was taken over at until the first bar of its symbol, among several', () => {
    const late = barsOf([[50, 50, 50, 50]], { symbol: 'ETHUSDT', start: START + 4 * 60_000 })
    const half = defineStrategy({
      name: 'half',
      onBars: (markets) => {
        for (const market of markets) if (market.symbol === 'BTCUSDT') market.target(0.5)
      },
    })
    const { orders } = (() => {
      const { identity, params, settings } = setupOf({ strategy: half, bars: BARS })
      const run = new PortfolioReplay({
        ...{ identity, strategy: half, params, settings: { ...settings, cash: 1_000n * ONE } },
        symbols: [
          { bars: BARS, rules: rulesOf() },
          {
            bars: late,
            rules: rulesOf({ symbol: 'ETHUSDT', baseAsset: 'ETH' }),
            adopted: { ...ADOPTED, quantity: 10n * ONE },
          },
        ],
        from: toEpochMs(START + 2 * 60_000),
      })
      run.advance(run.timeline.length)
      return run.finish()
    })()
    // Half of 1,000 in cash and ten ETH at 100.
    expect(orders[0]?.order).toMatchObject({ side: 'BUY', quoteQuantity: 1_000n * ONE })
  })
})
