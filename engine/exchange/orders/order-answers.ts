/** Orders as REST and the WebSocket API answer them. Floor 3. */
import { listStatus } from '../../model/list-status.js'
import type {
  AccountTrade,
  CancelAnswer,
  OrderAck,
  OrderExtras,
  OrderFull,
  OrderListAnswer,
  OrderResult,
  OrderState,
  QueriedOrder,
} from '../../venue/order-wire.js'
import { fixedUnits } from '../fixed.js'
import type { ExchangeOrder, OrderFill, OrderList } from './exchange-order.js'
import { isOpenOrder, isResting } from './exchange-order.js'

/** How much of an order an answer tells. */
export type ResponseType = 'ACK' | 'RESULT' | 'FULL'

/** The answer to an order that was taken. `status` stands for one that is told as it was placed. */
export function placedAnswer(
  order: ExchangeOrder,
  type: ResponseType,
  status = order.status,
): OrderAck | OrderFull | OrderResult {
  if (type === 'ACK') return ackOf(order)
  const result: OrderResult = {
    ...ackOf(order),
    ...stateOf(order),
    status,
    workingTime: order.workingTime,
    ...extrasOf(order, false),
  }
  return type === 'FULL' ? { ...result, fills: order.fills.map(fillOf) } : result
}

/** The answer to a cancel: its own id, and the order's as the original one. */
export function cancelAnswer(order: ExchangeOrder, cancelId: string): CancelAnswer {
  return {
    ...ackOf(order),
    transactTime: order.updateTime,
    origClientOrderId: order.clientOrderId,
    clientOrderId: cancelId,
    ...stateOf(order),
    ...extrasOf(order, false),
  }
}

/** A row of `order`, `openOrders` and `allOrders`. */
export function queriedOrder(order: ExchangeOrder): QueriedOrder {
  const { symbol, orderId, orderListId, clientOrderId } = ackOf(order)
  return {
    ...{ symbol, orderId, orderListId, clientOrderId },
    ...stateOf(order),
    stopPrice: fixedUnits(order.spec.stopPrice),
    icebergQty: fixedUnits(order.spec.icebergQuantity),
    time: order.time,
    updateTime: order.updateTime,
    isWorking: order.workingTime >= 0 && (isResting(order) || !isOpenOrder(order)),
    workingTime: order.workingTime,
    ...extrasOf(order, true),
  }
}

/** A row of `myTrades`. */
export function tradeRow({ listed, id, list, spec }: ExchangeOrder, fill: OrderFill): AccountTrade {
  return {
    symbol: listed.symbol,
    id: fill.tradeId,
    orderId: id,
    orderListId: list?.id ?? -1,
    price: fixedUnits(fill.price),
    qty: fixedUnits(fill.quantity),
    quoteQty: fixedUnits(fill.quote),
    commission: fixedUnits(fill.commission),
    commissionAsset: fill.commissionAsset,
    time: fill.time,
    isBuyer: spec.side === 'BUY',
    isMaker: fill.isMaker,
    isBestMatch: true,
  }
}

/** A list of orders as its answers show it, without reports. */
export function listAnswer(list: OrderList): OrderListAnswer {
  return {
    orderListId: list.id,
    contingencyType: list.contingency,
    ...listStatus(false, !list.isDone),
    listClientOrderId: list.clientOrderId,
    transactionTime: list.time,
    symbol: list.listed.symbol,
    orders: list.orders.map(({ id, clientOrderId }) => ({
      symbol: list.listed.symbol,
      orderId: id,
      clientOrderId,
    })),
  }
}

function ackOf({ listed, id, list, clientOrderId, time }: ExchangeOrder): OrderAck {
  return {
    symbol: listed.symbol,
    orderId: id,
    orderListId: list?.id ?? -1,
    clientOrderId,
    transactTime: time,
  }
}

function stateOf({ spec, quantity, executed, quote, status }: ExchangeOrder): OrderState {
  return {
    price: fixedUnits(spec.price),
    origQty: fixedUnits(quantity),
    executedQty: fixedUnits(executed),
    origQuoteOrderQty: fixedUnits(spec.quoteQuantity),
    cummulativeQuoteQty: fixedUnits(quote),
    status,
    timeInForce: spec.timeInForce,
    type: spec.type,
    side: spec.side,
    selfTradePreventionMode: spec.prevention,
  }
}

function extrasOf(order: ExchangeOrder, hasAmounts: boolean): OrderExtras {
  const { spec, trailingTime, prevented, preventedMatchId, expiryReason } = order
  return {
    ...(!hasAmounts && spec.stopPrice > 0n && { stopPrice: fixedUnits(spec.stopPrice) }),
    ...(!hasAmounts && spec.icebergQuantity > 0n && { icebergQty: fixedUnits(spec.icebergQuantity) }),
    ...(spec.trailingDelta !== undefined && { trailingDelta: spec.trailingDelta, trailingTime }),
    ...(spec.strategyId !== undefined && { strategyId: spec.strategyId }),
    ...(spec.strategyType !== undefined && { strategyType: spec.strategyType }),
    ...(preventedMatchId !== undefined && { preventedMatchId, preventedQuantity: fixedUnits(prevented) }),
    ...(expiryReason !== undefined && { expiryReason }),
  }
}

function fillOf({ price, quantity, commission, commissionAsset, tradeId }: OrderFill) {
  return {
    price: fixedUnits(price),
    qty: fixedUnits(quantity),
    commission: fixedUnits(commission),
    commissionAsset,
    tradeId,
  }
}
