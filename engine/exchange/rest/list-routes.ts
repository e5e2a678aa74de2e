/** Lists of orders: OCO, OTO, OTOCO, the older form of OCO, queries and cancels. Floor 3. */
import type { OrderListAnswer } from '../../venue/order-wire.js'
import type { OrderList, OrderSpec } from '../orders/exchange-order.js'
import { cancelAnswer, listAnswer, placedAnswer, type ResponseType } from '../orders/order-answers.js'
import { ORDER_NAMES, type OrderName, readOrder } from '../orders/read-order.js'
import { missing, reject } from '../rejection.js'
import { defaultPrevention } from './order-routes.js'
import { Params } from './params.js'
import { type Call, marketOf, type Route, type RouteAnswer } from './route.js'

/** How an order's parts are named behind a prefix: `abovePrice`. The two that a list shares stand for themselves. */
function under(prefix: string, shared: Partial<Record<OrderName, string>> = {}) {
  return (name: OrderName): string => {
    const own =
      name === 'newClientOrderId' ? 'clientOrderId' : name === 'quoteOrderQty' ? 'quoteOrderQty' : name
    return shared[name] ?? `${prefix}${own[0]?.toUpperCase()}${own.slice(1)}`
  }
}

type Naming = ReturnType<typeof under>

const PAIR_SHARED = { side: 'side', quantity: 'quantity' }
const PENDING_SHARED = { side: 'pendingSide', quantity: 'pendingQuantity' }
const ABOVE = under('above', PAIR_SHARED)
const BELOW = under('below', PAIR_SHARED)
const WORKING = under('working')
const PENDING = under('pending')
const PENDING_ABOVE = under('pendingAbove', PENDING_SHARED)
const PENDING_BELOW = under('pendingBelow', PENDING_SHARED)
const COMMON = ['symbol', 'listClientOrderId', 'newOrderRespType', 'selfTradePreventionMode']

function namesOf(...namings: readonly Naming[]): readonly string[] {
  return [...new Set([...COMMON, ...namings.flatMap((naming) => ORDER_NAMES.map(naming))])]
}

/** Routes of lists. */
export const LIST_ROUTES: readonly Route[] = [
  listRoute('orderList/oco', 'orderList.place.oco', namesOf(ABOVE, BELOW), 2, (read) => ({
    others: [read(ABOVE), read(BELOW)],
  })),
  listRoute('orderList/oto', 'orderList.place.oto', namesOf(WORKING, PENDING), 2, (read) => ({
    working: workingOf(read(WORKING)),
    others: [read(PENDING)],
  })),
  listRoute(
    'orderList/otoco',
    'orderList.place.otoco',
    namesOf(WORKING, PENDING_ABOVE, PENDING_BELOW),
    3,
    (read) => ({
      working: workingOf(read(WORKING)),
      others: [read(PENDING_ABOVE), read(PENDING_BELOW)],
    }),
  ),
  {
    rest: 'POST /api/v3/order/oco',
    method: 'orderList.place',
    security: 'TRADE',
    weight: 1,
    isFreeOnSuccess: true,
    countsOrders: true,
    params: [
      ...COMMON,
      ...[
        'side',
        'quantity',
        'limitClientOrderId',
        'price',
        'limitStrategyId',
        'limitStrategyType',
        'limitIcebergQty',
      ],
      ...[
        'trailingDelta',
        'stopClientOrderId',
        'stopPrice',
        'stopStrategyId',
        'stopStrategyType',
        'stopLimitPrice',
      ],
      ...['stopIcebergQty', 'stopLimitTimeInForce'],
    ],
    run: (call) =>
      placeList({ ...call, params: olderForm(call.params) }, 2, (read) => ({
        others: [read(ABOVE), read(BELOW)],
      })),
  },
  {
    rest: 'DELETE /api/v3/orderList',
    method: 'orderList.cancel',
    security: 'TRADE',
    weight: 1,
    isFreeOnSuccess: true,
    params: ['symbol', 'orderListId', 'listClientOrderId', 'newClientOrderId'],
    run(call) {
      const { desk } = call.exchange
      const { symbol } = marketOf(call)
      const cancelId = call.params.clientId('newClientOrderId') ?? desk.newName()
      const named = namedList(call, 'listClientOrderId')
      const list = desk.lists.cancel(named?.listed.symbol === symbol ? named : undefined, cancelId)
      return {
        body: {
          ...listAnswer(list),
          orderReports: list.orders.map((order) => cancelAnswer(order, cancelId)),
        },
      }
    },
  },
  {
    rest: 'GET /api/v3/orderList',
    method: 'orderList.status',
    security: 'USER_DATA',
    weight: 4,
    params: ['orderListId', 'origClientOrderId'],
    run(call) {
      const list = namedList(call, 'origClientOrderId')
      if (list === undefined) throw reject(-2018)
      return { body: shown(list) }
    },
  },
  {
    rest: 'GET /api/v3/allOrderList',
    method: 'allOrderLists',
    security: 'USER_DATA',
    weight: 20,
    params: ['fromId', 'startTime', 'endTime', 'limit'],
    run(call) {
      const from = call.params.whole('fromId') ?? 0
      const [start = 0, end = Number.POSITIVE_INFINITY] = [
        call.params.bound('startTime'),
        call.params.bound('endTime'),
      ]
      const lists = listsOf(call).filter(({ id, time }) => id >= from && time >= start && time <= end)
      return { body: lists.slice(0, call.params.limit(1000, 500)).map(shown) }
    },
  },
  {
    rest: 'GET /api/v3/openOrderList',
    method: 'openOrderLists.status',
    security: 'USER_DATA',
    weight: 6,
    params: [],
    run: (call) => ({
      body: listsOf(call)
        .filter(({ isDone }) => !isDone)
        .map(shown),
    }),
  },
]

interface ListForm {
  readonly working?: OrderSpec
  readonly others: readonly [OrderSpec] | readonly [OrderSpec, OrderSpec]
}

type ReadForm = (read: (naming: Naming) => OrderSpec) => ListForm

function listRoute(
  path: string,
  method: string,
  params: readonly string[],
  adds: number,
  form: ReadForm,
): Route {
  return {
    rest: `POST /api/v3/${path}`,
    method,
    security: 'TRADE',
    weight: 1,
    isFreeOnSuccess: true,
    countsOrders: true,
    params,
    run: (call) => placeList(call, adds, form),
  }
}

/** The first order of an OTO must be able to rest. */
function workingOf(spec: OrderSpec): OrderSpec {
  if (spec.type !== 'LIMIT' && spec.type !== 'LIMIT_MAKER') throw reject(-1116)
  return spec
}

function placeList(call: Call, adds: number, form: ReadForm): RouteAnswer {
  const { exchange, params, account } = call
  const listed = marketOf(call)
  const { working, others } = form((naming) => readOrder(params, defaultPrevention(listed), naming))
  const type: ResponseType = params.choice('newOrderRespType', ['ACK', 'RESULT', 'FULL'] as const) ?? 'RESULT'
  const now = exchange.clock.now()
  exchange.limits.checkOrders(account, adds, now)
  const list = exchange.desk.lists.place({
    account,
    listed,
    clientOrderId: params.clientId('listClientOrderId'),
    working,
    others,
  })
  exchange.limits.countOrders(account, adds, now)
  const answer: OrderListAnswer = {
    ...listAnswer(list),
    listStatusType: 'EXEC_STARTED',
    listOrderStatus: 'EXECUTING',
  }
  // What waits for another is told as waiting, even where that one has been filled at once.
  const reports = list.orders.map((order, k) =>
    list.contingency === 'OTO' && k > 0
      ? placedAnswer({ ...order, workingTime: -1 }, type, 'PENDING_NEW')
      : placedAnswer(order, type),
  )
  return { body: { ...answer, orderReports: reports } }
}

/** `POST /api/v3/order/oco` in the words of `orderList/oco`. */
function olderForm(params: Params): Params {
  const isSell = params.required('side') === 'SELL'
  const [limit, stop] = isSell ? ['above', 'below'] : ['below', 'above']
  const values = new Map<string, string>()
  for (const name of [
    'symbol',
    'side',
    'quantity',
    'listClientOrderId',
    'newOrderRespType',
    'selfTradePreventionMode',
  ]) {
    if (params.has(name)) values.set(name, params.plain(name))
  }
  const rename = (from: string, to: string): void => {
    if (params.has(from)) values.set(to, params.plain(from))
  }
  if (!params.has('price')) throw missing('price')
  values.set(`${limit}Type`, 'LIMIT_MAKER')
  rename('price', `${limit}Price`)
  rename('limitClientOrderId', `${limit}ClientOrderId`)
  rename('limitIcebergQty', `${limit}IcebergQty`)
  values.set(`${stop}Type`, params.has('stopLimitPrice') ? 'STOP_LOSS_LIMIT' : 'STOP_LOSS')
  rename('stopPrice', `${stop}StopPrice`)
  rename('stopLimitPrice', `${stop}Price`)
  rename('stopLimitTimeInForce', `${stop}TimeInForce`)
  rename('stopClientOrderId', `${stop}ClientOrderId`)
  rename('stopIcebergQty', `${stop}IcebergQty`)
  rename('trailingDelta', `${stop}TrailingDelta`)
  return new Params(values)
}

function listsOf({ exchange, account }: Call): readonly OrderList[] {
  return exchange.desk.archive.listsOf(account)
}

function namedList(call: Call, clientName: string): OrderList | undefined {
  const [id, clientId] = [call.params.whole('orderListId'), call.params.text(clientName)]
  if (id === undefined && clientId === undefined) throw missing('orderListId')
  return listsOf(call).findLast((list) =>
    id === undefined ? list.clientOrderId === clientId : list.id === id,
  )
}

/** A query shows a list that is under way as such. */
function shown(list: OrderList): OrderListAnswer {
  return listAnswer(list)
}
