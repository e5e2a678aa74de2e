/** An order of the exchange in the words of the rules that fill it. Floor 3. */
import type { Order } from '../../model/order.js'
import { toEpochMs } from '../../model/time.js'
import type { OrderSpec } from './exchange-order.js'

/** The order as the rules of matching know it. */
export function modelOrder(number: number, spec: OrderSpec, time: number): Order {
  const moment = toEpochMs(time)
  const common = {
    number,
    symbolIndex: 0,
    side: spec.side,
    decisionTime: moment,
    decisionOpenTime: moment,
    tag: '',
  }
  const { type, quantity, price, timeInForce } = spec
  const trigger = {
    ...(spec.stopPrice > 0n && { stopPrice: spec.stopPrice }),
    ...(spec.trailingDelta !== undefined && { trailingDelta: spec.trailingDelta }),
  }
  switch (type) {
    case 'MARKET':
      return spec.quoteQuantity > 0n
        ? { ...common, type, quoteQuantity: spec.quoteQuantity }
        : { ...common, type, quantity }
    case 'LIMIT':
      return { ...common, type, quantity, price, timeInForce }
    case 'LIMIT_MAKER':
      return { ...common, type, quantity, price }
    case 'STOP_LOSS':
    case 'TAKE_PROFIT':
      return { ...common, ...trigger, type, quantity }
    case 'STOP_LOSS_LIMIT':
    case 'TAKE_PROFIT_LIMIT':
      return { ...common, ...trigger, type, quantity, price, timeInForce }
  }
}
