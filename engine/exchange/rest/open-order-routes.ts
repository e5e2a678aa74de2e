/** Open orders, all orders, trades: what an account has on an exchange and has had. Floor 3. */
import { DAY_MS } from '../../model/time.js'
import { fixedUnits } from '../fixed.js'
import { type ExchangeOrder, isOpenOrder } from '../orders/exchange-order.js'
import { queriedOrder, tradeRow } from '../orders/order-answers.js'
import { Rejection, reject } from '../rejection.js'
import { cancelled } from './order-routes.js'
import type { Params } from './params.js'
import { type Call, marketOf, type Route } from './route.js'

const RANGE = ['startTime', 'endTime', 'limit']

/** Routes of what is open and of what was. */
export const OPEN_ORDER_ROUTES: readonly Route[] = [
  {
    rest: 'GET /api/v3/openOrders',
    method: 'openOrders.status',
    security: 'USER_DATA',
    weight: (params) => (params.has('symbol') ? 6 : 80),
    params: ['symbol'],
    run(call) {
      const symbol = call.params.has('symbol') ? marketOf(call).symbol : undefined
      const open = seen(call, call.exchange.desk.archive.openOf(call.account, symbol))
      return { body: [...open].sort((a, b) => a.id - b.id).map(queriedOrder) }
    },
  },
  {
    rest: 'DELETE /api/v3/openOrders',
    method: 'openOrders.cancelAll',
    security: 'TRADE',
    weight: 1,
    isFreeOnSuccess: true,
    params: ['symbol'],
    run(call) {
      const { desk } = call.exchange
      const open = desk.archive.openOf(call.account, marketOf(call).symbol)
      if (open.length === 0) throw reject(-2011)
      const answers: unknown[] = []
      for (const order of open) {
        if (!isOpenOrder(order)) continue
        const cancelId = desk.newName()
        answers.push(cancelled(desk.cancel(order, cancelId), cancelId))
      }
      return { body: answers }
    },
  },
  {
    rest: 'GET /api/v3/allOrders',
    method: 'allOrders',
    security: 'USER_DATA',
    weight: 20,
    params: ['symbol', 'orderId', ...RANGE],
    run(call) {
      const { params } = call
      const { symbol } = marketOf(call)
      const fromId = params.whole('orderId')
      const { isIn, isForward } = rangeOf(params)
      const all = seen(call, call.exchange.desk.archive.allOf(call.account, symbol)).filter(
        ({ id, time }) => (fromId === undefined || id >= fromId) && isIn(time),
      )
      return { body: cut(all, params, isForward || fromId !== undefined).map(queriedOrder) }
    },
  },
  {
    rest: 'GET /api/v3/myTrades',
    method: 'myTrades',
    security: 'USER_DATA',
    weight: (params) => (params.has('orderId') ? 5 : 20),
    params: ['symbol', 'orderId', 'fromId', ...RANGE],
    run: myTrades,
  },
  {
    rest: 'GET /api/v3/myPreventedMatches',
    method: 'myPreventedMatches',
    security: 'USER_DATA',
    weight: (params) => (params.has('orderId') ? 20 : 2),
    params: ['symbol', 'preventedMatchId', 'orderId', 'fromPreventedMatchId', 'limit'],
    run(call) {
      const { symbol } = marketOf(call)
      const { params, account } = call
      const [id, orderId, from] = ['preventedMatchId', 'orderId', 'fromPreventedMatchId'].map((name) =>
        params.whole(name),
      )
      if (id === undefined && orderId === undefined) throw reject(-1128)
      const found = call.exchange.desk.matcher.prevented.filter(
        (one) =>
          one.taker.account === account &&
          one.taker.listed.symbol === symbol &&
          (id === undefined || one.id === id) &&
          (orderId === undefined || one.taker.id === orderId || one.maker.id === orderId) &&
          (from === undefined || one.id >= from),
      )
      return {
        body: found.slice(0, params.limit(1000, 500)).map((one) => ({
          symbol,
          preventedMatchId: one.id,
          takerOrderId: one.taker.id,
          makerSymbol: symbol,
          makerOrderId: one.maker.id,
          tradeGroupId: 1,
          selfTradePreventionMode: one.taker.spec.prevention,
          price: fixedUnits(one.price),
          makerPreventedQuantity: fixedUnits(one.quantity),
          transactTime: one.time,
        })),
      }
    },
  },
]

function myTrades(call: Call) {
  const { params, account, exchange } = call
  const { symbol } = marketOf(call)
  const [orderId, fromId] = [params.whole('orderId'), params.whole('fromId')]
  const { isIn, isForward } = rangeOf(params)
  const hasRange = params.has('startTime') || params.has('endTime')
  if (hasRange && (orderId !== undefined || fromId !== undefined)) throw reject(-1128)
  const rows = seen(call, exchange.desk.archive.allOf(account, symbol))
    .filter(({ id }) => orderId === undefined || id === orderId)
    .flatMap((order) => order.fills.map((fill) => tradeRow(order, fill)))
    .filter(({ id, time }) => (fromId === undefined || id >= fromId) && isIn(time))
    .sort((a, b) => a.id - b.id || a.orderId - b.orderId)
  return { body: cut(rows, params, isForward || fromId !== undefined) }
}

/** Orders that queries find: a fault may hold some back. */
function seen(call: Call, orders: readonly ExchangeOrder[]): readonly ExchangeOrder[] {
  return orders.filter((order) => !call.exchange.desk.isHidden(order))
}

/** Which times are asked for. Throws −1127 on more than a day. */
function rangeOf(params: Params): { readonly isIn: (time: number) => boolean; readonly isForward: boolean } {
  const [start, end] = [params.bound('startTime'), params.bound('endTime')]
  if (start !== undefined && end !== undefined && end - start > DAY_MS) throw reject(-1127)
  if (start !== undefined && end !== undefined && end < start) {
    throw new Rejection(-1130, "Data sent for parameter 'endTime' is not valid.")
  }
  return {
    isIn: (time) => (start === undefined || time >= start) && (end === undefined || time <= end),
    isForward: start !== undefined,
  }
}

/** The oldest rows where a beginning was named, else the newest. */
function cut<Row>(rows: readonly Row[], params: Params, isForward: boolean): readonly Row[] {
  const most = params.limit(1000, 500)
  return isForward ? rows.slice(0, most) : rows.slice(-most)
}
