/** A stream of changes of a book: what each step alters, so that a reader can keep a book of its own. Floor 3. */
import type { Exchange } from '../exchange.js'
import { fixedUnits } from '../fixed.js'
import type { ListedSymbol } from '../listed-symbol.js'

type Levels = ReadonlyMap<bigint, bigint>

/** Changes since the last message; each begins where the one before ended. */
export class DepthStream {
  readonly #exchange: Exchange
  readonly #listed: ListedSymbol
  #updateId: number
  #bids: Levels
  #asks: Levels

  constructor(exchange: Exchange, listed: ListedSymbol) {
    this.#exchange = exchange
    this.#listed = listed
    this.#updateId = listed.market.updateId
    this.#bids = this.#levels('BUY')
    this.#asks = this.#levels('SELL')
  }

  /** The message of a step. */
  onStep(time: number) {
    const [bids, asks] = [this.#levels('BUY'), this.#levels('SELL')]
    const { updateId } = this.#listed.market
    const event = {
      e: 'depthUpdate',
      E: time,
      s: this.#listed.symbol,
      U: this.#updateId + 1,
      u: updateId,
      b: changes(this.#bids, bids),
      a: changes(this.#asks, asks),
    }
    this.#updateId = updateId
    this.#bids = bids
    this.#asks = asks
    return event
  }

  #levels(side: 'BUY' | 'SELL'): Levels {
    return new Map(
      this.#exchange.desk.offers(this.#listed.symbol, side).map(({ price, units }) => [price, units]),
    )
  }
}

/** Levels that are new or other, and those that are gone, with 0. */
function changes(before: Levels, after: Levels): readonly (readonly [string, string])[] {
  const changed: [string, string][] = []
  for (const [price, units] of after)
    if (before.get(price) !== units) changed.push([fixedUnits(price), fixedUnits(units)])
  for (const price of before.keys()) if (!after.has(price)) changed.push([fixedUnits(price), '0.00000000'])
  return changed
}
