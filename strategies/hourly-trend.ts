/**
 * Two intervals: buys when the price comes back above its short average while the hours trend up, sells
 * when the hours turn down.
 *
 * The idea: the longer interval says which way, the shorter one says when. It fails when hours turn
 * without a trend behind them, and pays for many entries in a trend that hesitates.
 * Source: Elder, Trading for a Living, 1993 (the triple screen), reduced to two screens.
 */
import { close, crossedAbove, defineStrategy, ema, int, on, sma } from '../engine/index.js'

export const hourlyTrend = defineStrategy({
  name: 'hourly-trend',
  params: {
    pullback: int(60, { min: 2, max: 5000 }),
    fast: int(24, { min: 2, max: 500 }),
    slow: int(120, { min: 3, max: 1000 }),
  },
  allow: (p) => p.fast < p.slow,
  also: { h1: '1h' },
  indicators: (p) => ({
    average: sma(close, p.pullback),
    fast: on('1h', ema(close, p.fast)),
    slow: on('1h', ema(close, p.slow)),
  }),
  onBar({ average, fast, slow }, { also, bars, target }) {
    const isRising = fast.at(0) > slow.at(0) && also.h1.close.at(0) > slow.at(0)
    if (isRising && crossedAbove(bars.close, average)) target(1, { tag: 'pullback over' })
    if (fast.at(0) < slow.at(0)) target(0, { tag: 'hours turn down' })
  },
})
