/** The same decisions at other costs, orders that come late, and where the profit ends. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { measureSensitivity } from '../../engine/app/measure-sensitivity.js'
import { delayAsks } from '../../engine/backtest/delay-asks.js'
import { PortfolioReplay } from '../../engine/backtest/portfolio-replay.js'
import { AskRecorder } from '../../engine/backtest/record-asks.js'
import { defineStrategy, type Strategy } from '../../engine/core/strategy.js'
import { BarColumns } from '../../engine/model/bars.js'
import type { RunResult } from '../../engine/model/run-result.js'
import { openRules } from '../../engine/model/symbol-rules.js'
import {
  arbitraryBars,
  arbitraryStrategy,
  barList,
  barsOf,
  run,
  scripted,
  settingsOf,
  traceOf,
} from '../market.js'

/** A trace without the first call, which is earlier without indicators. */
const tradedBy = (result: RunResult): string => traceOf({ ...result, firstCall: 0 })

/** Bars of a range of 2 around 100, and from bar 10 on around 110. */
const STEP = barsOf(
  Array.from({ length: 20 }, (_, i) => {
    const price = i < 10 ? 100 : 110
    return [price, price + 1, price - 1, price, 1000]
  }),
)

/** Buys and sells at the same price. */
const ONCE = scripted({ 2: ({ target }) => target(1), 3: ({ target }) => target(0) })

describe('recorded asks', () => {
  it('trade at other costs as the strategy itself does', () => {
    fc.assert(
      fc.property(
        arbitraryStrategy(),
        arbitraryBars(),
        fc.record({
          alpha: fc.constantFrom(0, 0.3, 2),
          makerFee: fc.constantFrom(0, 0.001),
          takerFee: fc.constantFrom(0, 0.004),
        }),
        (strategy, bars, costs) => {
          const recorder = new AskRecorder(strategy)
          const recording = run({ strategy: recorder.strategy, bars, settings: { alpha: 0.5 } })
          expect(traceOf(recording)).toBe(traceOf(run({ strategy, bars, settings: { alpha: 0.5 } })))
          const { replayed } = recorder
          if (!replayed) throw new Error('it never looks at its account')
          const own = run({ strategy, bars, settings: costs })
          expect(tradedBy(run({ strategy: replayed(), bars, settings: costs }))).toBe(tradedBy(own))
        },
      ),
      { numRuns: 60 },
    )
  })

  it('are those of several symbols too, decided together', () => {
    const names = ['AAAUSDT', 'BBBUSDT']
    const symbols = names.map((symbol, k) => {
      const bars = new BarColumns({ symbol, interval: '1m', capacity: 21 })
      for (const bar of barList(STEP)) bars.append({ ...bar, open: bar.open + k })
      return { bars, rules: openRules(symbol, symbol.slice(0, 3), 'USDT') }
    })
    const strategy = defineStrategy({
      name: 'in-turns',
      onBars(markets, { time }) {
        const turn = Math.floor(time / 180_000) % 2
        for (const [k, { target }] of markets.entries()) target(k === turn ? 0.9 : 0)
      },
    })
    const trade = (one: Strategy, alpha: number) => {
      const replay = new PortfolioReplay({
        identity: { epoch: 0, hash6: 'abc123' },
        strategy: one,
        params: {},
        symbols,
        settings: settingsOf({ alpha }),
      })
      replay.advance(replay.timeline.length)
      return replay.finish()
    }
    const recorder = new AskRecorder(strategy)
    trade(recorder.strategy, 0)
    const { replayed } = recorder
    const own = trade(strategy, 0.7)
    expect(own.fills.length).toBeGreaterThan(8)
    expect(replayed && tradedBy(trade(replayed(), 0.7))).toBe(tradedBy(own))
  })

  it.each([
    ['position', scripted({ 1: ({ position, buy }) => position.isFlat && buy({ quote: 10 }) })],
    ['equity', scripted({ 1: ({ equity, buy }) => buy({ quote: equity / 2 }) })],
    ['cash', scripted({ 1: ({ cash, buy }) => buy({ quote: cash / 2 }) })],
  ])('are not for a strategy that looks at its %s', (_name, strategy) => {
    const recorder = new AskRecorder(strategy)
    run({ strategy: recorder.strategy, bars: STEP })
    expect(recorder.replayed).toBeUndefined()
  })
})

describe('late asks', () => {
  it('are those that a strategy a bar later would make', () => {
    const early = scripted({ 2: ({ buy }) => buy({ quote: 100 }), 6: ({ close }) => close() })
    const late = scripted({ 3: ({ buy }) => buy({ quote: 100 }), 7: ({ close }) => close() })
    expect(traceOf(run({ strategy: delayAsks(early), bars: STEP }))).toBe(
      traceOf(run({ strategy: late, bars: STEP })),
    )
  })
})

describe('sensitivity', () => {
  const own = { alpha: 0.5, makerFee: 0, takerFee: 0 }
  const held = scripted({ 3: ({ target }) => target(1), 14: ({ target }) => target(0) })
  const at = (strategy: Strategy, costs: Partial<typeof own>) =>
    run({ strategy, bars: STEP, settings: { ...costs, atrPeriod: 1 } })

  it('has the run itself in its grid, and what other runs come to', async () => {
    const { alphas, fees, layers, own: place, method } = await measureSensitivity(held, own, at)
    expect(method).toBe('DECISIONS')
    expect(alphas).toEqual([0, 0.25, 0.5, 0.75, 1])
    expect(fees.map(({ taker }) => taker)).toEqual([0, 0.0005, 0.001, 0.0015, 0.002])
    expect(place).toEqual({ alpha: 2, fee: 0 })
    expect(layers.map(({ delayBars }) => delayBars)).toEqual([0, 1])
    // 10,000 at 100 + 0.75 · 2 and back at 110 − 0.75 · 2, 0.2 % of each as fee.
    const cell = layers[0]?.cells[3]?.[4]
    expect(cell?.netReturn).toBeCloseTo((0.998 * 0.998 * 108.5) / 101.5 - 1, 8)
    expect(cell?.netProfit).toBeCloseTo(10_000 * ((0.998 * 0.998 * 108.5) / 101.5 - 1), 4)
    expect(cell?.trades).toBe(1)
  })

  it('finds where the profit ends', async () => {
    const { layers } = await measureSensitivity(held, own, at)
    // 100 + 2 · alpha = 110 − 2 · alpha.
    expect(layers[0]?.breakEvenAlpha.kind).toBe('AT')
    expect(layers[0]?.breakEvenAlpha.value).toBeCloseTo(2.5, 4)
    // (1 − fee)² · 109 = 101.
    const free = await measureSensitivity(held, { ...own, takerFee: 0.001, makerFee: 0.001 }, at)
    expect(free.layers[0]?.breakEvenFee.value).toBeCloseTo(1 - Math.sqrt(101 / 109), 5)
  })

  it('says so where there is no profit, and where it does not end', async () => {
    const losing = await measureSensitivity(ONCE, own, at)
    expect(losing.layers[0]?.breakEvenAlpha).toEqual({ kind: 'LOSES', value: null })
    const lasting = await measureSensitivity(held, { ...own, alpha: 0.001 }, at)
    expect(lasting.layers[0]?.breakEvenAlpha).toEqual({ kind: 'BEYOND', value: 0.064 })
  })

  it('decides again where the strategy looks at its account, and is late where orders are', async () => {
    // Late, it does not catch the step any more.
    const looking = scripted({
      8: ({ position, target }) => position.isFlat && target(1),
      12: ({ close }) => close(),
    })
    const { layers, method } = await measureSensitivity(looking, own, at)
    expect(method).toBe('REPLAY')
    expect(layers[0]?.cells[0]?.[0]?.netReturn).toBeCloseTo(0.1, 8)
    expect(layers[1]?.cells[0]?.[0]?.netReturn).toBeCloseTo(0, 8)
  })
})
