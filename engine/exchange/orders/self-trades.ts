/** Self-trade prevention: orders of one account are kept from each other, as the taker's mode says. Floor 3. */
import type { Units } from '../../model/money.js'
import { type ExchangeOrder, leftOf } from './exchange-order.js'
import type { Reporter } from './reporter.js'
import { givenAsset, release } from './settlement.js'

/** A self-trade that was prevented. */
export interface PreventedMatch {
  readonly id: number
  readonly taker: ExchangeOrder
  readonly maker: ExchangeOrder
  readonly price: Units
  readonly quantity: Units
  readonly time: number
}

/** Keeps orders of one account apart, and remembers which. */
export class SelfTrades {
  readonly #reporter: Reporter
  readonly #onEnd: (order: ExchangeOrder) => void
  readonly #prevented: PreventedMatch[] = []

  constructor(reporter: Reporter, onEnd: (order: ExchangeOrder) => void) {
    this.#reporter = reporter
    this.#onEnd = onEnd
  }

  get matches(): readonly PreventedMatch[] {
    return this.#prevented
  }

  /** Whether self-trade prevention kept two orders of one account from each other. */
  prevents(taker: ExchangeOrder, maker: ExchangeOrder): boolean {
    const mode = taker.spec.prevention
    if (taker.account !== maker.account || mode === 'NONE') return false
    const quantity = leftOf(taker) < leftOf(maker) ? leftOf(taker) : leftOf(maker)
    const match: PreventedMatch = {
      id: this.#prevented.length,
      taker,
      maker,
      price: maker.spec.price,
      quantity,
      time: this.#reporter.now,
    }
    this.#prevented.push(match)
    if (mode === 'DECREMENT') {
      this.#prevent(maker, match, quantity, taker.id)
      this.#prevent(taker, match, quantity, maker.id)
      return true
    }
    if (mode !== 'EXPIRE_TAKER') this.#prevent(maker, match, leftOf(maker), taker.id)
    if (mode !== 'EXPIRE_MAKER') this.#prevent(taker, match, leftOf(taker), maker.id)
    return true
  }

  #prevent(order: ExchangeOrder, match: PreventedMatch, quantity: Units, counterOrderId: number): void {
    const reporter = this.#reporter
    order.prevented += quantity
    order.preventedMatchId = match.id
    order.updateTime = reporter.now
    const isOver = leftOf(order) === 0n
    if (isOver) {
      order.status = 'EXPIRED_IN_MATCH'
      release(order)
    }
    reporter.touch(order.account, givenAsset(order))
    reporter.note('PREVENTED', { orderId: order.id, counterOrderId, quantity: quantity.toString() })
    reporter.order(order, 'TRADE_PREVENTION', {
      prevention: { quantity, price: match.price, counterOrderId, matchId: match.id },
    })
    if (isOver) this.#onEnd(order)
  }
}
