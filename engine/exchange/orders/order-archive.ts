/** All orders and lists the exchange has ever taken, and how they are found. Floor 3. */
import type { Account } from '../accounts/account.js'
import { type ExchangeOrder, isOpenOrder, type OrderList } from './exchange-order.js'

/** How an order is named: by its id, by the client's, or by both. */
export interface OrderName {
  readonly orderId: number | undefined
  readonly clientOrderId: string | undefined
}

/** Orders by account and symbol, oldest first; those that are open apart. */
export class OrderArchive {
  readonly #byId = new Map<number, ExchangeOrder>()
  readonly #bySymbol = new Map<string, ExchangeOrder[]>()
  readonly #open = new Map<string, ExchangeOrder[]>()
  readonly #lists: OrderList[] = []

  add(order: ExchangeOrder): void {
    this.#byId.set(order.id, order)
    put(this.#bySymbol, placeOf(order.account, order.listed.symbol), order)
    put(this.#open, order.listed.symbol, order)
  }

  addList(list: OrderList): void {
    this.#lists.push(list)
  }

  /** Leaves out of the open ones what has ended. */
  settle(symbol: string): void {
    const open = this.#open.get(symbol)
    if (open?.some((order) => !isOpenOrder(order))) this.#open.set(symbol, open.filter(isOpenOrder))
  }

  /** Open orders of a symbol, everybody's, oldest first. */
  open(symbol: string): readonly ExchangeOrder[] {
    return this.#open.get(symbol) ?? []
  }

  /** Open orders of an account, of one symbol or of all. */
  openOf(account: Account, symbol?: string): readonly ExchangeOrder[] {
    const places = symbol === undefined ? [...this.#open.values()] : [this.open(symbol)]
    return places.flatMap((orders) =>
      orders.filter((order) => order.account === account && isOpenOrder(order)),
    )
  }

  /** All orders of an account and symbol, oldest first. */
  allOf(account: Account, symbol: string): readonly ExchangeOrder[] {
    return this.#bySymbol.get(placeOf(account, symbol)) ?? []
  }

  /** The order of this name: of several with one client id, the open one, else the latest. */
  find(account: Account, symbol: string, { orderId, clientOrderId }: OrderName): ExchangeOrder | undefined {
    if (orderId !== undefined) {
      const order = this.#byId.get(orderId)
      return order?.account === account && order.listed.symbol === symbol ? order : undefined
    }
    const named = this.allOf(account, symbol).filter((order) => order.clientOrderId === clientOrderId)
    return named.find(isOpenOrder) ?? named.at(-1)
  }

  /** Lists of an account, oldest first. */
  listsOf(account: Account): readonly OrderList[] {
    return this.#lists.filter((list) => list.account === account)
  }
}

function placeOf(account: Account, symbol: string): string {
  return `${account.uid} ${symbol}`
}

function put(map: Map<string, ExchangeOrder[]>, key: string, order: ExchangeOrder): void {
  const found = map.get(key)
  if (found) found.push(order)
  else map.set(key, [order])
}
