/** Rules that change within a run. Versions by hand; ask 0 is made at the close of bar 2 and meets bar 3. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PortfolioReplay } from '../../engine/backtest/portfolio-replay.js'
import { Replay } from '../../engine/backtest/replay.js'
import { strategyParams } from '../../engine/core/strategy.js'
import { formatUnits } from '../../engine/model/money.js'
import type { SymbolRules } from '../../engine/model/symbol-rules.js'
import {
  arbitraryBars,
  arbitraryStrategy,
  barsOf,
  rulesOf,
  run,
  runStream,
  START,
  scripted,
  settingsOf,
  setupOf,
  traceOf,
  units,
} from '../market.js'

/** Open of bar `i`. */
const openOf = (i: number): number => START + i * 60_000

/** A flat market of 100.04. */
const flat = barsOf(Array.from({ length: 14 }, () => [100.04, 100.04, 100.04, 100.04]))

const tick = (tickSize: string, more: Partial<SymbolRules> = {}) =>
  rulesOf({ tickSize: units(tickSize), ...more })

describe('rules by their day', () => {
  it('price each bar by the tick of its day: the first version counts before its own day too', () => {
    // Market fills go to the tick against the trader: 100.04 is 100.1 on 0.1, 101 on 1 and 100.04 on 0.01.
    const rules = tick('0.1', {
      later: [
        { since: openOf(5), rules: tick('1') },
        { since: openOf(8), rules: tick('0.01') },
      ],
    })
    const buy = ({ buy }: { buy: (order: { quantity: number }) => void }) => buy({ quantity: 1 })
    const { fills } = run({
      strategy: scripted({ 0: buy, 1: buy, 2: buy, 4: buy, 5: buy }),
      bars: flat,
      rules,
    })
    expect(fills.map(({ barIndex, price }) => `${barIndex} ${formatUnits(price)}`)).toEqual([
      '3 100.1',
      '4 100.1',
      // The very bar at whose open they come into force has them.
      '5 101',
      '7 101',
      '8 100.04',
    ])
  })

  it('size a wish by the rules of the close that decides, and judge it by those of the bar it meets', () => {
    const rules = rulesOf({
      stepSize: units('0.1'),
      minNotional: units('5'),
      applyMinToMarket: true,
      later: [
        {
          since: openOf(5),
          rules: rulesOf({ stepSize: units('1'), minNotional: units('200'), applyMinToMarket: true }),
        },
      ],
    })
    const sized = (quantity: number) => (context: { buy: (order: { quantity: number }) => void }) =>
      context.buy({ quantity })
    const { orders } = run({
      // Asked at the closes of bars 2, 4, 5 and 6.
      strategy: scripted({ 0: sized(1.55), 2: sized(1.55), 3: sized(1.55), 4: sized(3.5) }),
      bars: flat,
      rules,
    })
    expect(
      orders.map(({ status, executedQuantity, reason }) =>
        `${status} ${formatUnits(executedQuantity)} ${reason}`.trim(),
      ),
    ).toEqual([
      'FILLED 1.5',
      // 1.5 was right at the close of bar 4; bar 5 takes whole ones, and one is too little.
      'REJECTED 0 NOTIONAL',
      // 1.55 at the close of bar 5 is worth less than 200: no order at all. 3.5 is cut to 3.
      'FILLED 3',
    ])
  })

  it('judge what comes in to rest by the rules of its bar, and leave alone what rests', () => {
    const rules = tick('0.01', { later: [{ since: openOf(5), rules: tick('1') }] })
    const post =
      (price: number) =>
      ({ buy }: { buy: (order: { quantity: number; type: 'LIMIT'; price: number }) => void }) =>
        buy({ quantity: 1, type: 'LIMIT', price })
    const bars = barsOf(
      Array.from({ length: 12 }, (_, i) => (i === 9 ? [100, 101, 90, 100] : [100, 101, 99.9, 100])),
    )
    const { orders } = run({
      // At the closes of bars 2, 4 and 5.
      strategy: scripted({ 0: post(95.25), 2: post(94.25), 3: post(93.25) }),
      bars,
      rules,
    })
    expect(
      orders.map(({ order, status, reason }) =>
        `${'price' in order ? formatUnits(order.price) : ''} ${status} ${reason}`.trim(),
      ),
    ).toEqual(['95.25 FILLED', '94.25 REJECTED PRICE_FILTER', '93 FILLED'])
  })

  it('refuse both orders of a pair once each, though the position is dust by then', () => {
    const { orders } = run({
      // A pair for 0.5 is asked for at the close of bar 4; on bar 5 one is the least.
      strategy: scripted({
        0: ({ buy }) => buy({ quantity: 0.5 }),
        2: ({ bracket }) => bracket({ stop: 90, takeProfit: 110 }),
      }),
      bars: flat,
      rules: rulesOf({
        stepSize: units('0.1'),
        later: [{ since: openOf(5), rules: rulesOf({ stepSize: units('1') }) }],
      }),
    })
    expect(orders.map(({ status, reason }) => `${status} ${reason}`.trim())).toEqual([
      'FILLED',
      'REJECTED LOT_SIZE',
      'REJECTED LOT_SIZE',
    ])
  })

  it('say what is dust', () => {
    // 0.3 at 100 is worth 30: a position while the minimum is 5, dust from bar 6 on, where it is 50.
    const seen: boolean[] = []
    const look = ({ position }: { position: { isLong: boolean } }) => seen.push(position.isLong)
    run({
      strategy: scripted({
        0: ({ buy }) => buy({ quantity: 0.3 }),
        ...Object.fromEntries([1, 2, 3, 4, 5].map((k) => [k, look])),
      }),
      bars: flat,
      rules: rulesOf({
        minNotional: units('5'),
        later: [{ since: openOf(6), rules: rulesOf({ minNotional: units('50') }) }],
      }),
    })
    // Closes of bars 3 to 7.
    expect(seen).toEqual([true, true, true, false, false])
  })

  const versions = fc
    .array(
      fc.record({
        bar: fc.integer({ min: 1, max: 100 }),
        tick: fc.constantFrom('0.01', '0.1', '1'),
        step: fc.constantFrom('0.0001', '0.1'),
      }),
      {
        minLength: 1,
        maxLength: 4,
      },
    )
    .map((list) => {
      const rulesFor = (tickSize: string, stepSize: string) =>
        rulesOf({
          tickSize: units(tickSize),
          stepSize: units(stepSize),
          minNotional: units('5'),
          applyMinToMarket: true,
        })
      const byBar = new Map(list.map(({ bar, tick, step }) => [bar, rulesFor(tick, step)] as const))
      const later = [...byBar]
        .sort(([a], [b]) => a - b)
        .map(([bar, rules]) => ({ since: openOf(bar), rules }))
      return { ...rulesFor('0.01', '0.01'), later }
    })

  it('come out the same bar by bar, and from any snapshot on', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryBars(),
        arbitraryStrategy(),
        versions,
        fc.nat({ max: 119 }),
        async (bars, strategy, rules, at) => {
          const parts = { strategy, bars, rules, settings: { alpha: 0.5, takerFee: 0.001 } }
          const whole = traceOf(run(parts))
          expect(traceOf(await runStream(parts))).toBe(whole)
          const setup = setupOf(parts)
          const before = new Replay(setup)
          const cut = Math.min(at, bars.length)
          before.advance(cut)
          const after = new Replay(setup)
          after.restore(before.snapshot())
          after.advance(bars.length)
          before.advance(bars.length)
          expect(traceOf(before.finish())).toBe(whole)
          const { orders: rest } = after.finish()
          const all = run(parts).orders
          // What the second run writes is the end of what the whole one does.
          const known = new Map(all.map((one) => [one.order.number, one.status]))
          for (const { order, status } of rest) expect(known.get(order.number)).toBe(status)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('are those of the last bar behind a snapshot, until the next one comes', () => {
    // Half a coin is less than the first step of 1: it would be no position, and its stop would go.
    const rules = rulesOf({
      stepSize: units('1'),
      later: [{ since: openOf(1), rules: rulesOf({ stepSize: units('0.1') }) }],
    })
    const strategy = scripted({ 0: ({ bracket }) => bracket({ quantity: 0.5, stop: 90 }) })
    const settings = settingsOf({ closeAtEnd: true })
    const ends = (replay: Replay | PortfolioReplay) =>
      replay.finish().orders.map(({ order, status, reason }) => `${order.type} ${status} ${reason}`.trim())
    const setup = { ...setupOf({ strategy, bars: flat, rules }), settings }
    const [alone, again] = [new Replay(setup), new Replay(setup)]
    alone.advance(flat.length)
    again.restore(alone.snapshot())
    const { bars, rules: own, first: _first, ...others } = setup
    const together = { ...others, symbols: [{ bars, rules: own }] }
    const [both, bothAgain] = [new PortfolioReplay(together), new PortfolioReplay(together)]
    both.advance(both.timeline.length)
    bothAgain.restore(both.snapshot())
    const rest = ['STOP_LOSS EXPIRED END_OF_RANGE', 'MARKET FILLED']
    expect([alone, both].map((one) => ends(one).slice(1))).toEqual([rest, rest])
    expect([again, bothAgain].map(ends)).toEqual([rest, rest])
  })

  it('change for one symbol of several and not for the others', () => {
    const bars = (symbol: string) =>
      barsOf(
        Array.from({ length: 10 }, () => [100.04, 100.04, 100.04, 100.04]),
        { symbol },
      )
    const own = (symbol: string, baseAsset: string, more: Partial<SymbolRules>) => ({
      bars: bars(symbol),
      rules: { ...tick('0.01', more), symbol, baseAsset },
    })
    const strategy = scripted({ 0: ({ buy }) => buy({ quantity: 1 }), 4: ({ buy }) => buy({ quantity: 1 }) })
    const replay = new PortfolioReplay({
      identity: { epoch: 0, hash6: 'abc123' },
      strategy,
      params: strategyParams(strategy, {}),
      settings: settingsOf(),
      symbols: [
        own('BTCUSDT', 'BTC', { later: [{ since: openOf(5), rules: { ...tick('1'), symbol: 'BTCUSDT' } }] }),
        own('ETHUSDT', 'ETH', {}),
      ],
    })
    replay.advance(10)
    const prices = replay
      .finish()
      .fills.map(({ symbolIndex, barIndex, price }) => `${symbolIndex} ${barIndex} ${formatUnits(price)}`)
    expect(prices).toEqual(['0 3 100.04', '1 3 100.04', '0 7 101', '1 7 100.04'])
  })
})
