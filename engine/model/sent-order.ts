/**
 * An order while it is worked with: the fields of every type, sizes and prices as amounts. An `Order` is one too.
 * Whoever makes many of them writes every field, those of other types as undefined: code that meets one shape alone
 * runs several times as fast as code that meets a shape for each type. Floor 0.
 */
import { type Amount, unitsOf } from './amount.js'
import type { Order, OrderNumber, OrderType, Replaced, Side, TimeInForce } from './order.js'
import type { EpochMs } from './time.js'

/** What an `Order` says, without a shape for each type. */
export interface SentOrder {
  readonly number: OrderNumber
  readonly symbolIndex: number
  readonly side: Side
  readonly type: OrderType
  readonly decisionTime: EpochMs
  readonly decisionOpenTime: EpochMs
  readonly tag: string
  readonly quantity?: Amount | undefined
  readonly quoteQuantity?: Amount | undefined
  readonly price?: Amount | undefined
  readonly timeInForce?: TimeInForce | undefined
  readonly stopPrice?: Amount | undefined
  readonly trailingDelta?: number | undefined
  readonly list?: OrderNumber | undefined
  readonly listRole?: 'WORKING' | 'PENDING' | undefined
  readonly replaces?: Replaced | undefined
}

/** The order without what its holder keeps beside it, to be remembered. */
export function plainOrder({
  number,
  symbolIndex,
  side,
  type,
  decisionTime,
  decisionOpenTime,
  tag,
  quantity,
  quoteQuantity,
  price,
  timeInForce,
  stopPrice,
  trailingDelta,
  list,
  listRole,
  replaces,
}: SentOrder): SentOrder {
  return {
    ...{ number, symbolIndex, side, type, decisionTime, decisionOpenTime, tag, quantity, quoteQuantity },
    ...{ price, timeInForce, stopPrice, trailingDelta, list, listRole, replaces },
  }
}

/** The order as it is told to others: in units, with the fields of its type alone. */
export function toOrder(sent: SentOrder): Order {
  const { number, symbolIndex, side, type, decisionTime, decisionOpenTime, tag } = sent
  const { quantity, quoteQuantity, price, timeInForce, stopPrice, trailingDelta, list, listRole, replaces } =
    sent
  // Whoever sends an order gives it the fields of its type.
  return {
    ...{ number, symbolIndex, side, type, decisionTime, decisionOpenTime, tag },
    ...(quantity !== undefined && { quantity: unitsOf(quantity) }),
    ...(quoteQuantity !== undefined && { quoteQuantity: unitsOf(quoteQuantity) }),
    ...(price !== undefined && { price: unitsOf(price) }),
    ...(timeInForce !== undefined && { timeInForce }),
    ...(stopPrice !== undefined && { stopPrice: unitsOf(stopPrice) }),
    ...(trailingDelta !== undefined && { trailingDelta }),
    ...(list !== undefined && { list }),
    ...(listRole !== undefined && { listRole }),
    ...(replaces !== undefined && { replaces }),
  } as Order
}
