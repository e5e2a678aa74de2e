/** The audit finds strategies that peek, and raises no alarm over those that do not. */
import { readdirSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashBars } from '../../data/content-hash.js'
import { loadBars } from '../../data/load-bars.js'
import { generateBars } from '../../data/synthetic.js'
import { type AuditReport, LookAheadAudit } from '../../engine/backtest/look-ahead-audit.js'
import { Replay } from '../../engine/backtest/replay.js'
import type { Context } from '../../engine/core/context.js'
import { defineStrategy, type Strategy } from '../../engine/core/strategy.js'
import { close, crossedAbove, crossedBelow, sma } from '../../engine/index.js'
import type { Indicator, Kernel } from '../../engine/math/indicator.js'
import { type Column, valueAt } from '../../engine/model/bars.js'
import { buyAndHold } from '../../strategies/buy-and-hold.js'
import { smaCross } from '../../strategies/sma-cross.js'
import { arbitraryBars, arbitraryStrategy, type RunParts, run, setupOf, traceOf } from '../market.js'
import { HAS_SHARED, sharedPath } from '../shared.js'

function audit(parts: RunParts, { mode = 'quick' as 'quick' | 'full', seed = 1 } = {}) {
  const setup = setupOf(parts)
  const end = parts.end ?? parts.bars.length
  const replay = new Replay(setup)
  const auditor = new LookAheadAudit(replay, { first: setup.first, end, mode, seed })
  auditor.advance(end)
  const result = replay.finish()
  const before = traceOf(result)
  const report: AuditReport = auditor.audit(result)
  expect(traceOf(result)).toBe(before)
  return { report, result }
}

/** An indicator from a function of the whole source: what a careless vectorised one does. */
function careless(
  name: string,
  levelAt: (x: Column, i: number, length: number) => number,
): Indicator<'value'> {
  const kernel: Kernel = {
    run([x], [out], from, to) {
      if (!x || !out) return
      for (let i = from; i < to; i++) out[i] = levelAt(x, i, BARS.length)
    },
    snapshot: () => [],
    restore: () => {},
  }
  return {
    kind: 'indicator',
    key: name,
    sources: [close],
    outputs: ['value'],
    warmup: 0,
    createKernel: () => kernel,
  }
}

const BARS = generateBars({ seed: 7, count: 30_000 })

/** Long while the close is above a level that knows too much. */
function above(name: string, levelAt: (x: Column, i: number, length: number) => number): Strategy {
  return defineStrategy({
    name,
    indicators: () => ({ price: sma(close, 1), level: careless(name, levelAt) }),
    onBar({ price, level }, { target }) {
      if (crossedAbove(price, level)) target(1)
      if (crossedBelow(price, level)) target(0)
    },
  })
}

/** The close `ahead` bars on, as far as there is one. */
const later = (x: Column, i: number, ahead: number, length: number) =>
  valueAt(x, Math.min(length - 1, i + ahead))

let mean = Number.NaN

const PEEKING: Readonly<Record<string, Strategy>> = {
  'one bar ahead': above('next-close', (x, i, n) => 2 * valueAt(x, i) - later(x, i, 1, n)),
  'a centred window': above('centred', (x, i, n) => {
    let sum = 0
    for (let k = -10; k <= 10; k++) sum += later(x, Math.max(0, i + k), 0, n)
    return sum / 21
  }),
  'a mean of the whole range': above('normalised', (x, i, n) => {
    // Added up once for many bars, as a vectorised column would be.
    if (i % 1000 === 0 || Number.isNaN(mean)) mean = x.subarray(0, n).reduce((sum, one) => sum + one, 0) / n
    return mean
  }),
  'the unfinished longer bar': above('hour', (x, i, n) => {
    const minute = (valueAt(BARS.openTime, i) / 60_000) % 60
    return 0.5 * (valueAt(x, i) + later(x, i, 59 - minute, n))
  }),
  'a closure over whole arrays': defineStrategy({
    name: 'closure',
    state: () => ({ i: -1 }),
    onBar(_indicators, { time, target }: Context<unknown, { i: number }>) {
      const i = (time + 1 - valueAt(BARS.openTime, 0)) / 60_000 - 1
      if (i % 50 !== 0) return
      target(later(BARS.close, i, 20, BARS.length) > valueAt(BARS.close, i) ? 1 : 0)
    },
  }),
}

describe('a strategy that peeks', () => {
  it.each(Object.entries(PEEKING))('is found: %s', (_name, strategy) => {
    for (const seed of [1, 2, 3]) {
      const { report, result } = audit({ strategy, bars: BARS, settings: { atrPeriod: 14 } }, { seed })
      expect(result.decisions.length).toBeGreaterThan(20)
      expect(report.finding?.what).toMatch(
        /^it asked for (TARGET|nothing), and for (TARGET|nothing) when the bars after 2020-/,
      )
      expect(report.finding?.cut).toBeGreaterThanOrEqual(0)
    }
  })
})

describe('a strategy that keeps to the past', () => {
  it('raises no alarm, whatever it does', () => {
    fc.assert(
      fc.property(arbitraryStrategy(), arbitraryBars(), fc.nat(), (strategy, bars, seed) => {
        expect(audit({ strategy, bars }, { seed }).report.finding).toBeUndefined()
      }),
      { numRuns: 100 },
    )
  })

  it('is audited at eight cuts or more, most of them where orders were asked for, and stays quick', () => {
    const { report } = audit({ strategy: smaCross, params: { fast: 20, slow: 60 }, bars: BARS })
    expect(report.cuts.length).toBeGreaterThanOrEqual(8)
    expect(report.cutsAtOrders).toBeGreaterThanOrEqual(6)
    expect(report.share).toBeGreaterThan(0.01)
    expect(report.share).toBeLessThan(0.25)
    expect(report.finding).toBeUndefined()
    const spread = (report.cuts.at(-1) ?? 0) - (report.cuts[0] ?? 0)
    expect(spread).toBeGreaterThan(BARS.length / 3)
  })

  it('leaves the bars as they were, to the bit', () => {
    const before = hashBars(BARS)
    audit({ strategy: smaCross, params: { fast: 20, slow: 60 }, bars: BARS }, { mode: 'full' })
    expect(hashBars(BARS)).toBe(before)
  })

  it('gives the run that it gives without an audit', () => {
    const parts = { strategy: smaCross, params: { fast: 20, slow: 60 }, bars: BARS, settings: { alpha: 0.5 } }
    expect(traceOf(audit(parts).result)).toBe(traceOf(run(parts)))
  })

  describe.skipIf(!HAS_SHARED)('over every file of shared klines', () => {
    const files = HAS_SHARED ? readdirSync(sharedPath('data', 'klines')) : []
    it.each(files)('%s', async (file) => {
      const { bars } = await loadBars({ patterns: [sharedPath('data', 'klines', file)] })
      const settings = { alpha: 0.5, takerFee: 0.001, atrPeriod: 14 }
      const all: readonly (readonly [Strategy, Readonly<Record<string, number>>])[] = [
        [smaCross, { fast: 10, slow: 30 }],
        [buyAndHold, {}],
      ]
      for (const [strategy, params] of all) {
        expect(audit({ strategy, params, bars, settings }).report.finding).toBeUndefined()
      }
    })
  })
})
