/** Threads of this process that run trials. Floor 5. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { LocalPool } from '../../sweep/pool/local-pool.js'
import type { TrialSetup } from '../../sweep/run-trial.js'
import { THREAD_OPTIONS } from '../thread-options.js'

/** What a thread is started with. */
export interface ThreadParts {
  /** Name or path of the strategy. */
  readonly strategy: string
  readonly isTrusted: boolean
  readonly setup: Omit<TrialSetup, 'strategy'>
}

/** More threads than so many for each of the machine's would only wait for each other. */
const MOST_A_CORE = 4

/** A pool of threads; each loads the strategy itself, because functions do not pass between threads. */
export function localPool({
  setup,
  strategy,
  isTrusted,
  workers,
  columnMemory,
}: {
  readonly setup: TrialSetup
  readonly strategy: string
  readonly isTrusted: boolean
  readonly workers: number
  readonly columnMemory: number
}): LocalPool {
  const { strategy: _, ...plain } = setup
  const workerData: ThreadParts = { strategy, isTrusted, setup: plain }
  return new LocalPool({
    setup,
    workers: Math.max(1, Math.min(workers, MOST_A_CORE * availableParallelism())),
    columnMemory,
    startThread: () =>
      new Worker(new URL('./trial-thread.ts', import.meta.url), {
        workerData,
        execArgv: [...THREAD_OPTIONS],
      }),
  })
}
