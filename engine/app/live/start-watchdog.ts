/** Starts the watchdog of a live session, in a thread of its own. Floor 5. */
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { ChainHead } from '../../live/ledger/chain.js'
import { Pulse } from '../../live/watchdog/pulse.js'
import type { WatchdogParts } from '../../live/watchdog/watchdog.js'

/** A watchdog at work. Close it when the session is over. */
export interface RunningWatchdog {
  /** Where the session shows what it is at work on. */
  readonly pulse: Pulse
  close(): void
}

const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
/** Of the shortest bound, a second, only a part. */
const BEAT_MS = 100

/** Begins to watch this thread. `head` is the ledger's last row now; `onFault` is told when nothing watches any more. */
export function startWatchdog(
  parts: Omit<WatchdogParts, 'memory'>,
  head: () => ChainHead | undefined,
  onFault: (message: string) => void,
): RunningWatchdog {
  const pulse = new Pulse()
  const workerData: WatchdogParts = { ...parts, memory: pulse.memory }
  const worker = new Worker(new URL('./watchdog-thread.ts', import.meta.url), {
    workerData,
    execArgv: ['--no-warnings', '--import', LOADER],
  })
  worker.unref()
  worker.on('error', (error) => onFault(`the watchdog has ended: ${error.message}`))
  let told: ChainHead | undefined
  const beats = setInterval(() => {
    pulse.beat()
    const now = head()
    if (now === told) return
    told = now
    worker.postMessage(now)
  }, BEAT_MS)
  return {
    pulse,
    close() {
      clearInterval(beats)
      void worker.terminate()
    },
  }
}
