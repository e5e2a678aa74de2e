/** An order from its parameters: what each type must have and must not. Floor 3. */
import type { OrderType, Side, TimeInForce } from '../../model/order.js'
import type { SelfTradePrevention } from '../../venue/order-wire.js'
import { missing, notRequired, Rejection, reject } from '../rejection.js'
import type { Params } from '../rest/params.js'
import type { OrderSpec } from './exchange-order.js'

/** Parameters of a single order, in the words of `POST /api/v3/order`. */
export const ORDER_NAMES = [
  ...(['side', 'type', 'timeInForce', 'quantity', 'quoteOrderQty', 'price', 'newClientOrderId'] as const),
  ...(['strategyId', 'strategyType', 'stopPrice', 'trailingDelta', 'icebergQty'] as const),
] as const

/** A name of a single order's parameter. */
export type OrderName = (typeof ORDER_NAMES)[number]

/** By which names a request carries them; those of a list have prefixes. Undefined is one it cannot have. */
export type NamedAs = (name: OrderName) => string | undefined

const ORDER_TYPES: readonly OrderType[] = [
  ...([
    'LIMIT',
    'MARKET',
    'STOP_LOSS',
    'STOP_LOSS_LIMIT',
    'TAKE_PROFIT',
    'TAKE_PROFIT_LIMIT',
    'LIMIT_MAKER',
  ] as const),
]
const PREVENTIONS: readonly SelfTradePrevention[] = [
  ...(['NONE', 'EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH', 'DECREMENT'] as const),
]

interface Needs {
  readonly must: readonly OrderName[]
  readonly may: readonly OrderName[]
}

const ALWAYS: readonly OrderName[] = ['side', 'type', 'newClientOrderId', 'strategyId', 'strategyType']
const STOP: Needs = { must: ['quantity'], may: ['stopPrice', 'trailingDelta'] }
const STOP_LIMIT: Needs = {
  must: ['timeInForce', 'quantity', 'price'],
  may: ['stopPrice', 'trailingDelta', 'icebergQty'],
}
const NEEDS: Readonly<Record<OrderType, Needs>> = {
  LIMIT: { must: ['timeInForce', 'quantity', 'price'], may: ['icebergQty'] },
  LIMIT_MAKER: { must: ['quantity', 'price'], may: ['icebergQty'] },
  MARKET: { must: [], may: ['quantity', 'quoteOrderQty'] },
  STOP_LOSS: STOP,
  TAKE_PROFIT: STOP,
  STOP_LOSS_LIMIT: STOP_LIMIT,
  TAKE_PROFIT_LIMIT: STOP_LIMIT,
}

/** Reads an order under the names that a request gives its parts. Throws the exchange's refusal of its form. */
export function readOrder(
  params: Params,
  defaultPrevention: SelfTradePrevention,
  namedAs: NamedAs = (name) => name,
): OrderSpec {
  const must = (name: OrderName): string => {
    const sent = namedAs(name) ?? name
    if (!params.has(sent)) throw missing(sent)
    return sent
  }
  const may = (name: OrderName): string => namedAs(name) ?? ''
  const side = params.choice<Side>(must('side'), ['BUY', 'SELL'], reject(-1117)) ?? 'BUY'
  const type = params.choice<OrderType>(must('type'), ORDER_TYPES, reject(-1116)) ?? 'LIMIT'
  const needs = NEEDS[type]
  for (const name of needs.must) params.required(must(name))
  for (const name of ORDER_NAMES) {
    const isTaken = needs.must.includes(name) || needs.may.includes(name) || ALWAYS.includes(name)
    if (!isTaken && may(name) !== '' && params.has(may(name))) throw notRequired(may(name))
  }
  const timeInForce = params.choice<TimeInForce>(may('timeInForce'), ['GTC', 'IOC', 'FOK'], reject(-1115))
  const amount = (name: OrderName, what: string) => {
    const units = params.amount(may(name))
    if (units === 0n && name !== 'icebergQty') throw new Rejection(-1013, `Invalid ${what}.`)
    return units ?? 0n
  }
  const spec: OrderSpec = {
    side,
    type,
    timeInForce: timeInForce ?? 'GTC',
    quantity: amount('quantity', 'quantity'),
    quoteQuantity: amount('quoteOrderQty', 'quoteOrderQty'),
    price: amount('price', 'price'),
    stopPrice: amount('stopPrice', 'stopPrice'),
    trailingDelta: params.whole(may('trailingDelta')),
    icebergQuantity: amount('icebergQty', 'icebergQty'),
    clientOrderId: params.clientId(may('newClientOrderId')),
    strategyId: params.whole(may('strategyId')),
    strategyType: strategyType(params, may('strategyType')),
    prevention: params.choice('selfTradePreventionMode', PREVENTIONS) ?? defaultPrevention,
  }
  checkParts(spec, may)
  return spec
}

function strategyType(params: Params, name: string): number | undefined {
  const type = params.whole(name)
  if (type === undefined || type >= 1_000_000) return type
  throw new Rejection(-1130, `Data sent for parameter '${name}' is not valid.`)
}

function checkParts(spec: OrderSpec, named: (name: OrderName) => string): void {
  if (spec.type === 'MARKET' && spec.quantity > 0n === spec.quoteQuantity > 0n) {
    if (spec.quantity > 0n) throw notRequired(named('quoteOrderQty'))
    throw missing(named('quantity'))
  }
  const isStop = NEEDS[spec.type].may.includes('stopPrice')
  if (isStop && spec.stopPrice === 0n && spec.trailingDelta === undefined) throw missing(named('stopPrice'))
  if (spec.icebergQuantity === 0n) return
  if (spec.type !== 'LIMIT_MAKER' && spec.timeInForce !== 'GTC') {
    throw new Rejection(-1114, 'TimeInForce parameter sent when not required.')
  }
}
