/**
 * A sweep of sma-cross on two threads, as `run-sweep.ts` runs its trials: 1,000 of them over a year of
 * minutes, whose columns all fit. Told by wall clock and, since machines are busy, by processor time.
 */
import { generateBars } from '../data/synthetic.js'
import { localPool } from '../engine/app/sweep/local-threads.js'
import { strategyParams } from '../engine/core/strategy.js'
import { openRules } from '../engine/model/symbol-rules.js'
import type { LocalPool } from '../engine/sweep/pool/local-pool.js'
import type { TrialSetup } from '../engine/sweep/run-trial.js'
import type { Trial } from '../engine/sweep/trial.js'
import { smaCross } from '../strategies/sma-cross.js'
import { bareLoop } from './bare-loop.js'
import { SETTINGS } from './run-settings.js'
import { median } from './timing.js'

/** What a sweep took. */
export interface SweepBench {
  readonly bars: number
  readonly trials: number
  readonly workers: number
  /** By the wall clock, columns included, from the first trial on. */
  readonly trialsPerSecond: number
  readonly barTrialsPerSecond: number
  /** By the processor time of the whole process, times the threads: without the waits for other programs. */
  readonly barTrialsPerProcessorSecond: number
  /** Processor time of a bar of a trial ÷ that of a bar of the bare loop. */
  readonly timesBare: number
  readonly columnMegabytes: number
  readonly peakMegabytes: number
}

/** Fast averages by slow ones: with them 1,000 trials read 65 columns. */
const FAST = 25
const SLOW = 40

/** Measures a sweep of `FAST` × `SLOW` trials over `count` bars. */
export async function benchSweep({ count = 525_600, workers = 2 } = {}): Promise<SweepBench> {
  const bars = generateBars({ seed: 1, count })
  const trials = Array.from({ length: FAST * SLOW }, (_, k): Trial => {
    const params = strategyParams(smaCross, {
      fast: 120 + 20 * (k % FAST),
      slow: 1000 + 40 * Math.floor(k / FAST),
    })
    return { key: String(k), params, range: [bars.openTime[0] ?? 0, Number.MAX_SAFE_INTEGER] }
  })
  const setup: TrialSetup = {
    strategy: smaCross,
    symbols: [{ bars, rules: openRules(bars.symbol, 'SYNTH', 'USDT') }],
    settings: { ...SETTINGS, policy: undefined, limits: undefined, warmup: 2600 },
    benchmark: bars.symbol,
  }
  const pool = localPool({ setup, strategy: 'sma-cross', isTrusted: false, workers, columnMemory: 2 ** 30 })
  try {
    const first = trials.slice(0, 2 * workers)
    await pool.run(first, refuseFailed)
    const bare = median(Array.from({ length: 7 }, () => processorMs(() => bareLoop(bars, 240, 1200))))
    const { wallMs, cpuMs } = await timed(pool, trials)
    const work = count * trials.length
    return {
      bars: count,
      trials: trials.length,
      workers,
      trialsPerSecond: (trials.length / wallMs) * 1000,
      barTrialsPerSecond: (work / wallMs) * 1000,
      barTrialsPerProcessorSecond: (work / cpuMs) * 1000 * workers,
      timesBare: cpuMs / trials.length / bare,
      columnMegabytes: pool.columnBytes / 2 ** 20,
      peakMegabytes: process.resourceUsage().maxRSS / 1024,
    }
  } finally {
    await pool.close()
  }
}

async function timed(
  pool: LocalPool,
  trials: readonly Trial[],
): Promise<{ readonly wallMs: number; readonly cpuMs: number }> {
  const [start, before] = [performance.now(), process.cpuUsage()]
  await pool.run(trials, refuseFailed)
  const { user, system } = process.cpuUsage(before)
  return { wallMs: performance.now() - start, cpuMs: (user + system) / 1000 }
}

function refuseFailed(_index: number, row: { readonly status: string; readonly error?: string }): void {
  if (row.status !== 'DONE') throw new Error(`a trial must end, failed: ${row.error}`)
}

function processorMs(work: () => unknown): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
