import { describe, expect, it } from 'vitest'
import { METRICS } from '../../engine/math/metrics/metric-table.js'
import { ONE } from '../../engine/model/money.js'
import { daysOf, formatMetric, moneyDecimals, printMetric, standingOf } from '../../reports/print-metric.js'
import { sampleRun } from './sample-run.js'

describe('standingOf', () => {
  it.each([
    ['cagr', 29.99, 'hidden'],
    ['cagr', 30, 'grey'],
    ['sharpe', 89.99, 'grey'],
    ['sharpe', 90, 'plain'],
    ['max_drawdown', 1, 'plain'],
    ['net_return', 1, 'plain'],
  ] as const)('%s of a run of %d days is %s', (key, days, standing) => {
    expect(standingOf(key, days)).toBe(standing)
  })

  it('knows every metric that is scaled to a year', () => {
    const scaled = Object.entries(METRICS)
      .filter(([, { unit, definition }]) => /year/.test(unit) || /√365/.test(definition))
      .map(([key]) => key)
    const annual = Object.keys(METRICS).filter(
      (key) => standingOf(key as keyof typeof METRICS, 1) === 'hidden',
    )
    // Calmar is scaled too: its numerator is CAGR.
    expect(new Set(annual)).toEqual(new Set([...scaled, 'calmar']))
  })
})

describe('printMetric', () => {
  it('hides an annual figure of a short run and says why', () => {
    const { result, metrics } = sampleRun({ bars: 24 * 20 + 5 })
    expect(printMetric('sharpe', result, metrics)).toMatchObject({
      text: 'hidden: only 20 days',
      standing: 'hidden',
    })
  })

  it('says in its definition why a figure is grey', () => {
    const { result, metrics } = sampleRun({ bars: 24 * 50 })
    expect(printMetric('cagr', result, metrics).definition).toContain('only 50 days')
  })

  it('prints what is undefined as a dash', () => {
    const { result, metrics } = sampleRun({ bars: 24 * 100, trades: 0 })
    expect(printMetric('profit_factor', result, metrics).text).toBe('–')
    expect(printMetric('sharpe', result, metrics).text).toBe('–')
  })
})

it.each([
  ['quote', 1234.567, '1,234.57'],
  ['fraction', 0.1234, '12.34%'],
  ['fraction a year', -0.5, '−50.00%'],
  ['ratio', 1.2345, '1.23'],
  ['times a year', 12.5, '12.50'],
  ['days', 72.44, '72.4'],
  ['bars', 1440, '1,440'],
  ['bars', 12.25, '12.3'],
  ['count', 24, '24'],
  ['ATR', 0.83, '0.830'],
] as const)('a value in %s is printed by its unit', (unit, value, text) => {
  expect(formatMetric(unit, value, sampleRun().result)).toBe(text)
})

it('amounts have two decimals, and eight where a run starts with less than a hundred', () => {
  expect([moneyDecimals(100n * ONE), moneyDecimals(100n * ONE - 1n)]).toEqual([2, 8])
})

it('days run from the first open to the end of the last bar', () => {
  expect(daysOf(sampleRun({ bars: 36 }).result)).toBe(1.5)
})
