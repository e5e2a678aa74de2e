import { describe, expect, it } from 'vitest'
import { riskMultiples } from '../../../engine/math/metrics/risk-multiples.js'
import { metricsJson, runMetrics } from '../../../engine/math/metrics/run-metrics.js'
import { ONE } from '../../../engine/model/money.js'
import type { Order, OrderRecord, OrderStatus } from '../../../engine/model/order.js'
import type { RunResult } from '../../../engine/model/run-result.js'
import { toEpochMs } from '../../../engine/model/time.js'
import { fixtureRun, moment } from './run-fixture.js'

const HOUR = 3_600_000
const START = moment('2024-01-01')
/** The close of a bar, which decides, and the open of a bar, which fills. */
const closeOf = (bar: number): number => START + (bar + 1) * HOUR - 1
const openOf = (bar: number): number => START + bar * HOUR

interface Stop {
  readonly bar: number
  readonly at?: bigint
  readonly delta?: number
  readonly type?: 'STOP_LOSS' | 'STOP_LOSS_LIMIT' | 'TAKE_PROFIT'
  readonly status?: OrderStatus
  readonly endBar?: number
}

function stopOrder({ bar, at, delta, type = 'STOP_LOSS', status = 'FILLED', endBar }: Stop): OrderRecord {
  const order = {
    ...{ number: 9, symbolIndex: 0, side: 'SELL', type, quantity: ONE, tag: '' },
    decisionTime: toEpochMs(closeOf(bar)),
    decisionOpenTime: toEpochMs(openOf(bar)),
    ...(at !== undefined && { stopPrice: at }),
    ...(delta !== undefined && { trailingDelta: delta }),
    // The type says which prices an order has; each row gives those.
  } as Order
  const endTime = endBar === undefined ? {} : { endTime: toEpochMs(openOf(endBar)) }
  return { order, status, executedQuantity: 0n, reason: '', ...endTime }
}

/** Two of base bought at 100 in bar 2, by the decision of bar 1, and sold at 106 in bar 4, for 1 of fees. */
function runWith(...stops: readonly Stop[]): RunResult {
  const run = fixtureRun({
    closes: [100, 100, 100, 100, 100, 100],
    fills: [
      { bar: 2, side: 'BUY', price: '100', quantity: '2' },
      { bar: 4, side: 'SELL', price: '106', quantity: '2', commission: '1', commissionAsset: 'USDT' },
    ],
  })
  return { ...run, orders: [...run.orders, ...stops.map(stopOrder)] }
}

// Net is 2 · 6 − 1 = 11.
describe('riskMultiples', () => {
  it.each<readonly [name: string, stop: Stop, expected: number | undefined]>([
    // 11 ÷ (2 · 4)
    ['of the bracket that came with the purchase', { bar: 1, at: 96n * ONE }, 1.375],
    ['of a stop-limit, by its trigger', { bar: 1, at: 96n * ONE, type: 'STOP_LOSS_LIMIT' }, 1.375],
    ['asked for at the close of the bar that filled', { bar: 2, at: 96n * ONE }, 1.375],
    ['asked for a bar later', { bar: 3, at: 96n * ONE }, undefined],
    ['asked for before the purchase', { bar: 0, at: 96n * ONE }, undefined],
    ['that was refused', { bar: 1, at: 96n * ONE, status: 'REJECTED' }, undefined],
    ['that was over before the purchase was filled', { bar: 1, at: 96n * ONE, endBar: 1 }, undefined],
    ['that ended with the trade', { bar: 1, at: 96n * ONE, endBar: 4 }, 1.375],
    ['at the entry', { bar: 1, at: 100n * ONE }, undefined],
    ['that takes profit', { bar: 1, at: 96n * ONE, type: 'TAKE_PROFIT' }, undefined],
    // 2 % of 100 below 100: 11 ÷ (2 · 2)
    ['that trails from the entry', { bar: 1, delta: 200 }, 2.75],
    // 2 % below 98 is 96.04: 11 ÷ (2 · 3.96)
    ['that trails from a price of its own', { bar: 1, at: 98n * ONE, delta: 200 }, 1.3888888888888888],
  ])('takes a stop %s', (_, stop, expected) => {
    const { trades, withoutStop } = riskMultiples(runWith(stop))
    expect(trades.map(({ multiple }) => multiple.toFixed(12))).toEqual(
      expected === undefined ? [] : [expected.toFixed(12)],
    )
    expect(withoutStop).toBe(expected === undefined ? 1 : 0)
  })

  it('takes the first of several stops: what it is moved to later is no initial risk', () => {
    expect(riskMultiples(runWith({ bar: 2, at: 99n * ONE }, { bar: 1, at: 96n * ONE })).median).toBe(1.375)
  })

  it('counts the excursion in the same unit', () => {
    const run = runWith({ bar: 1, at: 96n * ONE })
    const [trade] = run.trades.map((one) => ({ ...one, mae: -0.03 }))
    if (!trade) throw new Error('the fixture must have a trade')
    // 3 below 100, of the 4 to the stop
    expect(riskMultiples({ ...run, trades: [trade] }).trades[0]?.adverse).toBeCloseTo(-0.75, 12)
  })

  it('sums up what several trades made', () => {
    const run = fixtureRun({
      closes: Array.from({ length: 12 }, () => 100),
      fills: [103, 98, 110, 90].flatMap((price, i) => [
        { bar: 2 + 2 * i, side: 'BUY' as const, price: '100', quantity: '1' },
        { bar: 3 + 2 * i, side: 'SELL' as const, price: String(price), quantity: '1' },
      ]),
    })
    const stops = [1, 3, 5].map((bar) => stopOrder({ bar, at: 98n * ONE, endBar: bar + 2 }))
    const risk = riskMultiples({ ...run, orders: [...run.orders, ...stops] })
    // 3, −2 and 10 over 2; the fourth trade has no stop
    expect(risk).toMatchObject({ withoutStop: 1, median: 1.5, best: 5, worst: -1 })
    expect(risk.expectancy).toBeCloseTo(5.5 / 3, 12)
    expect(metricsJson({ ...runMetrics(run), risk }).risk_multiples).toEqual({
      ...{ trades: 3, without_stop: 1, expectancy: risk.expectancy, median: 1.5, best: 5, worst: -1 },
    })
  })

  it('is null where no trade has a stop', () => {
    const run = runWith()
    expect(metricsJson({ ...runMetrics(run), risk: riskMultiples(run) }).risk_multiples).toEqual({
      ...{ trades: 0, without_stop: 1, expectancy: null, median: null, best: null, worst: null },
    })
  })
})
