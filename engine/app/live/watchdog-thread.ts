/** The thread of a live session's watchdog. Floor 5. */
import { parentPort, workerData } from 'node:worker_threads'
import type { ChainHead } from '../../live/ledger/chain.js'
import { type WatchdogParts, watch } from '../../live/watchdog/watchdog.js'

let head: ChainHead | undefined
// What starts this thread is `start-watchdog.ts`, and what it sends are heads of the ledger.
parentPort?.on('message', (told: ChainHead) => {
  head = told
})
watch(workerData as WatchdogParts, () => head)
