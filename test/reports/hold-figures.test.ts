import { expect, it } from 'vitest'
import { runMetrics } from '../../engine/math/metrics/run-metrics.js'
import { holdFigures } from '../../reports/hold-figures.js'
import { sampleRun } from './sample-run.js'

it('buy and hold has the figures of a run whose equity is the close', () => {
  const { result } = sampleRun({ bars: 24 * 120, trades: 0 })
  const cash = 10_000
  const firstOpen = result.bars.open[0] ?? Number.NaN
  const equity = Float64Array.from(result.equity, (_, i) => ((result.bars.close[i] ?? 0) / firstOpen) * cash)
  const held = runMetrics({ ...result, equity }).values
  const hold = holdFigures(result, runMetrics(result))
  for (const key of ['net_return', 'cagr', 'sharpe', 'sortino', 'max_drawdown', 'calmar'] as const) {
    expect(hold[key]).toBeCloseTo(held[key], 9)
  }
})
