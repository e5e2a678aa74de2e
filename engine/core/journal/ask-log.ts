/** What was asked for, as rows of numbers where it is asked often. Floor 2. */
import type { Ask } from '../../model/decision.js'
import { type DeskAsk, type OrderAsk, toAsk } from '../desk-ask.js'
import { Rows } from './rows.js'
import { EXITS_WIDTH, exitsAt, PRICES_WIDTH, pricesAt, putExits, putPrices } from './terms-rows.js'

/** Places of a row. */
const PLACE = { kind: 0, size: 1, prices: 2, exits: 2 + PRICES_WIDTH } as const
const WIDTH = PLACE.exits + EXITS_WIDTH

/** What a row is, packed. */
const IS_ORDER = 1
const IS_BUY = 2
const IN_BASE = 4
const HAS_PRICES = 8
const HAS_EXITS = 16

/** Codes of asks that say nothing more; those that do follow, two for each number: an object or a row. */
const CLOSE = 1
const CANCEL = 2
const FIRST = 3

/** Asks by code; a target's weight is its decision's to keep, and its code is 0. */
export class AskLog {
  readonly #rows = new Rows(WIDTH)
  /** Those that are asked for by name, and rarely. */
  readonly #others: DeskAsk[] = []

  /** Writes an ask down and gives its code. */
  add(ask: DeskAsk): number {
    switch (ask.kind) {
      case 'TARGET':
        return 0
      case 'CLOSE':
        return CLOSE
      case 'CANCEL':
        return CANCEL
      case 'ORDER':
        return this.#addOrder(ask)
      case 'EXITS': {
        const row = this.#rows.add()
        const { chunk, place: at } = this.#rows
        chunk.halves[2 * at] = HAS_EXITS
        putExits(chunk, at + PLACE.exits, ask.exits)
        return FIRST + 2 * row
      }
      case 'OCO':
      case 'OTO':
      case 'REPLACE':
        return FIRST + 2 * this.#others.push(ask) - 1
    }
  }

  /** The ask of a code that `add` gave; undefined for a target's. */
  at(code: number): Ask | undefined {
    if (code === 0) return undefined
    if (code === CLOSE) return { kind: 'CLOSE' }
    if (code === CANCEL) return { kind: 'CANCEL' }
    if ((code - FIRST) % 2 === 0) return toAsk(this.#rowAt((code - FIRST) / 2))
    const other = this.#others[(code - FIRST - 1) / 2]
    return other && toAsk(other)
  }

  #addOrder(ask: OrderAsk): number {
    const { side, quantity, quoteQuantity = 0, prices, exits } = ask
    const row = this.#rows.add()
    const { chunk, place: at } = this.#rows
    chunk.halves[2 * at] =
      IS_ORDER |
      (side === 'BUY' ? IS_BUY : 0) |
      (quantity === undefined ? 0 : IN_BASE) |
      (prices === undefined ? 0 : HAS_PRICES) |
      (exits === undefined ? 0 : HAS_EXITS)
    chunk.putAmount(at + PLACE.size, quantity ?? quoteQuantity)
    if (prices) putPrices(chunk, at + PLACE.prices, prices)
    if (exits) putExits(chunk, at + PLACE.exits, exits)
    return FIRST + 2 * row
  }

  #rowAt(row: number): DeskAsk {
    const chunk = this.#rows.chunkOf(row)
    const at = this.#rows.placeOf(row)
    const kind = chunk.halfAt(at, 0)
    const exits = exitsAt(chunk, at + PLACE.exits)
    if ((kind & IS_ORDER) === 0) return { kind: 'EXITS', exits }
    const size = chunk.amountAt(at + PLACE.size)
    return {
      kind: 'ORDER',
      side: (kind & IS_BUY) === 0 ? 'SELL' : 'BUY',
      quantity: (kind & IN_BASE) === 0 ? undefined : size,
      quoteQuantity: (kind & IN_BASE) === 0 ? size : undefined,
      prices: (kind & HAS_PRICES) === 0 ? undefined : pricesAt(chunk, at + PLACE.prices),
      exits: (kind & HAS_EXITS) === 0 ? undefined : exits,
    }
  }
}
