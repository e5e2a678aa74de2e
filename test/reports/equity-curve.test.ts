import { expect, it } from 'vitest'
import { BarColumns } from '../../engine/model/bars.js'
import type { RunResult } from '../../engine/model/run-result.js'
import { equityCurve, periodsOf } from '../../reports/equity-curve.js'
import { sampleRun } from './sample-run.js'

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

it('the curve starts with the cash at the first open and has a point at the end of each bar', () => {
  const { times, equity, hold, drawdown } = equityCurve(threeBars())
  expect([...times]).toEqual([0, 1, 2, 3].map((i) => START + i * 43_200_000))
  expect([...equity]).toEqual([10_000, 12_000, 9000, 11_000])
  // 10,000 of cash at an open of 100: a hundred times each close.
  expect([...hold]).toEqual([10_000, 11_000, 9900, 12_100])
  // 9,000 and 11,000 below a peak of 12,000.
  expect([...drawdown]).toEqual([0, 0, -0.25, 11 / 12 - 1])
})

it('a bar that ends at midnight belongs to the day that ends there', () => {
  const curve = equityCurve(threeBars())
  expect(periodsOf(curve, 'days')).toEqual([
    { time: START, equity: 9000, gross: 9000, hold: 9900, drawdown: -0.25 },
    { time: Date.UTC(2024, 1, 1), equity: 11_000, gross: 11_000, hold: 12_100, drawdown: 11 / 12 - 1 },
  ])
})

it('months stand where they end, with their deepest drawdown', () => {
  const curve = equityCurve(threeBars())
  expect(periodsOf(curve, 'months').map(({ time, drawdown }) => [time, drawdown])).toEqual([
    [Date.UTC(2024, 0, 1), -0.25],
    [Date.UTC(2024, 1, 1), 11 / 12 - 1],
  ])
})

it('equity before costs is higher by what the fills so far have cost', () => {
  const { result, metrics } = sampleRun({ bars: 500, trades: 20 })
  const { equity, gross } = equityCurve(result)
  const { fees, slippage, gross_profit_before_costs, start_equity } = metrics.values
  expect([equity[1], gross[1]]).toEqual([10_000, 10_000])
  expect((gross.at(-1) ?? 0) - (equity.at(-1) ?? 0)).toBeCloseTo(fees + slippage, 6)
  expect(gross.at(-1)).toBeCloseTo(start_equity + gross_profit_before_costs, 6)
})
