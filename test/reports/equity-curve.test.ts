import { expect, it } from 'vitest'
import { BarColumns, valueAt } from '../../engine/model/bars.js'
import type { RunResult } from '../../engine/model/run-result.js'
import { equityLines, MAX_POINTS } from '../../reports/equity-chart.js'
import { CurvePeriods, curveOf } from '../../reports/equity-curve.js'
import { thinToExtremes } from '../../reports/thin-series.js'
import { sampleRun } from './sample-run.js'

const NAMES = ['equity', 'gross', 'hold', 'drawdown'] as const
type Name = (typeof NAMES)[number]

const START = Date.UTC(2024, 0, 31)

/** Three twelve-hour bars over the end of January: closes 110, 99, 121 from an open of 100. */
function threeBars(): RunResult {
  const bars = new BarColumns({ symbol: 'BTCUSDT', interval: '12h' })
  const closes = [110, 99, 121]
  closes.forEach((close, i) => {
    bars.append({ openTime: START + i * 43_200_000, open: 100, high: 130, low: 90, close, volume: 1 })
  })
  return {
    ...sampleRun({ bars: 3, trades: 0 }).result,
    bars,
    equity: Float64Array.of(12_000, 9000, 11_000),
  }
}

/** The whole curve, and its periods, read so many points at a time. */
function read(result: RunResult, { size, by = 'days' }: { size?: number; by?: 'days' | 'months' } = {}) {
  const periods = new CurvePeriods(result, by)
  const curve = { equity: [], gross: [], hold: [], drawdown: [] } as Record<Name, number[]>
  for (const stretch of curveOf(result, size)) {
    for (const name of NAMES) curve[name].push(...stretch[name])
    periods.take(stretch)
  }
  return { ...curve, periods: periods.all }
}

it('the curve starts with the cash at the first open and has a point at the end of each bar', () => {
  const { equity, hold, drawdown } = read(threeBars())
  expect([...equity]).toEqual([10_000, 12_000, 9000, 11_000])
  // 10,000 of cash at an open of 100: a hundred times each close.
  expect([...hold]).toEqual([10_000, 11_000, 9900, 12_100])
  // 9,000 and 11,000 below a peak of 12,000.
  expect([...drawdown]).toEqual([0, 0, -0.25, 11 / 12 - 1])
})

it('a bar that ends at midnight belongs to the day that ends there', () => {
  expect(read(threeBars()).periods).toEqual([
    { time: START, equity: 9000, gross: 9000, hold: 9900, drawdown: -0.25 },
    { time: Date.UTC(2024, 1, 1), equity: 11_000, gross: 11_000, hold: 12_100, drawdown: 11 / 12 - 1 },
  ])
})

it('months stand where they end, with their deepest drawdown', () => {
  expect(read(threeBars(), { by: 'months' }).periods.map(({ time, drawdown }) => [time, drawdown])).toEqual([
    [Date.UTC(2024, 0, 1), -0.25],
    [Date.UTC(2024, 1, 1), 11 / 12 - 1],
  ])
})

it('equity before costs is higher by what the fills so far have cost', () => {
  const { result, metrics } = sampleRun({ bars: 500, trades: 20 })
  const { equity, gross } = read(result)
  const { fees, slippage, gross_profit_before_costs, start_equity } = metrics.values
  expect([equity[1], gross[1]]).toEqual([10_000, 10_000])
  expect((gross.at(-1) ?? 0) - (equity.at(-1) ?? 0)).toBeCloseTo(fees + slippage, 6)
  expect(gross.at(-1)).toBeCloseTo(start_equity + gross_profit_before_costs, 6)
})

it('the curve is the same however many points are read at a time', () => {
  const { result } = sampleRun({ bars: 500, trades: 20 })
  const whole = read(result)
  for (const size of [1, 2, 7, 64, 499, 500, 501]) expect(read(result, { size })).toEqual(whole)
})

it('the lines of the chart are the extremes of the curve at their times', () => {
  const { result } = sampleRun({ bars: 5000, trades: 20 })
  const columns = read(result)
  const lines = equityLines(result)
  // The first open, and the end of each bar.
  const times = Array.from({ length: 5001 }, (_, i) => valueAt(result.bars.openTime, 0) + i * 3_600_000)
  for (const name of ['equity', 'gross', 'hold', 'drawdown'] as const) {
    const kept = thinToExtremes(Float64Array.from(columns[name]), MAX_POINTS)
    expect(lines[name].map(({ t }) => t)).toEqual(kept.map((i) => times[i]))
  }
  expect(lines.span).toEqual([times[0], times.at(-1)])
})
