/** The cold whole process, phase by phase, beside a bare process that uses the same generator. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { runProcess } from './run-process.js'
import { median } from './timing.js'

/** Medians in milliseconds by phase; `peakMegabytes` is memory. */
export type ColdTimes = Readonly<Record<string, number>>

/** What one size of run costs from a cold start. */
export interface ColdBench {
  readonly bars: number
  readonly product: ColdTimes
  readonly bare: ColdTimes
  /** Whole time of the product ÷ whole time of the bare process. */
  readonly timesBare: number
}

/** Starts both processes in turn, `rounds` times each. */
export function benchCold({
  bars,
  rounds = 3,
}: {
  readonly bars: number
  readonly rounds?: number
}): ColdBench {
  const product: ColdTimes[] = []
  const bare: ColdTimes[] = []
  for (let round = 0; round < rounds; round++) {
    const out = mkdtempSync(path.join(tmpdir(), 'nextbar-bench-'))
    try {
      product.push(runProcess('cold-process.ts', [String(bars), path.join(out, 'run')]))
    } finally {
      rmSync(out, { recursive: true, force: true })
    }
    bare.push(runProcess('bare-process.ts', [String(bars)]))
  }
  const medians = { product: mediansOf(product), bare: mediansOf(bare) }
  const timesBare = (medians.product.total ?? Number.NaN) / (medians.bare.total ?? Number.NaN)
  return { bars, ...medians, timesBare }
}

function mediansOf(runs: readonly ColdTimes[]): ColdTimes {
  const keys = Object.keys(runs[0] ?? {})
  return Object.fromEntries(keys.map((key) => [key, median(runs.map((run) => run[key] ?? Number.NaN))]))
}
