import { describe, expect, it } from 'vitest'
import { generateBars } from '../../../data/synthetic.js'
import { runBacktest } from '../../../engine/backtest/run-backtest.js'
import { strategyParams } from '../../../engine/core/strategy.js'
import { toUnits } from '../../../engine/model/money.js'
import { openRules } from '../../../engine/model/symbol-rules.js'
import { toBase85 } from '../../../reports/price-chart/base85.js'
import { smaCross } from '../../../strategies/sma-cross.js'
import { wholeChart } from './whole-chart.js'

describe('the chart of 4,000,000 minutes', () => {
  it('takes less than 5 MB of the page, and the first view a twentieth of it', async () => {
    const bars = generateBars({ seed: 1, count: 4_000_000 })
    const params = strategyParams(smaCross, {})
    const result = runBacktest({
      identity: { epoch: 0, hash6: '000000' },
      strategy: smaCross,
      params,
      bars,
      rules: openRules(bars.symbol, 'SYNTH', 'USDT'),
      settings: {
        cash: toUnits(10_000),
        alpha: 0.5,
        atrPeriod: 14,
        atrSource: 'next',
        clamp: 'none',
        makerFee: 0.001,
        takerFee: 0.001,
        feeAsset: 'received',
        limitFill: 'through',
        participation: undefined,
        insideBar: 'worst',
        warmup: 0,
        closeAtEnd: false,
      },
      first: 0,
      end: bars.length,
    })
    const { blocks, early, manifest } = await wholeChart(result, smaCross.indicators(params), 'trades')
    const sizes = blocks.map((block) => toBase85(block).length)
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
    expect(result.fills.length).toBeGreaterThan(4000)
    expect(sum(sizes) + JSON.stringify(manifest).length).toBeLessThan(5_000_000)
    expect(sum(sizes.slice(0, early))).toBeLessThan(250_000)
    expect(manifest.levels.map(({ name, hasLines }) => `${name} ${hasLines}`)).toEqual([
      ...['1m true', '15m false', '1h true', '4h true', '1d true', '1w true'],
    ])
  })
})
