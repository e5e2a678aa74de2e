import { expect, it } from 'vitest'
import { breakEvenFee, costsOf } from '../../../engine/math/metrics/costs.js'
import { monthlyCosts } from '../../../engine/math/metrics/monthly-costs.js'
import { runMetrics } from '../../../engine/math/metrics/run-metrics.js'
import { fixtureRun, units } from './run-fixture.js'

const DAYS = Array.from({ length: 60 }, (_, day) => 100 + day)

/** Bought on 2 January at 101 and sold on 10 February, each with commission and slippage. */
const run = fixtureRun({
  interval: '1d',
  closes: DAYS,
  fills: [
    {
      bar: 1,
      side: 'BUY',
      price: '101',
      quantity: '2',
      commission: '0.3',
      commissionAsset: 'USDT',
      slippage: '1',
    },
    {
      bar: 40,
      side: 'SELL',
      price: '138',
      quantity: '2',
      commission: '0.2',
      commissionAsset: 'USDT',
      slippage: '2',
    },
  ],
})

it('each month bears its own costs, and the nets add up to the change of equity', () => {
  const months = monthlyCosts(run)
  expect(months.map(({ time }) => new Date(time).toISOString().slice(0, 7))).toEqual(['2024-01', '2024-02'])
  // The close of 31 January is 130: 2 × (130 − 101) − 0.3; then 2 × (138 − 130) − 0.2.
  const printed = months.map(({ gross, slippage, fees, net }) =>
    [net, slippage, fees, gross].map((x) => x.toFixed(6)),
  )
  expect(printed).toEqual([
    ['57.700000', '1.000000', '0.300000', '59.000000'],
    ['15.800000', '2.000000', '0.200000', '18.000000'],
  ])
  expect(months.reduce((sum, { net }) => sum + net, 0)).toBeCloseTo(runMetrics(run).values.net_profit, 9)
})

it('the break-even fee is what the fills could have paid of what they traded', () => {
  // Net 73.5 and fees 0.5 of 202 + 276 traded.
  expect(breakEvenFee(costsOf(run.fills, run.rules), units('73.5'))).toBeCloseTo(74 / 478, 12)
  expect(breakEvenFee(costsOf([], run.rules), 0n)).toBeNaN()
})
