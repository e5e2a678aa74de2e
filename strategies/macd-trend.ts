/**
 * MACD with the trend: buys when the MACD line rises above its signal line while the price is above a
 * long average, sells when it falls below.
 *
 * The idea: momentum that turns up is worth more where the market goes up anyway. It fails when the trend
 * ends, and in quiet markets, where the two lines cross for no reason.
 * Source: Appel, The Moving Average Convergence-Divergence Method, 1979; trend filter added.
 */
import { close, crossedAbove, crossedBelow, defineStrategy, ema, int, macd } from '../engine/index.js'

export const macdTrend = defineStrategy({
  name: 'macd-trend',
  params: {
    fast: int(720, { min: 2, max: 10_000 }),
    slow: int(1560, { min: 3, max: 20_000 }),
    signal: int(540, { min: 2, max: 10_000 }),
    trend: int(5000, { min: 2, max: 50_000 }),
  },
  allow: (p) => p.fast < p.slow,
  indicators: (p) => ({
    momentum: macd(close, p.fast, p.slow, p.signal),
    trend: ema(close, p.trend),
  }),
  onBar({ momentum, trend }, { bars, target }) {
    const isRising = bars.close.at(0) > trend.at(0)
    if (isRising && crossedAbove(momentum.macd, momentum.signal)) target(1, { tag: 'turn up' })
    if (crossedBelow(momentum.macd, momentum.signal)) target(0, { tag: 'turn down' })
  },
})
