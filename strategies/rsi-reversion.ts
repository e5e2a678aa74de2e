/**
 * Reversion by the relative strength index: buys when it comes back up out of oversold, sells when it
 * reaches the middle, or when it has waited too long.
 *
 * The idea: after a fast fall, those who had to sell are done, and the price comes back part of the way.
 * It fails in a crash, where oversold stays oversold, and it never makes more than a bounce.
 * Source: Wilder, New Concepts in Technical Trading Systems, 1978.
 */
import { close, crossedAbove, defineStrategy, int, num, rsi } from '../engine/index.js'

export const rsiReversion = defineStrategy({
  name: 'rsi-reversion',
  params: {
    period: int(60, { min: 2, max: 5000 }),
    oversold: num(35, { min: 1, max: 49 }),
    exit: num(52, { min: 20, max: 99 }),
    patience: int(1440, { min: 1, max: 100_000 }),
  },
  allow: (p) => p.oversold < p.exit,
  indicators: (p) => ({ strength: rsi(close, p.period) }),
  state: () => ({ held: 0 }),
  onBar({ strength }, { params, position, state, target }) {
    state.held = position.isLong ? state.held + 1 : 0
    if (position.isFlat && crossedAbove(strength, params.oversold)) target(1, { tag: 'oversold' })
    else if (position.isLong && strength.at(0) >= params.exit) target(0, { tag: 'back' })
    else if (state.held >= params.patience) target(0, { tag: 'patience' })
  },
})
