import { describe, expect, it } from 'vitest'
import { generateBars } from '../../../data/synthetic.js'
import { loadStrategy } from '../../../engine/app/load-strategy.js'
import { Replay } from '../../../engine/backtest/replay.js'
import { BarColumns } from '../../../engine/model/bars.js'
import { toNumber, toUnits } from '../../../engine/model/money.js'
import type { Order, OrderRecord, OrderStatus } from '../../../engine/model/order.js'
import type { RunResult } from '../../../engine/model/run-result.js'
import { toEpochMs } from '../../../engine/model/time.js'
import { toBase85 } from '../../../reports/price-chart/base85.js'
import { ColumnReader, inflate } from '../../../reports/price-chart/browser/column-reader.js'
import { sortOrders } from '../../../reports/price-chart/browser/shown-orders.js'
import { readOrders } from '../../../reports/price-chart/browser/trade-columns.js'
import { orderLines } from '../../../reports/price-chart/order-lines.js'
import { setupOf } from '../../market.js'
import { sampleRun } from '../sample-run.js'
import { wholeChart } from './whole-chart.js'

const MINUTE = 60_000
const at = (minute: number) => toEpochMs(Date.UTC(2024, 0, 1) + minute * MINUTE)

/** A run over minutes from 2024-01-01 whose highs and lows are given; nothing else of it is looked at. */
function runOf(
  orders: readonly OrderRecord[],
  prices: readonly (readonly [low: number, high: number])[],
): RunResult {
  const bars = new BarColumns({ symbol: 'BTCUSDT', interval: '1m' })
  for (const [i, [low, high]] of prices.entries())
    bars.append({ openTime: at(i), open: low, high, low, close: high, volume: 1 })
  const { result } = sampleRun({ bars: 10, trades: 0 })
  const rules = { ...result.rules, tickSize: toUnits(0.01) }
  return { ...result, bars, rules, first: 0, end: prices.length, fills: [], trades: [], orders }
}

const FLAT = Array.from({ length: 20 }, () => [99, 101] as const)

/** An order decided at the close of a minute, and what became of it. */
function record(
  decided: number,
  order: Partial<Order> & Pick<Order, 'side' | 'type'>,
  [status, ended, executed = status === 'FILLED' ? 1n : 0n]: readonly [OrderStatus, number?, bigint?],
): OrderRecord {
  return {
    // The type says which prices an order has; the tests give those.
    order: {
      number: 1,
      symbolIndex: 0,
      quantity: 1n,
      decisionTime: toEpochMs(at(decided) + MINUTE - 1),
      decisionOpenTime: at(decided),
      tag: '',
      ...order,
    } as Order,
    status,
    executedQuantity: executed,
    reason: '',
    ...(ended !== undefined && { endTime: at(ended) }),
  }
}

const stop = { side: 'SELL', type: 'STOP_LOSS' } as const
const target = { side: 'SELL', type: 'LIMIT_MAKER' } as const
const price = (value: number) => toUnits(value)

describe('the lines of orders', () => {
  it('of a bracket stand from the open that filled the purchase to the end of the trade', () => {
    const lines = orderLines(
      runOf(
        [
          record(2, { side: 'BUY', type: 'MARKET' }, ['FILLED', 3]),
          record(2, { ...stop, stopPrice: price(95), list: 2 }, ['EXPIRED', 9]),
          record(2, { ...target, price: price(110), list: 2 }, ['FILLED', 9]),
        ],
        FLAT,
      ),
    )
    expect(lines).toEqual([
      { from: at(3), to: at(9), price: 95, mark: 'stop', isNext: false },
      { from: at(3), to: at(9), price: 110, mark: 'target', isNext: false },
    ])
  })

  it('of exits begin where a resting purchase was done, though it was decided long before', () => {
    const lines = orderLines(
      runOf(
        [
          record(2, { side: 'BUY', type: 'LIMIT', price: price(99), timeInForce: 'GTC' }, ['FILLED', 7]),
          record(2, { ...target, price: price(110) }, ['FILLED', 9]),
        ],
        FLAT,
      ),
    )
    expect(lines).toEqual([{ from: at(7), to: at(9), price: 110, mark: 'target', isNext: false }])
  })

  it('are there for limits that did not fill whole, to where they were taken back or the run ended', () => {
    const limit = { side: 'BUY', type: 'LIMIT', price: price(99), timeInForce: 'GTC' } as const
    const lines = orderLines(
      runOf(
        [
          record(1, limit, ['CANCELED', 4]),
          record(5, limit, ['FILLED', 6]),
          record(7, { ...limit, quantity: 2n }, ['CANCELED', 9, 1n]),
          record(10, limit, ['REJECTED', 10]),
          record(11, { ...target, price: price(120) }, ['NEW']),
          record(12, { side: 'BUY', type: 'MARKET' }, ['FILLED', 13]),
        ],
        FLAT,
      ),
    )
    expect(lines.map(({ from, to, mark }) => [(from - at(0)) / MINUTE, (to - at(0)) / MINUTE, mark])).toEqual(
      [
        [2, 4, 'limit'],
        [8, 10 - 1, 'limit'],
        [12, 19, 'limit'],
      ],
    )
  })

  it('of a trailing stop climb behind each new high, and never fall', () => {
    const prices = [
      ...FLAT.slice(0, 3),
      [100, 100],
      [100, 104],
      [100, 102],
      [101, 108],
      [101, 103],
      [90, 99],
    ] as const
    const lines = orderLines(
      runOf(
        [
          record(2, { side: 'BUY', type: 'MARKET' }, ['FILLED', 3]),
          record(2, { ...stop, trailingDelta: 500 }, ['FILLED', 8]),
        ],
        prices,
      ),
    )
    // 5 % below the open of minute 3, then below the highs of minutes 4 and 6, from the minute after.
    expect(lines).toEqual([
      { from: at(3), to: at(5), price: 95, mark: 'stop', isNext: false },
      { from: at(5), to: at(7), price: expect.closeTo(98.8, 9), mark: 'stop', isNext: true },
      { from: at(7), to: at(8), price: expect.closeTo(102.6, 9), mark: 'stop', isNext: true },
    ])
  })

  it('of a stop that trails from a price on stand at that price until a bar reaches it', () => {
    const prices = [...FLAT.slice(0, 3), [98, 120], [96, 100], [97, 104], [97, 98], [97, 98]] as const
    const exit = { ...stop, stopPrice: price(97), trailingDelta: 500 }
    const lines = orderLines(runOf([record(2, exit, ['CANCELED', 7])], prices))
    // Minute 4 opens at 96, beyond 97: 5 % below it, then below the high of minute 5.
    expect(lines.map((line) => [(line.from - at(0)) / MINUTE, line.price])).toEqual([
      [3, 97],
      [5, expect.closeTo(91.2, 9)],
      [6, expect.closeTo(98.8, 9)],
    ])
  })

  it('of a trailing stop that moves with every bar are some two hundred steps, the last of them exact', () => {
    const prices = Array.from({ length: 5000 }, (_, i) => [100 + i, 101 + i] as const)
    const orders = [record(0, { ...stop, trailingDelta: 100 }, ['CANCELED', 4999])]
    const lines = orderLines(runOf(orders, prices))
    expect(lines.length).toBeGreaterThan(150)
    expect(lines.length).toBeLessThan(210)
    expect(lines.at(-1)?.price).toBeCloseTo(0.99 * (101 + 4998), 2)
  })
})

describe('the orders of real runs', () => {
  const bars = generateBars({ seed: 11, count: 60_000 })
  const settings = { alpha: 0.5, takerFee: 0.001, atrPeriod: 14 }
  const run = async (name: string): Promise<RunResult> => {
    const { strategy } = await loadStrategy(name)
    const replay = new Replay(setupOf({ strategy, params: {}, bars, settings }))
    replay.advance(bars.length)
    return replay.finish()
  }

  it('end a trailing stop at the trigger that set it off', async () => {
    const result = await run('trend-trailing')
    const lines = orderLines(result)
    const stops = result.fills.filter(({ type }) => type === 'STOP_LOSS')
    expect(stops.length).toBeGreaterThan(3)
    for (const { time, referencePrice } of stops) {
      // Where a bar opens below the trigger, that open is what a fill without slippage would have paid.
      const ends = lines.filter(({ to }) => to === time).map((line) => line.price)
      expect(Math.min(...ends.map((end) => Math.abs(end - toNumber(referencePrice))))).toBeLessThan(
        Math.max(0.011, 0.002 * toNumber(referencePrice)),
      )
      expect(Math.max(...ends)).toBeGreaterThanOrEqual(toNumber(referencePrice) - 0.011)
    }
  })

  it.each(['breakout-bracket', 'limit-reversion', 'trend-trailing'])(
    'of %s come back as they were',
    async (name) => {
      const result = await run(name)
      const { manifest, blocks } = await wholeChart(result, {}, 'trades')
      const block = blocks[manifest.orders.block] ?? new Uint8Array()
      const columns = readOrders(new ColumnReader(await inflate(toBase85(block))), manifest)
      const lines = orderLines(result)
      expect(lines.length).toBeGreaterThan(3)
      expect(
        Array.from({ length: columns.n }, (_, i) => ({
          from: columns.from[i],
          to: columns.to[i],
          price: columns.price[i],
          mark: (['limit', 'stop', 'target'] as const)[columns.mark[i] ?? 0],
          isNext: columns.isNext[i] === 1,
        })),
      ).toEqual(lines)
      const all = { from: manifest.from, to: manifest.to }
      const heads = lines.filter(({ isNext }) => !isNext).length
      const near = sortOrders({ view: all, perMs: 1 }, columns)
      const far = sortOrders({ view: all, perMs: 1e-12 }, columns)
      expect(near.rows.length + near.hidden).toBe(heads)
      expect(far).toEqual({ rows: [], hidden: heads })
    },
  )
})
