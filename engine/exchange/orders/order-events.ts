/** What happens to orders and balances, as user data streams tell it. Floor 3. */
import { listStatus } from '../../model/list-status.js'
import type {
  AccountPosition,
  ExecutionReport,
  ExecutionType,
  ListStatus,
} from '../../venue/user-event-wire.js'
import type { Account } from '../accounts/account.js'
import { fixedUnits } from '../fixed.js'
import { type ExchangeOrder, isResting, type OrderFill, type OrderList } from './exchange-order.js'

/** What an execution report is about, besides the order. */
export interface ExecutionDetail {
  readonly executionId: number
  readonly time: number
  readonly fill?: OrderFill
  /** The id of a cancel or an amendment, which takes the place of the order's. */
  readonly requestId?: string
  /** The order's id before an amendment. */
  readonly originalId?: string
  readonly rejectReason?: string
  /** What self-trade prevention took, and against whom. */
  readonly prevention?: {
    readonly quantity: bigint
    readonly price: bigint
    readonly counterOrderId: number
    readonly matchId: number
  }
}

/** An execution report of an order as it is now. */
export function executionReport(
  order: ExchangeOrder,
  type: ExecutionType,
  detail: ExecutionDetail,
): ExecutionReport {
  const { spec, listed, list } = order
  const { fill, requestId, prevention, executionId, time } = detail
  const zero = '0.00000000'
  return {
    e: 'executionReport',
    E: time,
    s: listed.symbol,
    c: requestId ?? order.clientOrderId,
    S: spec.side,
    o: spec.type,
    f: spec.timeInForce,
    q: fixedUnits(order.quantity),
    p: fixedUnits(spec.price),
    P: fixedUnits(spec.stopPrice),
    ...(spec.trailingDelta !== undefined && { d: spec.trailingDelta }),
    ...(order.trailingTime >= 0 && { D: order.trailingTime }),
    F: fixedUnits(spec.icebergQuantity),
    g: list?.id ?? -1,
    C: detail.originalId ?? (requestId === undefined ? '' : order.clientOrderId),
    x: type,
    X: order.status,
    r: detail.rejectReason ?? 'NONE',
    i: order.id,
    l: fill ? fixedUnits(fill.quantity) : zero,
    z: fixedUnits(order.executed),
    L: fill ? fixedUnits(fill.price) : zero,
    n: fill ? fixedUnits(fill.commission) : '0',
    N: fill ? fill.commissionAsset : null,
    T: time,
    t: fill ? fill.tradeId : -1,
    ...(prevention && { v: prevention.matchId }),
    I: executionId,
    w: isResting(order),
    m: fill?.isMaker ?? false,
    M: fill !== undefined,
    O: order.time,
    Z: fixedUnits(order.quote),
    Y: fill ? fixedUnits(fill.quote) : zero,
    Q: fixedUnits(spec.quoteQuantity),
    ...(order.workingTime >= 0 && { W: order.workingTime }),
    V: spec.prevention,
    ...(spec.strategyId !== undefined && { j: spec.strategyId }),
    ...(spec.strategyType !== undefined && { J: spec.strategyType }),
    ...(prevention && {
      A: fixedUnits(order.prevented),
      B: fixedUnits(prevention.quantity),
      u: 1,
      U: prevention.counterOrderId,
      Cs: listed.symbol,
      pl: fixedUnits(prevention.quantity),
      pL: fixedUnits(prevention.price),
      pY: fixedUnits((prevention.quantity * prevention.price) / 100_000_000n),
    }),
    ...(order.expiryReason !== undefined && { eR: order.expiryReason }),
  }
}

/** The balances of some assets, as they are now. */
export function accountPosition(account: Account, assets: Iterable<string>, time: number): AccountPosition {
  return {
    e: 'outboundAccountPosition',
    E: time,
    u: account.updateTime,
    B: [...assets].sort().map((asset) => {
      const { free, locked } = account.balance(asset)
      return { a: asset, f: fixedUnits(free), l: fixedUnits(locked) }
    }),
  }
}

/** A list of orders as it is now. */
export function listStatusEvent(list: OrderList, time: number): ListStatus {
  const { listStatusType, listOrderStatus } = listStatus(false, !list.isDone)
  return {
    e: 'listStatus',
    E: time,
    s: list.listed.symbol,
    g: list.id,
    c: list.contingency,
    l: listStatusType,
    L: listOrderStatus,
    r: 'NONE',
    C: list.clientOrderId,
    T: time,
    O: list.orders.map(({ id, clientOrderId }) => ({ s: list.listed.symbol, i: id, c: clientOrderId })),
  }
}
