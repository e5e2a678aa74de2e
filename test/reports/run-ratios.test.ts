import { describe, expect, it } from 'vitest'
import { backtestingPyRatios } from '../../engine/math/metrics/compat/backtesting-py.js'
import { ratioText } from '../../reports/compare-text.js'
import { RATIO_FORMULAS, runRatios } from '../../reports/run-ratios.js'
import { sampleRun } from './sample-run.js'
import { sampleStored } from './sample-stored.js'

const DAY = 86_400_000

describe('ratios of a run by other tools', () => {
  it('have a formula each, in their order', () => {
    const tools = runRatios(sampleStored({ bars: 24 * 40 })).map(({ tool }) => tool.replace(', daily', ''))
    expect(tools).toEqual(RATIO_FORMULAS.map(({ tool }) => tool))
  })

  it.each([
    // Thirty weeks from Monday, 1 January 2024: the last bar opens 29 weeks behind the first.
    ['weeks', { interval: '1w', bars: 30 }, 29 * 7, 52],
    ['three days', { interval: '3d', bars: 30 }, 29 * 3, 365],
    // To 1 June 2025.
    ['months', { interval: '1M', bars: 18 }, (Date.UTC(2025, 5, 1) - Date.UTC(2024, 0, 1)) / DAY, 12],
    // Monday to Thursday.
    ['days without a weekend', { interval: '1d', bars: 4 }, 3, 252],
  ] as const)('take a return a bar of %s for backtesting.py', (_, options, days, daysPerYear) => {
    const run = sampleStored({ ...options, trades: 1 })
    const { equity } = sampleRun({ ...options, trades: 1 }).result
    const found = runRatios(run).find(({ tool }) => tool === 'backtesting.py')?.ratios
    const expected = backtestingPyRatios({
      dayEnds: equity,
      startEquity: 10_000,
      endEquity: equity.at(-1) ?? 0,
      maxDrawdown: run.metrics.max_drawdown,
      ...{ days, daysPerYear },
    })
    expect(found).toEqual(expected)
  })

  it('print what is endless as such', () => {
    expect([1.005, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map(ratioText)).toEqual([
      ...['1.00', '–', '∞', '−∞'],
    ])
  })
})
