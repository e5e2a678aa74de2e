/** Maker-first over bars: what is posted, when it is taken back, and what follows. Prices by hand. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { replayEvents } from '../../engine/backtest/replay-events.js'
import { runBacktest } from '../../engine/backtest/run-backtest.js'
import type { SessionEvent } from '../../engine/model/event.js'
import { formatUnits } from '../../engine/model/money.js'
import type { RunSettings } from '../../engine/model/settings.js'
import {
  arbitraryBars,
  arbitraryStrategy,
  barsOf,
  rulesOf,
  run,
  runStream,
  scripted,
  setupOf,
  traceOf,
  units,
} from '../market.js'

const MINUTE = 60_000

/** Ten quiet bars at 100, those given instead. */
function market(changes: Readonly<Record<number, readonly number[]>> = {}) {
  return barsOf(Array.from({ length: 10 }, (_, i) => changes[i] ?? [100, 101, 99, 100]))
}

const RULES = rulesOf({ tickSize: units('0.01'), stepSize: units('0.001') })

/** Buys for 1,000 at the close of bar 3, and what the desk makes of it. */
function play(
  changes: Readonly<Record<number, readonly number[]>>,
  settings: Partial<RunSettings> = {},
  script: Parameters<typeof scripted>[0] = { 0: ({ buy }) => buy({ quote: 1000 }) },
) {
  const result = run({
    strategy: scripted(script),
    bars: market(changes),
    rules: RULES,
    settings: { policy: { postTimeoutMs: MINUTE, escalate: 'market' }, ...settings },
  })
  return {
    result,
    orders: result.orders.map(({ order, status, executedQuantity, reason }) =>
      [order.side, order.type, status, formatUnits(executedQuantity), reason].join(' ').trim(),
    ),
    fills: result.fills.map(({ barIndex, side, type, liquidity, price, quantity }) =>
      [barIndex, side, type, liquidity, formatUnits(price), formatUnits(quantity)].join(' '),
    ),
  }
}

// The first call is at bar 2: the range of bar 3 needs three bars before it.
describe('maker-first over bars', () => {
  it('posts at the close on the passive tick, and is filled when a bar trades through it', () => {
    const { orders, fills } = play({ 2: [100, 101, 99, 100.005], 3: [100.1, 101, 99.9, 100] })
    expect(orders).toEqual(['BUY LIMIT_MAKER FILLED 10'])
    expect(fills).toEqual(['3 BUY LIMIT_MAKER MAKER 100 10'])
  })

  it('takes the rest at the open behind the bars that its time holds', () => {
    const untouched = { 3: [101, 102, 100.5, 101], 4: [102, 103, 101, 102], 5: [103, 104, 101, 103] }
    const { orders, fills } = play(untouched)
    expect(orders).toEqual(['BUY LIMIT_MAKER CANCELED 0', 'BUY MARKET FILLED 9.803'])
    expect(fills).toEqual(['4 BUY MARKET TAKER 102 9.803'])
    const twice = play(untouched, { policy: { postTimeoutMs: 2 * MINUTE, escalate: 'market' } })
    expect(twice.fills).toEqual(['5 BUY MARKET TAKER 103 9.708'])
  })

  it('takes at once what would have crossed, from that very open', () => {
    const { orders, fills } = play({ 3: [99.5, 101, 99, 100] }, { alpha: 0 })
    expect(orders).toEqual(['BUY LIMIT_MAKER REJECTED 0 WOULD_MATCH_IMMEDIATELY', 'BUY MARKET FILLED 10.05'])
    expect(fills).toEqual(['3 BUY MARKET TAKER 99.5 10.05'])
  })

  it('counts a post that is given less than a bar as unfilled', () => {
    const { orders, fills } = play(
      { 3: [100, 101, 90, 95] },
      { policy: { postTimeoutMs: 0, escalate: 'market' } },
    )
    expect(orders).toEqual(['BUY LIMIT_MAKER CANCELED 0', 'BUY MARKET FILLED 10'])
    expect(fills).toEqual(['3 BUY MARKET TAKER 100 10'])
  })

  it('takes what a part of the post has left: the quote that is not spent', () => {
    // 30 % of 10 base: 3 at 100, then 700 quote at 101, of which 30 % of 20 base is 6.
    const { orders, fills } = play(
      { 3: [100.5, 101, 99, 100, 10], 4: [101, 102, 100, 101, 20] },
      { participation: 0.3 },
    )
    expect(fills).toEqual(['3 BUY LIMIT_MAKER MAKER 100 3', '4 BUY MARKET TAKER 101 6'])
    expect(orders).toEqual(['BUY LIMIT_MAKER CANCELED 3', 'BUY MARKET EXPIRED 6 INSUFFICIENT_LIQUIDITY'])
  })

  it('reaches half a percent with an IOC, and does nothing more with none', () => {
    const away = { 3: [101, 102, 100.5, 101], 4: [101.2, 103, 101, 102] }
    const ioc = play(away, { policy: { postTimeoutMs: MINUTE, escalate: 'ioc' } })
    // 101 × 1.005 = 101.505, down to the tick; 1000 ÷ 101.5 on steps of 0.001.
    expect(ioc.fills).toEqual(['4 BUY LIMIT TAKER 101.2 9.852'])
    const far = play(
      { ...away, 4: [103, 104, 102, 103] },
      { policy: { postTimeoutMs: MINUTE, escalate: 'ioc' } },
    )
    expect(far.orders[1]).toBe('BUY LIMIT EXPIRED 0 UNFILLED_IOC_QUANTITY_EXPIRED')
    const none = play(away, { policy: { postTimeoutMs: MINUTE, escalate: 'none' } })
    expect(none.orders).toEqual(['BUY LIMIT_MAKER CANCELED 0'])
  })

  it('forgets an aim that nothing was bought for, and keeps one that a later order fills', () => {
    const away = { 3: [101, 102, 100.5, 101], 4: [102, 103, 101, 102] }
    const ask = {
      0: ({ target }) => target(1),
      1: ({ target }) => target(1),
      2: ({ target }) => target(1),
    } satisfies Parameters<typeof scripted>[0]
    expect(play(away, {}, ask).orders).toEqual(['BUY LIMIT_MAKER CANCELED 0', 'BUY MARKET FILLED 98.039'])
    const none = play(away, { policy: { postTimeoutMs: MINUTE, escalate: 'none' } }, ask)
    expect(none.orders.length).toBe(2)
  })

  it('takes a wish back when another target comes, and sends nothing for it any more', () => {
    const { orders } = play(
      { 3: [101, 102, 100.5, 101], 4: [102, 103, 101, 102] },
      { policy: { postTimeoutMs: 5 * MINUTE, escalate: 'market' } },
      { 0: ({ target }) => target(1), 1: ({ target }) => target(0) },
    )
    expect(orders).toEqual(['BUY LIMIT_MAKER CANCELED 0'])
  })

  it('places the exits once, for all that the wish has bought', () => {
    const { orders } = play(
      { 3: [100.5, 101, 99, 100, 10], 4: [101, 102, 100, 101, 20] },
      { participation: 0.3 },
      { 0: ({ bracket }) => bracket({ quote: 1000, stop: 90 }) },
    )
    expect(orders).toEqual([
      'BUY LIMIT_MAKER CANCELED 3',
      'BUY MARKET EXPIRED 6 INSUFFICIENT_LIQUIDITY',
      'SELL STOP_LOSS EXPIRED 0 END_OF_RANGE',
    ])
    const stop = play(
      { 3: [100.5, 101, 99, 100, 10], 4: [101, 102, 100, 101, 20] },
      { participation: 0.3 },
      { 0: ({ bracket }) => bracket({ quote: 1000, stop: 90 }) },
    ).result.orders[2]
    expect(stop?.order.quantity).toBe(units('9'))
  })

  it('gives the same by stream and by record', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryBars(),
        arbitraryStrategy(),
        fc.constantFrom(0, 1, 2, 5),
        fc.constantFrom('market' as const, 'ioc' as const, 'none' as const),
        fc.constantFrom(undefined, 0.05),
        async (bars, strategy, timeout, escalate, participation) => {
          const settings = {
            alpha: 0.3,
            takerFee: 0.001,
            participation,
            policy: { postTimeoutMs: timeout * MINUTE, escalate },
          }
          const parts = { strategy, bars, rules: RULES, settings }
          const whole = traceOf(run(parts))
          expect(traceOf(await runStream(parts))).toBe(whole)
          const events: SessionEvent[] = []
          const setup = setupOf(parts)
          const recorded = runBacktest({
            ...setup,
            end: bars.length,
            ledger: { append: (event) => events.push(structuredClone(event)) },
          })
          const again = replayEvents(events, {
            ...setup,
            symbols: [{ symbol: bars.symbol, interval: bars.interval, rules: RULES, first: 0 }],
          })
          expect(again.submitted.length).toBe(recorded.orders.length)
          expect(again.submitted).toEqual(recorded.orders.map(({ order }) => order))
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('risk limits in a run', () => {
  const limits = {
    maxOrderQuote: undefined,
    maxPositionQuote: undefined,
    maxDailyLoss: undefined,
    maxOrdersPerMinute: undefined,
  }

  it('reject what they stop, by name, and the strategy may ask again', () => {
    const { orders } = play(
      {},
      { policy: undefined, limits: { ...limits, maxOrderQuote: units('500') } },
      {
        0: ({ target }) => target(1),
        1: ({ target }) => target(0.05),
        2: ({ target }) => target(0.1),
      },
    )
    expect(orders).toEqual([
      'BUY MARKET REJECTED 0 MAX_ORDER_QUOTE',
      'BUY MARKET FILLED 5',
      'BUY MARKET FILLED 5',
    ])
  })

  it('stop a wish before it is posted, with nothing behind it', () => {
    const { orders } = play({}, { limits: { ...limits, maxPositionQuote: units('999') } })
    expect(orders).toEqual(['BUY LIMIT_MAKER REJECTED 0 MAX_POSITION_QUOTE'])
  })

  it('end the day behind a loss, and never keep a position from being sold', () => {
    const { orders } = play(
      { 3: [100, 100, 99, 99], 4: [99, 99, 90, 90], 5: [90, 91, 89, 90] },
      { policy: undefined, limits: { ...limits, maxDailyLoss: units('10') } },
      {
        0: ({ buy }) => buy({ quote: 100 }),
        2: ({ buy }) => buy({ quote: 100 }),
        3: ({ close }) => close(),
      },
    )
    expect(orders).toEqual([
      'BUY MARKET FILLED 1',
      'BUY MARKET REJECTED 0 MAX_DAILY_LOSS',
      'SELL MARKET FILLED 1',
    ])
  })

  it('count the orders of a minute', () => {
    const { orders } = play(
      {},
      { policy: undefined, limits: { ...limits, maxOrdersPerMinute: 1 } },
      {
        0: ({ buy }) => {
          buy({ quote: 100 })
          buy({ quote: 100 })
        },
        1: ({ buy }) => buy({ quote: 100 }),
      },
    )
    expect(orders).toEqual([
      'BUY MARKET FILLED 1',
      'BUY MARKET REJECTED 0 MAX_ORDERS_PER_MINUTE',
      'BUY MARKET FILLED 1',
    ])
  })
})
