/**
 * A thread that runs trials: it loads the strategy itself, because functions do not pass between threads;
 * bars and columns are the main thread's own. Floor 5.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { serveTrials } from '../../sweep/pool/serve-trials.js'
import type { ThreadReply } from '../../sweep/pool/thread-messages.js'
import { keepStdout } from '../keep-stdout.js'
import { loadStrategy } from '../load-strategy.js'
import type { ThreadParts } from './local-threads.js'

if (parentPort) {
  const port = parentPort
  keepStdout()
  // What starts this thread is `local-threads.ts`, with parts of this type.
  const { strategy, isTrusted, setup } = workerData as ThreadParts
  try {
    const loaded = await loadStrategy(strategy, isTrusted)
    serveTrials(port, { ...setup, strategy: loaded.strategy })
  } catch (error) {
    port.postMessage({ kind: 'unready', error } satisfies ThreadReply)
  }
}
