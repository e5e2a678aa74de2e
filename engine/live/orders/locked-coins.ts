/**
 * Sees that orders of another hand hold what the session would sell: the account has it, and a sale would be refused all the
 * same. It is told, and decides nothing: a sale is sized by the books, and the exchange alone knows what is free. Floor 3.
 */
import { formatUnits, type Units } from '../../model/money.js'
import type { AccountState } from './account-state.js'
import type { ExchangeMarket } from './exchange-market.js'
import type { TellOrders } from './order-news.js'

/** An account and the books, at one look. */
export interface HeldView {
  readonly account: Pick<AccountState, 'free' | 'total'>
  readonly books: Readonly<Record<string, Units>>
}

/** What it works with. */
export interface LockedParts {
  readonly symbols: readonly string[]
  readonly baseOf: (symbol: string) => string
  readonly market: Pick<ExchangeMarket, 'openOf'>
  readonly tell: TellOrders
}

/** One of the session's own orders may have come or gone between two answers: twice in a row it is no such thing. */
const LEAST_SIGHTS = 2

/** One for each session. */
export class LockedCoins {
  readonly #sights = new Map<string, number>()

  /** Takes a look at the account: tells of an asset when it is locked at two looks, and when it is so no more. */
  look({ account, books }: HeldView, { symbols, baseOf, market, tell }: LockedParts): void {
    for (const symbol of symbols) {
      const asset = baseOf(symbol)
      const held = books[asset] ?? 0n
      const free = (account.free.get(asset) ?? 0n) + ownSales(market, symbol)
      const about = `locked ${asset}`
      // What is not there at all is another trouble, and told as such.
      if (free >= held || (account.total.get(asset) ?? 0n) < held) {
        if ((this.#sights.get(asset) ?? 0) >= LEAST_SIGHTS)
          tell('reconcile', 'note', `the session's ${asset} can be sold again`, { about, isOver: true })
        this.#sights.delete(asset)
        continue
      }
      const sights = (this.#sights.get(asset) ?? 0) + 1
      this.#sights.set(asset, sights)
      if (sights !== LEAST_SIGHTS) continue
      const what = `of the session's ${formatUnits(held)} ${asset} ${formatUnits(free)} can be sold`
      const why = 'orders of another hand hold the rest, and a larger sale, a stop too, will be refused'
      tell('reconcile', 'page', `${what}: ${why}; take those back`, { about })
    }
  }
}

/** What the session's own open sales hold; legs of a list each count, though together they hold it once. */
function ownSales(market: Pick<ExchangeMarket, 'openOf'>, symbol: string): Units {
  return market
    .openOf(symbol)
    .filter(({ order }) => order.side === 'SELL')
    .reduce((sum, { order, executed }) => sum + (order.quantity ?? 0n) - executed, 0n)
}
