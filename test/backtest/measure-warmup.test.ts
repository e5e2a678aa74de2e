import { describe, expect, it } from 'vitest'
import { generateBars } from '../../data/synthetic.js'
import { measureWarmup } from '../../engine/backtest/measure-warmup.js'
import { close, crossedAbove, crossedBelow, defineStrategy, ema, sma } from '../../engine/index.js'
import { smaCross } from '../../strategies/sma-cross.js'
import { setupOf } from '../market.js'

const BARS = generateBars({ seed: 3, count: 60_000 })

describe('the measured warm-up', () => {
  it('of a window is the window: no more history changes a decision', () => {
    const setup = setupOf({
      strategy: smaCross,
      params: { fast: 20, slow: 80 },
      bars: BARS,
      settings: { atrPeriod: 14 },
    })
    const report = measureWarmup(setup, BARS.length, 1)
    // 80 closes are needed for the average now, and one more for the bar before: a crossing looks back once.
    expect(report.declared).toBe(79)
    expect(report.measured).toBeLessThanOrEqual(80)
    expect(report.measured).toBeGreaterThan(40)
    expect(report.decisions).toBeGreaterThan(50)
  })

  it('of a recursive average is longer than the declared one', () => {
    const strategy = defineStrategy({
      name: 'recursive',
      indicators: () => ({ slow: ema(close, 400), fast: sma(close, 5) }),
      onBar({ slow, fast }, { target }) {
        if (crossedAbove(fast, slow)) target(1)
        if (crossedBelow(fast, slow)) target(0)
      },
    })
    const report = measureWarmup(setupOf({ strategy, bars: BARS }), BARS.length, 1)
    expect(report.declared).toBe(399)
    expect(report.measured).toBeGreaterThan(500)
    expect(report.measured).toBeLessThan(400 * 20)
  })

  it('of a strategy without indicators is nothing to speak of', () => {
    const strategy = defineStrategy({
      name: 'by-the-bar',
      onBar(_indicators, { bars, target }) {
        target(bars.close.at(0) > bars.open.at(0) ? 1 : 0)
      },
    })
    expect(measureWarmup(setupOf({ strategy, bars: BARS }), BARS.length, 1).measured).toBeLessThanOrEqual(3)
  })
})
