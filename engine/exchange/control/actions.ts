/** What faults do to the exchange itself: symbols, balances, trades from outside, clocks, connections. Floor 3. */
import { ConfigError } from '../../model/errors.js'
import { parseUnits } from '../../model/money.js'
import type { Account } from '../accounts/account.js'
import type { Exchange } from '../exchange.js'
import type { Fault, FaultAction } from '../faults/fault.js'
import { fixedUnits } from '../fixed.js'
import type { SymbolFilter } from '../listed-symbol.js'
import { readOrder } from '../orders/read-order.js'
import { Rejection } from '../rejection.js'
import { Params } from '../rest/params.js'
import type { MarketStreams } from '../streams/market-streams.js'
import type { ApiConnections } from '../ws-api/api-door.js'

/** Actions that need no request and no frame. */
export const EXCHANGE_ACTIONS: readonly FaultAction[] = [
  ...([
    'set-symbol',
    'deposit',
    'trade',
    'order',
    'clock',
    'server-shutdown',
    'terminate-users',
    'cancel-orders',
  ] as const),
  ...(['close-streams', 'close-users'] as const),
]

/** What the actions work on. */
export interface ActionParts {
  readonly exchange: Exchange
  readonly streams: MarketStreams
  readonly api: ApiConnections
}

/** Does what a fault says. Throws a ConfigError on one that lacks what it needs. */
export function act({ exchange, streams, api }: ActionParts, fault: Fault): void {
  switch (fault.do) {
    case 'set-symbol':
      setSymbol(exchange, fault)
      break
    case 'deposit':
      deposit(exchange, fault)
      break
    case 'trade':
      passTrade(exchange, fault)
      break
    case 'order':
      placeOrder(exchange, fault)
      break
    case 'cancel-orders':
      cancelOrders(exchange, fault)
      break
    case 'clock':
      exchange.clock.set(fault)
      break
    case 'server-shutdown':
      streams.shutDown(exchange.timeline.now)
      api.shutDown(exchange.timeline.now)
      break
    case 'terminate-users':
      api.end('subscriptions')
      break
    case 'close-users':
      api.end('sockets')
      break
    case 'close-streams':
      streams.close()
      break
    default:
      throw new ConfigError(`${fault.do} must be on a request, a stream or rows, was on ${fault.on}`)
  }
}

function needed<Value>(value: Value | undefined, fault: Fault, name: string): Value {
  if (value !== undefined) return value
  throw new ConfigError(`${fault.do} must say ${name}, did not`)
}

function symbolOf(exchange: Exchange, fault: Fault) {
  const [first] = exchange.allListed
  const listed = fault.symbol === undefined ? first : exchange.listed(fault.symbol)
  return needed(listed, fault, 'a symbol that is listed')
}

function accountOf(exchange: Exchange, fault: Fault): Account {
  return needed(exchange.accounts[(fault.account ?? 1) - 1], fault, 'an account that is open')
}

function setSymbol(exchange: Exchange, fault: Fault): void {
  const listed = symbolOf(exchange, fault)
  const { filters, ...fields } = needed(fault.set, fault, 'what to set')
  const isList =
    Array.isArray(filters) &&
    filters.every((one) => typeof one === 'object' && one !== null && typeof one.filterType === 'string')
  if (filters !== undefined && !isList)
    throw new ConfigError('set.filters must be a list of filters with filterType, was none')
  const list: readonly SymbolFilter[] = isList ? filters : []
  listed.change({ ...fields, filters: list })
  exchange.journal.add('SYMBOL', exchange.timeline.now, { symbol: listed.symbol, set: fault.set })
}

/** Money comes from outside, or goes there. */
function deposit(exchange: Exchange, fault: Fault): void {
  const account = accountOf(exchange, fault)
  const asset = needed(fault.asset, fault, 'the asset')
  const units = needed(parseUnits(needed(fault.amount, fault, 'the amount')), fault, 'the amount')
  const balance = account.balance(asset)
  if (balance.free + units < 0n)
    throw new ConfigError(
      `a withdrawal must leave at least 0 ${asset}, left ${fixedUnits(balance.free + units)}`,
    )
  balance.free += units
  const time = exchange.timeline.now
  exchange.journal.add('DEPOSIT', time, { account: account.uid, asset, amount: fixedUnits(units) })
  account.tell({ e: 'balanceUpdate', E: time, a: asset, d: fixedUnits(units), T: time })
  exchange.desk.reporter.touch(account, asset)
  exchange.desk.reporter.flush()
}

/** A trade between others: it fills what it meets, and is seen in no stream. */
function passTrade(exchange: Exchange, fault: Fault): void {
  const listed = symbolOf(exchange, fault)
  const price = Number(needed(fault.price, fault, 'the price'))
  const units = needed(parseUnits(needed(fault.quantity, fault, 'the quantity')), fault, 'the quantity')
  exchange.journal.add('FOREIGN_TRADE', exchange.timeline.now, {
    symbol: listed.symbol,
    price: fault.price,
    quantity: fault.quantity,
  })
  exchange.desk.pass(listed.symbol, { price, units, isBuyerMaker: undefined })
}

/** An order of the account that its program did not send: by hand, or from another process. */
function placeOrder(exchange: Exchange, fault: Fault): void {
  const listed = symbolOf(exchange, fault)
  const values = Object.entries(needed(fault.set, fault, 'the parameters of the order'))
  const params = new Params(new Map(values.map(([name, value]) => [name, String(value)])))
  try {
    exchange.desk.place(accountOf(exchange, fault), listed, readOrder(params, 'EXPIRE_MAKER'))
  } catch (error) {
    if (error instanceof Rejection)
      throw new ConfigError(`the order was refused: ${error.code} ${error.message}`)
    throw error
  }
}

/** The exchange itself takes back what is open. */
function cancelOrders(exchange: Exchange, fault: Fault): void {
  const { symbol } = symbolOf(exchange, fault)
  for (const order of exchange.desk.archive.openOf(accountOf(exchange, fault), symbol)) {
    exchange.desk.matcher.expire(order, 'EXCHANGE_CANCELED')
  }
  exchange.desk.settled(symbol)
}
