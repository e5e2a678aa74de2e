/** Trials that write their equity over that of the one before give the rows that they give alone. */
import { expect, it } from 'vitest'
import { generateBars } from '../../data/synthetic.js'
import { EquityMemory } from '../../engine/backtest/equity-memory.js'
import { strategyParams } from '../../engine/core/strategy.js'
import { openRules } from '../../engine/model/symbol-rules.js'
import { runTrial } from '../../engine/sweep/run-trial.js'
import { smaCross } from '../../strategies/sma-cross.js'
import { settingsOf } from '../market.js'

it('gives the same rows in memory that other trials have left, longer and shorter ones', () => {
  const bars = generateBars({ seed: 3, count: 6000 })
  const day = 1440 * 60_000
  const [start = 0] = bars.openTime
  const setup = {
    strategy: smaCross,
    symbols: [{ bars, rules: openRules(bars.symbol, 'SYNTH', 'USDT') }],
    settings: settingsOf({ takerFee: 0.001 }),
    benchmark: bars.symbol,
  }
  const memory = new EquityMemory()
  for (const [fast, from, to] of [
    [5, 0, 4],
    [9, 1, 2],
    [5, 0, 4],
    [20, 2, 4],
  ] as const) {
    const params = strategyParams(smaCross, { fast, slow: 50 })
    const trial = { key: '', params, range: [start + from * day, start + to * day] } as const
    const alone = runTrial(setup, trial)
    expect(alone.status).toBe('DONE')
    expect(runTrial(setup, trial, { memory })).toEqual(alone)
  }
})
