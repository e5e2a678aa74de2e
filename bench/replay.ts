/** Replay through the full session, beside the bare loop in the same process. */
import { generateBars } from '../data/synthetic.js'
import { runBacktest } from '../engine/backtest/run-backtest.js'
import { defineStrategy, type Strategy, strategyParams } from '../engine/core/strategy.js'
import { ONE } from '../engine/model/money.js'
import type { RunResult } from '../engine/model/run-result.js'
import { openRules } from '../engine/model/symbol-rules.js'
import { smaCross } from '../strategies/sma-cross.js'
import { bareLoop } from './bare-loop.js'
import { timeInTurn } from './timing.js'

/** An order every second bar: in, out, in, out, with so little of the equity that costs do not eat it. */
const dense = defineStrategy({
  name: 'dense',
  state: () => ({ calls: 0 }),
  onBar(_indicators, { state, target }) {
    const calls = state.calls++
    if (calls % 2 === 0) target(calls % 4 === 0 ? 0.001 : 0)
  },
})

/** Speeds in bars a second, and how many times the bare loop's time each takes. */
export interface ReplayBench {
  readonly bars: number
  readonly rows: readonly {
    readonly name: string
    readonly barsPerSecond: number
    readonly timesBare: number
  }[]
}

/**
 * Never without a stop and a target: enters again as soon as one of them has ended the position. With so little of
 * the cash that it lasts: where it is gone, refused orders would be measured.
 */
const brackets = defineStrategy({
  name: 'brackets',
  onBar(_indicators, { bars, bracket, position }) {
    if (!position.isFlat) return
    const last = bars.close.at(0)
    bracket({ quote: 1, stop: last * 0.995, takeProfit: last * 1.005 })
  },
})

/** A bracket on every entry and an order at every bar: in at one, out again at the next, its exits taken back. */
const bracketed = defineStrategy({
  name: 'bracketed',
  onBar(_indicators, { bars, bracket, close, position }) {
    const last = bars.close.at(0)
    if (position.isFlat) bracket({ quote: 1, stop: last * 0.995, takeProfit: last * 1.005 })
    else close()
  },
})

/** Measures the replay of sma-cross (sparse), of an order every second bar (dense), and of brackets, that stand and that go at once. */
export function benchReplay({ count = 1_000_000, rounds = 9 } = {}): ReplayBench {
  const bars = generateBars({ seed: 1, count })
  const replay = (strategy: Strategy): RunResult =>
    runBacktest({
      identity: { epoch: 0, hash6: '000000' },
      strategy,
      params: strategyParams(strategy, {}),
      bars,
      rules: openRules(bars.symbol, 'SYNTH', 'USDT'),
      settings: {
        cash: 10_000n * ONE,
        alpha: 0.5,
        atrPeriod: 14,
        atrSource: 'next',
        clamp: 'none',
        makerFee: 0.001,
        takerFee: 0.001,
        feeAsset: 'received',
        limitFill: 'through',
        participation: undefined,
        insideBar: 'worst',
        warmup: 0,
        closeAtEnd: false,
      },
      first: 0,
      end: bars.length,
    })
  const medians = timeInTurn(
    {
      'bare loop': () => bareLoop(bars, 240, 1200),
      'sma-cross, sparse': () => replay(smaCross),
      'an order every second bar': () => replay(dense),
      'a bracket at work on every bar': () => replay(brackets),
      'four bracketed orders on two': () => replay(bracketed),
    },
    rounds,
  )
  const bare = medians['bare loop']
  const rows = Object.entries(medians).map(([name, ms]) => ({
    name,
    barsPerSecond: (count / ms) * 1000,
    timesBare: ms / bare,
  }))
  return { bars: count, rows }
}
