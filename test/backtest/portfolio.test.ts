/** Several symbols on one cash account: the same run as for one symbol, and what only several can show. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LookAheadAudit } from '../../engine/backtest/look-ahead-audit.js'
import { PortfolioReplay, type PortfolioSetup } from '../../engine/backtest/portfolio-replay.js'
import { replayEvents } from '../../engine/backtest/replay-events.js'
import { type AnyMarket, defineStrategy, type Strategy, strategyParams } from '../../engine/core/strategy.js'
import { close, roc } from '../../engine/index.js'
import { equityRows } from '../../engine/math/metrics/equity-rows.js'
import { runMetrics } from '../../engine/math/metrics/run-metrics.js'
import { BarColumns, type Bars } from '../../engine/model/bars.js'
import type { SessionEvent } from '../../engine/model/event.js'
import { formatUnits, multiplyDown } from '../../engine/model/money.js'
import type { RunResult } from '../../engine/model/run-result.js'
import type { RunSettings } from '../../engine/model/settings.js'
import { openRules } from '../../engine/model/symbol-rules.js'
import {
  arbitraryBars,
  arbitraryStrategy,
  barList,
  barsOf,
  run,
  START,
  settingsOf,
  traceOf,
  units,
} from '../market.js'

function named(bars: Bars, symbol: string): BarColumns {
  const copy = new BarColumns({ symbol, interval: bars.interval, capacity: bars.length + 1 })
  for (const bar of barList(bars)) copy.append(bar)
  return copy
}

function portfolio(
  strategy: Strategy,
  all: readonly Bars[],
  settings: Partial<RunSettings> = {},
  more: Partial<PortfolioSetup> = {},
): PortfolioSetup {
  return {
    identity: { epoch: 0, hash6: 'abc123' },
    strategy,
    params: strategyParams(strategy, {}),
    symbols: all.map((bars) => ({
      bars,
      rules: openRules(bars.symbol, bars.symbol.replace('USDT', ''), 'USDT'),
    })),
    settings: settingsOf(settings),
    ...more,
  }
}

function runTogether(setup: PortfolioSetup): RunResult {
  const replay = new PortfolioReplay(setup)
  replay.advance(replay.timeline.length)
  return replay.finish()
}

/** Moves to the symbol that rose most, all in. */
const rotation = defineStrategy({
  name: 'rotation',
  indicators: () => ({ rise: roc(close, 2) }),
  onBars(markets) {
    const [best] = markets.toSorted((a, b) => b.indicators.rise.at(0) - a.indicators.rise.at(0))
    for (const market of markets) market.target(market === best ? 1 : 0)
  },
})

const SETTINGS = fc.record({
  alpha: fc.constantFrom(0, 0.5),
  takerFee: fc.constantFrom(0, 0.001),
  makerFee: fc.constantFrom(0, 0.001),
  feeAsset: fc.constantFrom('received' as const, 'quote' as const),
  closeAtEnd: fc.boolean(),
  atrSource: fc.constantFrom('next' as const, 'signal' as const),
})

const THREE = fc
  .tuple(arbitraryBars({ max: 60 }), arbitraryBars({ max: 60 }), arbitraryBars({ max: 60 }))
  .map((all) => all.map((bars, k) => named(bars, ['AAAUSDT', 'BBBUSDT', 'CCCUSDT'][k] ?? '')))

const STRATEGIES = fc.oneof(arbitraryStrategy(), fc.constant(rotation))

describe('a strategy', () => {
  it('decides for each symbol or over all, and not both', () => {
    const message = /must have onBar or onBars, and not both/
    expect(() => defineStrategy({ name: 'neither' })).toThrow(message)
    expect(() => defineStrategy({ name: 'both', onBar() {}, onBars() {} })).toThrow(message)
  })
})

describe('one symbol', () => {
  it('gives the run of the single replay, to the byte', () => {
    fc.assert(
      fc.property(arbitraryBars(), arbitraryStrategy(), SETTINGS, (bars, strategy, settings) => {
        const rules = openRules('BTCUSDT', 'BTC', 'USDT')
        const alone = run({ strategy, bars, settings, rules })
        const together = runTogether(portfolio(strategy, [bars], settings))
        expect(traceOf(together)).toBe(traceOf(alone))
      }),
      { numRuns: 60 },
    )
  })
})

describe('several symbols', () => {
  const text = (value: unknown) =>
    JSON.stringify(value, (_key, one: unknown) => (typeof one === 'bigint' ? `${one}n` : one))

  it('come out the same in whatever order they are named', () => {
    fc.assert(
      fc.property(THREE, STRATEGIES, SETTINGS, (all, strategy, settings) => {
        const forth = runTogether(portfolio(strategy, all, settings))
        const back = runTogether(portfolio(strategy, all.toReversed(), settings))
        expect(traceOf(back)).toBe(traceOf(forth))
      }),
      { numRuns: 30 },
    )
  })

  it('never spend what is not there, and their fills add up to what is left', () => {
    fc.assert(
      fc.property(THREE, STRATEGIES, SETTINGS, (all, strategy, settings) => {
        const result = runTogether(portfolio(strategy, all, settings))
        let cash = result.settings.cash
        const held = result.symbols.map(() => 0n)
        for (const fill of result.fills) {
          const isBuy = fill.side === 'BUY'
          const isInQuote = fill.commissionAsset === 'USDT'
          cash += (isBuy ? -fill.quote : fill.quote) - (isInQuote ? fill.commission : 0n)
          const k = fill.symbolIndex
          held[k] =
            (held[k] ?? 0n) + (isBuy ? fill.quantity : -fill.quantity) - (isInQuote ? 0n : fill.commission)
          expect(cash >= 0n && (held[k] ?? 0n) >= 0n).toBe(true)
          expect(fill.quote).toBe(multiplyDown(fill.price, fill.quantity))
        }
        expect(cash).toBe(result.cash)
        expect(held).toEqual(result.symbols.map(({ quantity }) => quantity))
        for (const { status } of result.orders) {
          expect(['FILLED', 'CANCELED', 'REJECTED', 'EXPIRED']).toContain(status)
        }
        const rows = [...equityRows(result, 'bars')]
        expect(rows.at(-1)?.equity).toBe(runMetrics(result).values.end_equity)
      }),
      { numRuns: 60 },
    )
  })

  it('decide the same again from the record of a session', () => {
    fc.assert(
      fc.property(THREE, STRATEGIES, SETTINGS, (all, strategy, settings) => {
        const events: SessionEvent[] = []
        const ledger = { append: (event: SessionEvent) => void events.push(structuredClone(event)) }
        const setup = portfolio(strategy, all, { ...settings, closeAtEnd: false }, { ledger })
        const recorded = runTogether(setup)
        const symbols = setup.symbols.map(({ bars, rules }) => ({
          symbol: bars.symbol,
          interval: bars.interval,
          rules,
          first: 0,
        }))
        const replayed = replayEvents(events, { ...setup, symbols })
        expect(text(replayed.submitted)).toBe(text(recorded.orders.map(({ order }) => order)))
      }),
      { numRuns: 30 },
    )
  })

  it('go on from a snapshot to the same end', () => {
    fc.assert(
      fc.property(THREE, STRATEGIES, SETTINGS, fc.nat(), (all, strategy, settings, seed) => {
        const setup = portfolio(strategy, all, settings)
        const whole = new PortfolioReplay(setup)
        const { length } = whole.timeline
        const stop = seed % length
        whole.advance(stop)
        const state = whole.snapshot()
        whole.advance(length)
        const other = new PortfolioReplay(setup)
        other.restore(JSON.parse(JSON.stringify(state, packBigints), unpackBigints))
        other.advance(length)
        const ends = [whole.finish(), other.finish()].map(({ cash, symbols, exposedBars }) =>
          text([cash, symbols.map(({ quantity }) => quantity), exposedBars]),
        )
        expect(ends[1]).toBe(ends[0])
      }),
      { numRuns: 30 },
    )
  })

  it('see nothing of the future', () => {
    fc.assert(
      fc.property(THREE, STRATEGIES, fc.nat(), (all, strategy, seed) => {
        const replay = new PortfolioReplay(portfolio(strategy, all))
        const end = replay.timeline.length
        const audit = new LookAheadAudit(replay, { first: 0, end, mode: 'full', seed })
        audit.advance(end)
        const before = all.map((bars) => [...bars.close])
        expect(audit.audit(replay.finish()).finding).toBeUndefined()
        expect(all.map((bars) => [...bars.close])).toEqual(before)
      }),
      { numRuns: 10 },
    )
  })

  it('are found out where a strategy reads another symbol’s next bar', () => {
    const rising = barsOf(
      Array.from({ length: 200 }, (_, i) => {
        const price = 100 + 10 * Math.sin(i)
        return [price, price + 1, price - 1, price]
      }),
    )
    const all = [named(rising, 'AAAUSDT'), named(rising, 'BBBUSDT')]
    const [, other] = all
    const peeking = defineStrategy({
      name: 'peeking',
      symbols: ['AAAUSDT'],
      onBar(_indicators, { bars, symbol, target, time }) {
        if (symbol !== 'AAAUSDT') return
        const i = Math.round((time + 1 - START) / 60_000)
        target((other?.close[i] ?? 0) > bars.close.at(0) ? 1 : 0)
      },
    })
    const replay = new PortfolioReplay(portfolio(peeking, all))
    const audit = new LookAheadAudit(replay, { first: 0, end: 200, mode: 'full', seed: 1 })
    audit.advance(200)
    expect(audit.audit(replay.finish()).finding?.what).toContain('it asked for TARGET')
  })
})

describe('a symbol that is never traded', () => {
  it('changes nothing for one that is', () => {
    const onlyFirst = defineStrategy({
      name: 'only-first',
      state: () => ({ calls: 0 }),
      onBar(_indicators, { symbol, state, target }) {
        state.calls += 1
        if (symbol === 'AAAUSDT') target(state.calls % 5 === 0 ? 0 : (state.calls % 4) / 4)
      },
    })
    fc.assert(
      fc.property(THREE, SETTINGS, ([first, second], settings) => {
        if (!first || !second) return
        const alone = runTogether(portfolio(onlyFirst, [first], settings))
        const both = runTogether(portfolio(onlyFirst, [first, second], settings))
        const own = (result: RunResult) =>
          text(result.fills.map(({ barIndex: _, ...fill }) => fill)) + text([result.cash, result.quantity])
        expect(own(both)).toBe(own(alone))
      }),
      { numRuns: 30 },
    )
  })

  const text = (value: unknown) =>
    JSON.stringify(value, (_key, one: unknown) => (typeof one === 'bigint' ? `${one}n` : one))
})

describe('a rotation', () => {
  /** A rises first, then B: at the close of bar 4 all goes from A to B. */
  const a = [100, 101, 102, 103, 103, 103, 103, 103].map((price) => [price, price, price, price])
  const b = [50, 50, 50, 50, 55, 60, 65, 70].map((price) => [price, price, price, price])
  const symbolsOf = (result: RunResult) =>
    result.fills.map(
      ({ symbolIndex, side, time, price, quantity }) =>
        `${(time - START) / 60_000} ${'AB'[symbolIndex]} ${side} ${formatUnits(quantity)} at ${formatUnits(price)}`,
    )

  it('sells one symbol and buys the other with what that brings, at the same open', () => {
    const all = [named(barsOf(a), 'AAAUSDT'), named(barsOf(b), 'BBBUSDT')]
    const result = runTogether(portfolio(rotation, all, { atrPeriod: 1 }))
    // 10,000 ÷ 103 = 97.08737864…; sold at 103 they bring 9,999.99999…, which buys at 60.
    expect(symbolsOf(result)).toEqual([
      '3 A BUY 97.08737864 at 103',
      '5 A SELL 97.08737864 at 103',
      '5 B BUY 166.66666666 at 60',
    ])
    expect(
      result.decisions.map(({ symbolIndex, ask, orderNumber }) => [symbolIndex, ask, orderNumber]),
    ).toEqual([
      [0, { kind: 'TARGET', weight: 1 }, 1],
      [0, { kind: 'TARGET', weight: 0 }, 2],
      // It had to wait for the sale: its order came with that.
      [1, { kind: 'TARGET', weight: 1 }, undefined],
    ])
    expect(result.cash).toBeLessThan(units('1'))
  })

  it('waits with the purchase when the other symbol has no bar to sell in', () => {
    const gap = named(
      (() => {
        const bars = new BarColumns({ symbol: 'AAAUSDT', interval: '1m', capacity: 8 })
        for (const [i, bar] of barList(barsOf(a)).entries()) if (i !== 5) bars.append(bar)
        return bars
      })(),
      'AAAUSDT',
    )
    const result = runTogether(portfolio(rotation, [gap, named(barsOf(b), 'BBBUSDT')], { atrPeriod: 1 }))
    expect(symbolsOf(result)).toEqual([
      '3 A BUY 97.08737864 at 103',
      '6 A SELL 97.08737864 at 103',
      '6 B BUY 153.84615384 at 65',
    ])
  })

  it.each([
    ['target', ({ target }: AnyMarket) => target(0.95)],
    ['bracket', ({ bracket }: AnyMarket) => bracket({ quote: 9_500, stop: 10 })],
  ])('goes on where a limit stops a purchase by %s that waited for the sale', (_, ask) => {
    const careful = defineStrategy({
      name: 'careful',
      state: () => ({ calls: 0 }),
      onBars([first, second], { state }) {
        state.calls += 1
        first?.target(state.calls < 3 ? 0.9 : 0)
        if (second && state.calls === 3) ask(second)
        if (state.calls === 4) second?.target(0.5)
      },
    })
    const all = [named(barsOf(a), 'AAAUSDT'), named(barsOf(b), 'BBBUSDT')]
    const none = undefined
    const limits = {
      ...{ maxOrderQuote: none, maxPositionQuote: units('9400') },
      ...{ maxDailyLoss: none, maxOrdersPerMinute: none },
    }
    const result = runTogether(portfolio(careful, all, { atrPeriod: 1, limits }))
    expect(result.orders.map(({ order, status, reason }) => `${order.side} ${status} ${reason}`)).toEqual([
      ...['BUY FILLED ', 'SELL FILLED ', 'BUY REJECTED MAX_POSITION_QUOTE', 'BUY FILLED '],
    ])
  })

  it('shares one cash account between weights', () => {
    const halves = defineStrategy({
      name: 'halves',
      onBars(markets) {
        for (const market of markets) market.target(0.5)
      },
    })
    const all = [named(barsOf(a), 'AAAUSDT'), named(barsOf(b), 'BBBUSDT')]
    const result = runTogether(portfolio(halves, all, { atrPeriod: 1 }))
    expect(symbolsOf(result)).toEqual(['1 A BUY 49.50495049 at 101', '1 B BUY 100 at 50'])
  })
})

function packBigints(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? { bigint: String(value) } : value
}

function unpackBigints(_key: string, value: unknown): unknown {
  const isPacked = typeof value === 'object' && value !== null && 'bigint' in value
  return isPacked ? BigInt(String(value.bigint)) : value
}
