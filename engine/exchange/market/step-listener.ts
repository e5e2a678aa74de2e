/** Who hears the steps of the market. Floor 3. */
import type { MarketStep, SymbolMarket } from './symbol-market.js'

/** Hears every step of the market. */
export interface StepListener {
  onStep(step: MarketStep): void
  /** Whether it wants the steps inside a bar of this market. */
  watches(market: SymbolMarket): boolean
}
