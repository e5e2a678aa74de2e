/** An order as it comes in: what it looks like at first, and what the exchange refuses of it at once. Floor 3. */
import { workingOrder } from '../../core/market/working-order.js'
import type { Account } from '../accounts/account.js'
import type { ListedSymbol } from '../listed-symbol.js'
import { chanceAt } from '../market/hash.js'
import { Rejection } from '../rejection.js'
import { type ExchangeOrder, isWaitingStop, leftOf, type OrderSpec } from './exchange-order.js'
import { checkFilters } from './filters.js'
import { modelOrder } from './model-order.js'

/** Throws what the exchange refuses before it looks at balances and the book. `open` are the account's orders. */
export function checkOrder(
  account: Account,
  listed: ListedSymbol,
  spec: OrderSpec,
  open: readonly ExchangeOrder[],
): void {
  if (!account.canTrade) throw new Rejection(-2010, 'This account may not place or cancel orders.')
  if (listed.entry.status !== 'TRADING') throw new Rejection(-2010, 'Market is closed.')
  if (!Array.isArray(listed.entry.orderTypes) || !listed.entry.orderTypes.includes(spec.type)) {
    throw new Rejection(-1116, 'Invalid orderType.')
  }
  const base = account.balance(listed.rules.baseAsset)
  const buying = open
    .filter(({ spec: { side } }) => side === 'BUY')
    .reduce((sum, one) => sum + leftOf(one), 0n)
  checkFilters(listed, spec, {
    openOrders: open.length,
    openStops: open.filter(isWaitingStop).length,
    openIcebergs: open.filter(({ spec: { icebergQuantity } }) => icebergQuantity > 0n).length,
    openLists: new Set(open.flatMap(({ list }) => (list ? [list.id] : []))).size,
    position: base.free + base.locked + buying,
  })
}

/** An order that nothing has happened to. */
export function newOrder({
  id,
  account,
  listed,
  spec,
  clientOrderId,
  time,
}: Pick<ExchangeOrder, 'id' | 'account' | 'listed' | 'spec' | 'clientOrderId' | 'time'>): ExchangeOrder {
  return {
    id,
    listed,
    account,
    spec,
    clientOrderId,
    list: undefined,
    status: 'NEW',
    quantity: spec.quantity,
    executed: 0n,
    quote: 0n,
    fills: [],
    prevented: 0n,
    preventedMatchId: undefined,
    amendments: [],
    time,
    updateTime: time,
    workingTime: -1,
    trailingTime: -1,
    expiryReason: undefined,
    working: workingOrder(modelOrder(id, spec, time), {
      signalAtr: Number.NaN,
      price: listed.market.lastPrice,
      rules: listed.rules,
    }),
    locked: 0n,
    hiddenUntil: 0,
  }
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** The name that the exchange gives the `n`th of those without one: 22 letters and digits. */
export function madeUpName(seed: number, n: number): string {
  return Array.from(
    { length: 22 },
    (_, k) => LETTERS[Math.floor(chanceAt(seed, 7, n, k) * LETTERS.length)] ?? 'x',
  ).join('')
}
