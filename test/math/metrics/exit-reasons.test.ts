import { expect, it } from 'vitest'
import { exitReasons } from '../../../engine/math/metrics/exit-reasons.js'
import { ONE } from '../../../engine/model/money.js'
import type { Order, OrderRecord } from '../../../engine/model/order.js'
import { fixtureRun } from './run-fixture.js'

const EXITS: readonly (readonly [reason: string, exit: Partial<Order>])[] = [
  ['stop', { type: 'STOP_LOSS', stopPrice: 90n * ONE, list: 2 }],
  ['trailing stop', { type: 'STOP_LOSS', trailingDelta: 100 }],
  ['stop', { type: 'STOP_LOSS_LIMIT', stopPrice: 90n * ONE, price: 89n * ONE, timeInForce: 'GTC' }],
  ['target', { type: 'LIMIT_MAKER', price: 110n * ONE, list: 2 }],
  ['target', { type: 'LIMIT_MAKER', price: 110n * ONE }],
  ['target', { type: 'TAKE_PROFIT', stopPrice: 110n * ONE }],
  ['limit', { type: 'LIMIT', price: 110n * ONE, timeInForce: 'GTC' }],
  ['market', { type: 'MARKET', tag: 'cross' }],
  ['end of the run', { type: 'MARKET', tag: 'close-at-end' }],
]

it.each(EXITS)('a trade ends by %s where its last sale was of that kind: %o', (reason, exit) => {
  const run = fixtureRun({
    closes: [100, 100, 100],
    fills: [
      { bar: 1, side: 'BUY', price: '100', quantity: '1' },
      { bar: 2, side: 'SELL', price: '100', quantity: '1' },
    ],
  })
  const [entry, sale] = run.orders
  if (!entry || !sale) throw new Error('the fixture must have two orders')
  // The type says which prices an order has; each row gives those.
  const order = { ...sale.order, side: 'SELL', decisionTime: entry.order.decisionTime, ...exit } as Order
  expect(exitReasons({ ...run, orders: [entry, { ...sale, order }] })).toEqual(new Map([[1, reason]]))
})

it('a resting sale of a later decision than its purchase takes no profit of a bracket', () => {
  const run = fixtureRun({
    closes: [100, 100, 100],
    fills: [
      { bar: 1, side: 'BUY', price: '100', quantity: '1' },
      { bar: 2, side: 'SELL', price: '100', quantity: '1' },
    ],
  })
  const [entry, sale] = run.orders
  if (!entry || !sale) throw new Error('the fixture must have two orders')
  const { number, symbolIndex, decisionTime, decisionOpenTime, tag } = sale.order
  const later: OrderRecord = {
    ...sale,
    order: {
      ...{ number, symbolIndex, decisionTime, decisionOpenTime, tag },
      ...({ side: 'SELL', type: 'LIMIT_MAKER', price: ONE, quantity: ONE } as const),
    },
  }
  expect(exitReasons({ ...run, orders: [entry, later] }).get(1)).toBe('limit')
})

it('no trade has no reason', () => {
  expect(exitReasons(fixtureRun({ closes: [100] })).size).toBe(0)
})
