/** Balances and orders: what an order holds, and what a fill moves. Floor 3. */
import { multiplyDown, toUnits, type Units } from '../../model/money.js'
import { type ExchangeOrder, leftOf, type OrderFill, type OrderList } from './exchange-order.js'

/** What an order must hold while it is open: base for a sale, quote for a purchase. */
export function holdingOf(order: ExchangeOrder): Units {
  const { spec, working } = order
  const left = leftOf(order)
  if (spec.type === 'MARKET' || left <= 0n) return 0n
  if (spec.side === 'SELL') return left
  const price = spec.price > 0n ? spec.price : spec.stopPrice > 0n ? spec.stopPrice : toUnits(working.stop)
  return multiplyDown(price, left)
}

/** The asset that an order gives. */
export function givenAsset({ spec, listed }: ExchangeOrder): string {
  return spec.side === 'BUY' ? listed.rules.quoteAsset : listed.rules.baseAsset
}

/** The asset that an order gets. */
export function gottenAsset({ spec, listed }: ExchangeOrder): string {
  return spec.side === 'BUY' ? listed.rules.baseAsset : listed.rules.quoteAsset
}

/** Has an order hold what it must, no more and no less. Free may not become negative: the caller has looked. */
export function hold(order: ExchangeOrder): void {
  const balance = order.account.balance(givenAsset(order))
  const change = holdingOf(order) - order.locked
  balance.free -= change
  balance.locked += change
  order.locked += change
}

/** Gives back what an order that has ended still holds. */
export function release(order: ExchangeOrder): void {
  const balance = order.account.balance(givenAsset(order))
  balance.free += order.locked
  balance.locked -= order.locked
  order.locked = 0n
}

/** The two legs of a list hold the same once: the more of both. */
export function holdTogether(list: OrderList, legs: readonly ExchangeOrder[]): void {
  const [first] = legs
  if (!first) return
  const need = legs.map(holdingOf).reduce((most, one) => (one > most ? one : most), 0n)
  const balance = list.account.balance(givenAsset(first))
  balance.free -= need
  balance.locked += need
  list.locked = need
}

/** Gives back what the legs of a list hold together. */
export function releaseTogether(list: OrderList, leg: ExchangeOrder): void {
  const balance = list.account.balance(givenAsset(leg))
  balance.free += list.locked
  balance.locked -= list.locked
  list.locked = 0n
}

/** Moves what a fill moves: given, gotten, commission. The order's own amounts have been changed before. */
export function settleFill(order: ExchangeOrder, fill: OrderFill): void {
  const { account, spec } = order
  const given = spec.side === 'BUY' ? fill.quote : fill.quantity
  const gotten = spec.side === 'BUY' ? fill.quantity : fill.quote
  const balance = account.balance(givenAsset(order))
  const kept = order.locked === 0n ? 0n : holdingOf(order)
  const freed = order.locked - kept
  balance.locked -= freed
  balance.free += freed - given
  order.locked = kept
  account.balance(gottenAsset(order)).free += gotten
  account.balance(fill.commissionAsset).free -= fill.commission
}
