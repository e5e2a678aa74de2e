/** Single orders: place, test, query, cancel, amend. Floor 3. */
import type { SelfTradePrevention } from '../../venue/order-wire.js'
import { fixedUnits } from '../fixed.js'
import type { ListedSymbol } from '../listed-symbol.js'
import { type ExchangeOrder, isOpenOrder, isStopType, type OrderSpec } from '../orders/exchange-order.js'
import {
  cancelAnswer,
  listAnswer,
  placedAnswer,
  queriedOrder,
  type ResponseType,
} from '../orders/order-answers.js'
import type { OrderName } from '../orders/order-archive.js'
import { ORDER_NAMES, readOrder } from '../orders/read-order.js'
import { missing, reject } from '../rejection.js'
import type { Params } from './params.js'
import { type Call, marketOf, type Route, type RouteAnswer } from './route.js'

/** Parameters of a new order. */
export const NEW_ORDER_NAMES: readonly string[] = [
  ...['symbol', ...ORDER_NAMES, 'newOrderRespType', 'selfTradePreventionMode'],
]
const CANCEL_NAMES = ['symbol', 'orderId', 'origClientOrderId', 'newClientOrderId', 'cancelRestrictions']

/** Routes of single orders. */
export const ORDER_ROUTES: readonly Route[] = [
  {
    rest: 'POST /api/v3/order',
    method: 'order.place',
    security: 'TRADE',
    weight: 1,
    isFreeOnSuccess: true,
    countsOrders: true,
    params: NEW_ORDER_NAMES,
    run: placeOrder,
  },
  {
    rest: 'POST /api/v3/order/test',
    method: 'order.test',
    security: 'TRADE',
    weight: (params) => (/^true$/i.test(params.plain('computeCommissionRates')) ? 20 : 1),
    params: [...NEW_ORDER_NAMES, 'computeCommissionRates'],
    run: testOrder,
  },
  {
    rest: 'GET /api/v3/order',
    method: 'order.status',
    security: 'USER_DATA',
    weight: 4,
    params: ['symbol', 'orderId', 'origClientOrderId'],
    run(call) {
      const { symbol } = marketOf(call)
      return { body: queriedOrder(call.exchange.desk.find(call.account, symbol, nameOf(call.params))) }
    },
  },
  {
    rest: 'DELETE /api/v3/order',
    method: 'order.cancel',
    security: 'TRADE',
    weight: 1,
    isFreeOnSuccess: true,
    params: CANCEL_NAMES,
    run(call) {
      const { desk } = call.exchange
      const { symbol } = marketOf(call)
      const order = cancelTarget(call, symbol, nameOf(call.params))
      const cancelId = call.params.clientId('newClientOrderId') ?? desk.newName()
      return { body: cancelled(desk.cancel(order, cancelId, restrictionOf(call.params)), cancelId) }
    },
  },
  {
    rest: 'PUT /api/v3/order/amend/keepPriority',
    method: 'order.amend.keepPriority',
    security: 'TRADE',
    weight: 4,
    countsOrders: true,
    params: ['symbol', 'orderId', 'origClientOrderId', 'newClientOrderId', 'newQty'],
    run: amendOrder,
  },
  {
    rest: 'GET /api/v3/order/amendments',
    method: 'order.amendments',
    security: 'USER_DATA',
    weight: 4,
    params: ['symbol', 'orderId', 'fromExecutionId', 'limit'],
    run(call) {
      const { symbol } = marketOf(call)
      const orderId = call.params.requiredWhole('orderId')
      const order = call.exchange.desk.find(call.account, symbol, { orderId, clientOrderId: undefined })
      const from = call.params.whole('fromExecutionId') ?? 0
      const rows = order.amendments.filter(({ executionId }) => executionId >= from)
      return {
        body: rows.slice(0, call.params.limit(1000, 500)).map((row) => ({
          symbol,
          orderId: order.id,
          executionId: row.executionId,
          origClientOrderId: row.origClientOrderId,
          newClientOrderId: row.newClientOrderId,
          origQty: fixedUnits(row.origQty),
          newQty: fixedUnits(row.newQty),
          time: row.time,
        })),
      }
    },
  },
]

/** What an order's name is in the parameters. Throws −1102 without any. */
export function nameOf(params: Params, id = 'orderId', client = 'origClientOrderId'): OrderName {
  const name = { orderId: params.whole(id), clientOrderId: params.text(client) }
  if (name.orderId === undefined && name.clientOrderId === undefined) throw missing(id)
  return name
}

/** The order that a cancel is about; undefined, which the desk refuses, for one that is not there. */
export function cancelTarget(call: Call, symbol: string, name: OrderName): ExchangeOrder | undefined {
  const { archive } = call.exchange.desk
  const order = archive.find(call.account, symbol, name)
  if (
    order !== undefined &&
    isOpenOrder(order) &&
    name.clientOrderId !== undefined &&
    order.clientOrderId !== name.clientOrderId
  ) {
    return undefined
  }
  return order
}

/** `cancelRestrictions`. */
export function restrictionOf(params: Params) {
  return params.choice('cancelRestrictions', ['ONLY_NEW', 'ONLY_PARTIALLY_FILLED'] as const, reject(-1145))
}

/** A cancel's answer: of an order in a list, the list's. */
export function cancelled(order: ExchangeOrder, cancelId: string): unknown {
  if (order.list === undefined) return cancelAnswer(order, cancelId)
  return {
    ...listAnswer(order.list),
    orderReports: order.list.orders.map((one) => cancelAnswer(one, cancelId)),
  }
}

/** Which self-trade prevention an order gets that names none. */
export function defaultPrevention({ entry }: ListedSymbol): SelfTradePrevention {
  const mode = entry.defaultSelfTradePreventionMode
  return mode === 'NONE' || mode === 'EXPIRE_TAKER' || mode === 'EXPIRE_BOTH' || mode === 'DECREMENT'
    ? mode
    : 'EXPIRE_MAKER'
}

/** How much an answer tells: all of what may trade at once, else that it was taken. */
export function responseTypeOf(params: Params, type: OrderSpec['type']): ResponseType {
  const asked = params.choice('newOrderRespType', ['ACK', 'RESULT', 'FULL'] as const)
  return asked ?? (type === 'MARKET' || type === 'LIMIT' ? 'FULL' : 'ACK')
}

/** Reads and places one order, counted; also the second half of a replacement. */
export function placeFrom({ exchange, params, account }: Call, listed: ListedSymbol): RouteAnswer {
  const spec = readOrder(params, defaultPrevention(listed))
  const type = responseTypeOf(params, spec.type)
  const now = exchange.clock.now()
  exchange.limits.checkOrders(account, 1, now)
  exchange.limits.countOrders(account, 1, now)
  try {
    const order = exchange.desk.place(account, listed, spec)
    return { body: placedAnswer(order, type) }
  } catch (error) {
    exchange.limits.countOrders(account, -1, now)
    throw error
  }
}

function placeOrder(call: Call): RouteAnswer {
  return placeFrom(call, marketOf(call))
}

function testOrder(call: Call): RouteAnswer {
  const { exchange, params, account } = call
  const listed = marketOf(call)
  const spec = readOrder(params, defaultPrevention(listed))
  exchange.desk.check(account, listed, spec)
  if (params.flag('computeCommissionRates') !== true) return { body: {} }
  const { maker, taker } = account.rates
  const none = { maker: '0.00000000', taker: '0.00000000' }
  return {
    body: {
      standardCommissionForOrder: { maker: maker.toFixed(8), taker: taker.toFixed(8) },
      specialCommissionForOrder: none,
      taxCommissionForOrder: none,
      discount: {
        enabledForAccount: account.paysInBnb,
        enabledForSymbol: true,
        discountAsset: 'BNB',
        discount: '0.75000000',
      },
    },
  }
}

function amendOrder(call: Call): RouteAnswer {
  const { exchange, params, account } = call
  const { symbol } = marketOf(call)
  const quantity = params.requiredAmount('newQty')
  const order = exchange.desk.find(account, symbol, nameOf(params))
  const originalId = order.clientOrderId
  const name = params.clientId('newClientOrderId') ?? exchange.desk.newName()
  const executionId = exchange.desk.amend(order, quantity, name)
  const { spec, id, list, executed, prevented, quote, status, workingTime, updateTime } = order
  return {
    body: {
      transactTime: updateTime,
      executionId,
      amendedOrder: {
        symbol,
        orderId: id,
        orderListId: list?.id ?? -1,
        origClientOrderId: originalId,
        clientOrderId: order.clientOrderId,
        price: fixedUnits(spec.price),
        qty: fixedUnits(order.quantity),
        executedQty: fixedUnits(executed),
        preventedQty: fixedUnits(prevented),
        quoteOrderQty: fixedUnits(spec.quoteQuantity),
        cumulativeQuoteQty: fixedUnits(quote),
        status,
        timeInForce: spec.timeInForce,
        type: spec.type,
        side: spec.side,
        ...(isStopType(spec.type) && { stopPrice: fixedUnits(spec.stopPrice) }),
        workingTime,
        selfTradePreventionMode: spec.prevention,
      },
      ...(list && { listStatus: listAnswer(list) }),
    },
  }
}
