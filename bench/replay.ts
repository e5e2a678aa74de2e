/** Replay through the full session, beside the bare loop in the same process; a process for each strategy. */
import { runProcess } from './run-process.js'

/** Strategies of `replay-process.ts`. */
const ROWS = {
  'sma-cross': 'sma-cross, sparse',
  dense: 'an order every second bar',
  brackets: 'a bracket at work on every bar',
  bracketed: 'four bracketed orders on two',
}

/** Speeds in bars a second, that of the bare loop beside each, and how many times its time each takes. */
export interface ReplayBench {
  readonly bars: number
  readonly rows: readonly {
    readonly name: string
    readonly barsPerSecond: number
    readonly bareBarsPerSecond: number
    readonly timesBare: number
  }[]
}

/** Measures the replay of sma-cross (sparse), of an order every second bar (dense), and of brackets, that stand and that go at once. */
export function benchReplay({ count = 1_000_000, rounds = 15 } = {}): ReplayBench {
  const perSecond = (ms: number | undefined): number => (count / (ms ?? Number.NaN)) * 1000
  const rows = Object.entries(ROWS).map(([strategy, name]) => {
    const times = runProcess('replay-process.ts', [strategy, String(count), String(rounds)])
    const barsPerSecond = perSecond(times.replay)
    const bareBarsPerSecond = perSecond(times.bare)
    return { name, barsPerSecond, bareBarsPerSecond, timesBare: bareBarsPerSecond / barsPerSecond }
  })
  return { bars: count, rows }
}
