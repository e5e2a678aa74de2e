/** What takers meet: the book and the orders of others, and how far they may go. Floor 3. */
import { ONE, parseUnits, type Units } from '../../model/money.js'
import type { Side } from '../../model/order.js'
import type { SymbolFilter } from '../listed-symbol.js'
import type { Book, BookLevel } from '../market/book.js'
import { type ExchangeOrder, isResting, leftOf } from './exchange-order.js'

/** One offer that a taker can meet. */
export type Offer =
  | { readonly kind: 'BOOK'; readonly price: Units; readonly units: Units }
  | { readonly kind: 'ORDER'; readonly price: Units; readonly units: Units; readonly maker: ExchangeOrder }

/** What a taker can meet, the best price first, up to its limit. Whoever stands at a price of the book came first. */
export function* offersFor(
  order: ExchangeOrder,
  open: readonly ExchangeOrder[],
  book: Book,
): Generator<Offer> {
  const { spec } = order
  const isBuy = spec.side === 'BUY'
  const limit = spec.price > 0n ? spec.price : undefined
  const isIn = (price: Units): boolean => limit === undefined || (isBuy ? price <= limit : price >= limit)
  const makers = open
    .filter((one) => one !== order && one.spec.side !== spec.side && isResting(one) && one.spec.price > 0n)
    .sort(byPriority)
  for (const level of book.levels(isBuy ? 'SELL' : 'BUY')) {
    // Whoever stands at the same price came before the book did.
    while (makers[0] && (isBuy ? makers[0].spec.price <= level.price : makers[0].spec.price >= level.price)) {
      const maker = makers.shift()
      if (maker && isIn(maker.spec.price))
        yield { kind: 'ORDER', price: maker.spec.price, units: leftOf(maker), maker }
    }
    if (!isIn(level.price)) return
    yield { kind: 'BOOK', ...level }
  }
  for (const maker of makers) {
    if (isIn(maker.spec.price)) yield { kind: 'ORDER', price: maker.spec.price, units: leftOf(maker), maker }
  }
}

/** Levels of a side, and the orders that rest there, the best first. */
export function joinLevels(
  book: readonly BookLevel[],
  open: readonly ExchangeOrder[],
  side: Side,
): readonly BookLevel[] {
  const levels = new Map(book.map(({ price, units }) => [price, units]))
  for (const order of open) {
    if (!isResting(order) || order.spec.side !== side) continue
    const { price } = order.spec
    levels.set(price, (levels.get(price) ?? 0n) + leftOf(order))
  }
  const sign = side === 'BUY' ? -1 : 1
  return [...levels]
    .map(([price, units]) => ({ price, units }))
    .sort((a, b) => sign * Number(a.price - b.price))
}

/** The better price first, at one price the older order. */
export function byPriority(a: ExchangeOrder, b: ExchangeOrder): number {
  if (a.spec.side !== b.spec.side) return a.spec.side === 'BUY' ? -1 : 1
  const better = a.spec.side === 'BUY' ? b.spec.price - a.spec.price : a.spec.price - b.spec.price
  return better > 0n ? 1 : better < 0n ? -1 : a.workingTime - b.workingTime || a.id - b.id
}

/** Between which prices a taker may trade, by the symbol's rule. */
export function priceRange(
  rule: SymbolFilter | undefined,
  side: 'BUY' | 'SELL',
  reference: Units,
): { readonly least: Units; readonly most: Units } {
  const bound = (name: string): Units | undefined => {
    const times = parseUnits(String(rule?.[`${side === 'BUY' ? 'bid' : 'ask'}LimitMult${name}`] ?? ''))
    return times === undefined ? undefined : (reference * times) / ONE
  }
  return { least: bound('Down') ?? 0n, most: bound('Up') ?? 2n ** 96n }
}
