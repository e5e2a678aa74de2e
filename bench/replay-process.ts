/**
 * Replay of one strategy through the full session, in turn with the bare loop, as a process of its own: as a user
 * runs it. A process that has run other strategies as well knows no longer which one a bar's close calls.
 * Arguments: strategy, bars, rounds.
 */
import { generateBars } from '../data/synthetic.js'
import { inlineMore } from '../engine/app/inline-more.js'
import { runBacktest } from '../engine/backtest/run-backtest.js'
import { defineStrategy, type Strategy, strategyParams } from '../engine/core/strategy.js'
import type { RunResult } from '../engine/model/run-result.js'
import { openRules } from '../engine/model/symbol-rules.js'
import { smaCross } from '../strategies/sma-cross.js'
import { bareLoop } from './bare-loop.js'
import { SETTINGS } from './run-settings.js'
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

inlineMore()
const [name, count, rounds] = process.argv.slice(2)
const strategy: Strategy | undefined = [smaCross, dense, brackets, bracketed].find((one) => one.name === name)
if (!strategy) throw new RangeError(`the strategy must be one of this file, was ${name}`)
const bars = generateBars({ seed: 1, count: Number(count) })
const params = strategyParams(strategy, {})

const replay = (): RunResult =>
  runBacktest({
    identity: { epoch: 0, hash6: '000000' },
    strategy,
    params,
    bars,
    rules: openRules(bars.symbol, 'SYNTH', 'USDT'),
    settings: SETTINGS,
    first: 0,
    end: bars.length,
  })

console.log(JSON.stringify(timeInTurn({ bare: () => bareLoop(bars, 240, 1200), replay }, Number(rounds))))
