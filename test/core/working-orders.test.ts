/** Orders that go together on the simulated book. */
import { expect, it } from 'vitest'
import { workingOrder } from '../../engine/core/market/working-order.js'
import { WorkingOrders } from '../../engine/core/market/working-orders.js'
import type { Order } from '../../engine/model/order.js'
import { toEpochMs } from '../../engine/model/time.js'
import { rulesOf, units } from '../market.js'

const rules = rulesOf()
const sale = (number: number, list?: number): Order => ({
  ...{ number, symbolIndex: 0, decisionTime: toEpochMs(0), decisionOpenTime: toEpochMs(0), tag: '' },
  ...{ side: 'SELL', type: 'LIMIT', timeInForce: 'GTC', price: units('100'), quantity: units('1') },
  ...(list !== undefined && { list }),
})

it('takes back a whole list by any one of its orders, and no other order', () => {
  for (const asked of [1, 2]) {
    const orders = new WorkingOrders(rules)
    for (const order of [sale(1, 1), sale(2, 1), sale(3)]) {
      orders.rest(workingOrder(order, { signalAtr: 1, price: 90, rules }))
    }
    orders.cancel(asked)
    expect(orders.takeCanceled().toSorted()).toEqual([1, 2])
    expect(orders.resting.map(({ order }) => order.number)).toEqual([3])
  }
})

it('tells one end of an order that was taken back and ends at the same moment', () => {
  const orders = new WorkingOrders(rules)
  const [ending, other] = [1, 2].map((number) =>
    workingOrder(sale(number), { signalAtr: 1, price: 90, rules }),
  )
  if (!ending || !other) throw new Error('two orders must be made')
  for (const one of [ending, other]) orders.rest(one)
  orders.cancel(1)
  orders.cancel(2)
  orders.remove(ending)
  expect(orders.takeCanceled()).toEqual([2])
})
