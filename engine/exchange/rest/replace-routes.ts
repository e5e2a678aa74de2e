/** `cancelReplace`: takes one order back and sends another, with the answers for each half that fails. Floor 3. */
import { cancelAnswer } from '../orders/order-answers.js'
import { readOrder } from '../orders/read-order.js'
import { missing, Rejection } from '../rejection.js'
import {
  cancelTarget,
  defaultPrevention,
  NEW_ORDER_NAMES,
  nameOf,
  placeFrom,
  restrictionOf,
} from './order-routes.js'
import { type Call, marketOf, type Route, type RouteAnswer } from './route.js'

/** The route. */
export const REPLACE_ROUTES: readonly Route[] = [
  {
    rest: 'POST /api/v3/order/cancelReplace',
    method: 'order.cancelReplace',
    security: 'TRADE',
    weight: 1,
    isFreeOnSuccess: true,
    countsOrders: true,
    params: [
      ...NEW_ORDER_NAMES,
      ...['cancelReplaceMode', 'cancelOrderId', 'cancelOrigClientOrderId', 'cancelNewClientOrderId'],
      ...['cancelRestrictions', 'orderRateLimitExceededMode'],
    ],
    run: cancelReplace,
  },
]

/** How one half went. */
type Half = { readonly result: 'SUCCESS' | 'FAILURE' | 'NOT_ATTEMPTED'; readonly response: unknown }

function cancelReplace(call: Call): RouteAnswer {
  const { exchange, params, account } = call
  const listed = marketOf(call)
  const mode = params.choice('cancelReplaceMode', ['STOP_ON_FAILURE', 'ALLOW_FAILURE'] as const)
  if (mode === undefined) throw missing('cancelReplaceMode')
  const onLimit =
    params.choice('orderRateLimitExceededMode', ['DO_NOTHING', 'CANCEL_ONLY'] as const) ?? 'DO_NOTHING'
  const name = nameOf(params, 'cancelOrderId', 'cancelOrigClientOrderId')
  const restriction = restrictionOf(params)
  // The new order's form and filters count before anything is canceled.
  const spec = readOrder(params, defaultPrevention(listed))
  const now = exchange.clock.now()
  let limit: Rejection | undefined
  try {
    exchange.limits.checkOrders(account, 1, now)
  } catch (error) {
    if (!(error instanceof Rejection) || onLimit === 'DO_NOTHING') throw error
    limit = error
  }
  exchange.desk.check(account, listed, spec)
  const cancel = half(() => {
    const order = cancelTarget(call, listed.symbol, name)
    const cancelId = params.clientId('cancelNewClientOrderId') ?? exchange.desk.newName()
    return cancelAnswer(exchange.desk.cancel(order, cancelId, restriction), cancelId)
  })
  const isStopped = cancel.result === 'FAILURE' && mode === 'STOP_ON_FAILURE'
  if (isStopped) exchange.limits.countOrders(account, 1, now)
  const placed: Half = isStopped
    ? { result: 'NOT_ATTEMPTED', response: null }
    : half(() => {
        if (limit) throw limit
        return placeFrom(call, listed).body
      })
  return answerOf(cancel, placed, limit)
}

/** Does one half and says how it went. Only refusals are answers. */
function half(run: () => unknown): Half {
  try {
    return { result: 'SUCCESS', response: run() }
  } catch (error) {
    if (!(error instanceof Rejection)) throw error
    return { result: 'FAILURE', response: { code: error.code, msg: error.message } }
  }
}

function answerOf(cancel: Half, placed: Half, limit: Rejection | undefined): RouteAnswer {
  const data = {
    cancelResult: cancel.result,
    newOrderResult: placed.result,
    cancelResponse: cancel.response,
    newOrderResponse: placed.response,
  }
  const [isCanceled, isPlaced] = [cancel.result === 'SUCCESS', placed.result === 'SUCCESS']
  if (isCanceled && isPlaced) return { body: data }
  const retry = limit?.retryAfterMs === undefined ? {} : { retryAfterMs: limit.retryAfterMs }
  if (isCanceled !== isPlaced) {
    throw new Rejection(-2021, 'Order cancel-replace partially failed.', { status: 409, data, ...retry })
  }
  throw new Rejection(-2022, 'Order cancel-replace failed.', { status: 400, data, ...retry })
}
