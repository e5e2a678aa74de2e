/** Every bundled strategy runs, trades, says what it is, and never knows the future. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadBars } from '../../data/load-bars.js'
import { generateBars } from '../../data/synthetic.js'
import { loadStrategy } from '../../engine/app/load-strategy.js'
import { LookAheadAudit } from '../../engine/backtest/look-ahead-audit.js'
import { Replay } from '../../engine/backtest/replay.js'
import type { Strategy } from '../../engine/core/strategy.js'
import type { Bars } from '../../engine/model/bars.js'
import { setupOf } from '../market.js'
import { HAS_SHARED, ROOT, sharedPath } from '../shared.js'

const OWN_TESTS = new Set(readdirSync(path.join(ROOT, 'test', 'strategies')))
// A strategy that someone adds has a test file of its own, as `init` writes it.
const NAMES = readdirSync(path.join(ROOT, 'strategies'))
  .filter((file) => file.endsWith('.ts') && !OWN_TESTS.has(file.replace(/\.ts$/, '.test.ts')))
  .map((file) => path.basename(file, '.ts'))
const BARS = generateBars({ seed: 11, count: 120_000 })
const FILES = HAS_SHARED ? readdirSync(sharedPath('data', 'klines')) : []

/** Short windows, so that every strategy decides something on short files too. */
const SHORT: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'sma-cross': { fast: 5, slow: 20 },
  'ema-cross': { fast: 5, slow: 20 },
  'donchian-breakout': { entry: 20, exit: 10 },
  'macd-trend': { fast: 6, slow: 13, signal: 5, trend: 20 },
  'rsi-reversion': { period: 7, patience: 30 },
  'bollinger-squeeze': { period: 20, squeeze: 0.03, memory: 20 },
  'hourly-trend': { pullback: 5, fast: 3, slow: 8 },
  'breakout-bracket': { entry: 20, range: 10, stop: 2, target: 4 },
  'trend-trailing': { fast: 5, slow: 20, distance: 0.01 },
  'limit-reversion': { period: 20, patience: 5 },
  'momentum-rotation': { length: 20, every: 5 },
  'buy-and-hold': {},
}

function audited(strategy: Strategy, params: Readonly<Record<string, number>>, bars: Bars) {
  const settings = { alpha: 0.5, takerFee: 0.001, atrPeriod: 14 }
  const replay = new Replay(setupOf({ strategy, params, bars, settings }))
  const audit = new LookAheadAudit(replay, { first: 0, end: bars.length, mode: 'quick', seed: 1 })
  audit.advance(bars.length)
  const result = replay.finish()
  return { result, report: audit.audit(result) }
}

describe.each(NAMES)('%s', (name) => {
  it('has its file’s name, and says in its head the idea, when it fails and where it is from', async () => {
    const { strategy } = await loadStrategy(name)
    expect(strategy.name).toBe(name)
    const head = readFileSync(path.join(ROOT, 'strategies', `${name}.ts`), 'utf8').split('*/')[0] ?? ''
    expect(head).toMatch(/The idea: /)
    expect(head).toMatch(/fails/)
    expect(head).toMatch(/Source: .*\d{4}/)
  })

  it('trades with its defaults, and without knowing the future', async () => {
    const { strategy } = await loadStrategy(name)
    const { result, report } = audited(strategy, {}, BARS)
    expect(result.fills.length).toBeGreaterThan(0)
    if (name !== 'buy-and-hold') expect(result.trades.length).toBeGreaterThan(5)
    expect(report.finding).toBeUndefined()
  })

  it.skipIf(!HAS_SHARED)('raises no alarm over any file of shared klines', async () => {
    const { strategy } = await loadStrategy(name)
    expect(SHORT[name]).toBeDefined()
    // What reads hours needs shorter bars.
    const isShorter = (file: string) => name !== 'hourly-trend' || /-(1|3|5|15|30)m/.test(file)
    for (const file of FILES.filter(isShorter)) {
      const { bars } = await loadBars({ patterns: [sharedPath('data', 'klines', file)] })
      expect([file, audited(strategy, SHORT[name] ?? {}, bars).report.finding]).toEqual([file, undefined])
    }
  })
})
