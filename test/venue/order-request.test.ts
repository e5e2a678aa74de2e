/** Requests that place orders, spelled as Binance Spot has them. */
import { describe, expect, it } from 'vitest'
import { parseUnits } from '../../engine/model/money.js'
import type { Order } from '../../engine/model/order.js'
import { toEpochMs } from '../../engine/model/time.js'
import { listPlacement, orderPlacement, placementLine } from '../../engine/venue/order-request.js'

const units = (text: string) => parseUnits(text) ?? 0n
const common = {
  symbolIndex: 0,
  decisionTime: toEpochMs(59_999),
  decisionOpenTime: toEpochMs(0),
  tag: '',
  quantity: units('0.5'),
} as const
const named = (order: Omit<Order, keyof typeof common> & object, clientOrderId: string) => ({
  order: { ...common, ...order } as Order,
  clientOrderId,
})
const buy = { side: 'BUY', type: 'LIMIT', price: units('98'), timeInForce: 'GTC', number: 1 } as const
const target = { side: 'SELL', type: 'LIMIT_MAKER', price: units('103'), number: 3 } as const
const stop = { side: 'SELL', type: 'STOP_LOSS', stopPrice: units('95'), number: 2 } as const
const working = named({ ...buy, listRole: 'WORKING' }, 'w')
const list = { symbol: 'BTCUSDT', listClientOrderId: 'L' }

describe('a request that places', () => {
  it.each([
    [
      'a pair of which one ends the other: the target above, the stop below',
      [named(stop, 'b'), named(target, 'a')],
      'orderList/oco?symbol=BTCUSDT&listClientOrderId=L&side=SELL&quantity=0.5&aboveType=LIMIT_MAKER&aboveClientOrderId=a&abovePrice=103&belowType=STOP_LOSS&belowClientOrderId=b&belowStopPrice=95',
    ],
    [
      'an order that brings in another',
      [working, named({ ...target, listRole: 'PENDING' }, 'p')],
      'orderList/oto?symbol=BTCUSDT&listClientOrderId=L&workingType=LIMIT&workingSide=BUY&workingClientOrderId=w&workingTimeInForce=GTC&workingQuantity=0.5&workingPrice=98&pendingType=LIMIT_MAKER&pendingSide=SELL&pendingClientOrderId=p&pendingQuantity=0.5&pendingPrice=103',
    ],
    [
      'an order that brings in a pair',
      [working, named({ ...stop, listRole: 'PENDING' }, 'b'), named({ ...target, listRole: 'PENDING' }, 'a')],
      'orderList/otoco?symbol=BTCUSDT&listClientOrderId=L&workingType=LIMIT&workingSide=BUY&workingClientOrderId=w&workingTimeInForce=GTC&workingQuantity=0.5&workingPrice=98&pendingSide=SELL&pendingQuantity=0.5&pendingAboveType=LIMIT_MAKER&pendingAboveClientOrderId=a&pendingAbovePrice=103&pendingBelowType=STOP_LOSS&pendingBelowClientOrderId=b&pendingBelowStopPrice=95',
    ],
  ])('%s', (_, orders, line) => {
    const placement = listPlacement(orders, list)
    expect(placementLine(placement)).toBe(`POST /api/v3/${line}&newOrderRespType=FULL`)
    expect(placement.orders).toBe(orders.length)
  })

  it('an order in the place of another, only if that one has not traded', () => {
    const { order } = named(buy, 'n')
    const placement = orderPlacement(order, { symbol: 'BTCUSDT', clientOrderId: 'n' }, 'old')
    expect(placementLine(placement)).toBe(
      'POST /api/v3/order/cancelReplace?symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.5&price=98&newClientOrderId=n&newOrderRespType=FULL&cancelReplaceMode=STOP_ON_FAILURE&cancelOrigClientOrderId=old&cancelRestrictions=ONLY_NEW',
    )
  })

  it('no pair of two stops, and no list of one', () => {
    expect(() => listPlacement([named(stop, 'b'), named({ ...stop, number: 3 }, 'a')], list)).toThrow(
      'an OCO pair must be a stop and another order, was STOP_LOSS and STOP_LOSS',
    )
    expect(() => listPlacement([named(target, 'a')], list)).toThrow('a list must be a pair')
  })
})
