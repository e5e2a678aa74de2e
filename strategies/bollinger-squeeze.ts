/**
 * Bollinger squeeze: after the bands have been narrow, buys when the close leaves the upper one, and
 * sells when it falls back to the middle.
 *
 * The idea: quiet stretches end in a move, and the first close outside says which way. It fails when the
 * first close outside is a false start, which is often, so the gains of a few must pay for many.
 * Source: Bollinger, Bollinger on Bollinger Bands, 2001 (method I, volatility breakout).
 */
import { bollinger, close, crossedBelow, defineStrategy, int, num } from '../engine/index.js'

export const bollingerSqueeze = defineStrategy({
  name: 'bollinger-squeeze',
  params: {
    period: int(600, { min: 5, max: 20_000 }),
    width: num(2, { min: 0.5, max: 5 }),
    squeeze: num(0.012, { min: 0.0001, max: 0.5 }),
    memory: int(240, { min: 1, max: 10_000 }),
  },
  indicators: (p) => ({ bands: bollinger(close, p.period, p.width) }),
  state: () => ({ sinceSqueeze: 1_000_000 }),
  onBar({ bands }, { bars, params, position, state, target }) {
    const { upper, middle, lower } = bands
    const isNarrow = upper.at(1) - lower.at(1) < params.squeeze * middle.at(1)
    state.sinceSqueeze = isNarrow ? 0 : state.sinceSqueeze + 1
    const isReady = position.isFlat && state.sinceSqueeze <= params.memory
    if (isReady && bars.close.at(0) > upper.at(0)) target(1, { tag: 'release' })
    else if (position.isLong && crossedBelow(bars.close, middle)) target(0, { tag: 'middle' })
  },
})
