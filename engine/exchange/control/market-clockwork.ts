/** Faults on the market's own time: at each bar that closes, what is due is done. Floor 3. */
import type { StepListener } from '../market/step-listener.js'
import type { MarketStep } from '../market/symbol-market.js'
import { type ActionParts, act, EXCHANGE_ACTIONS } from './actions.js'

/** Does the faults that are on `market`. */
export class MarketClockwork implements StepListener {
  readonly #parts: ActionParts
  #bars = -1

  constructor(parts: ActionParts) {
    this.#parts = parts
    parts.exchange.listen(this)
  }

  watches(): boolean {
    return false
  }

  onStep({ isClose }: MarketStep): void {
    const { exchange } = this.#parts
    if (!isClose || exchange.timeline.bars === this.#bars || exchange.faults.isEmpty) return
    this.#bars = exchange.timeline.bars
    for (const fault of exchange.faults.take('market', EXCHANGE_ACTIONS)) act(this.#parts, fault)
  }
}
