/** Starts threads that run trials. Floor 5. */
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { TrialSetup } from '../../sweep/run-trial.js'

/** What a thread is started with. */
export interface ThreadParts {
  /** Name or path of the strategy. */
  readonly strategy: string
  readonly isTrusted: boolean
  readonly setup: Omit<TrialSetup, 'strategy'>
}

const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm')).href

/** A thread of `trial-thread.ts`. */
export function startThread(parts: ThreadParts): Worker {
  return new Worker(new URL('./trial-thread.ts', import.meta.url), {
    workerData: parts,
    execArgv: ['--no-warnings', '--import', LOADER],
  })
}
