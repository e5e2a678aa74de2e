/**
 * A worker's side of a queue: takes chunks, runs their trials on threads, answers their rows. The main thread
 * only talks to Redis, so that its lease is renewed while the threads compute. Floor 4.
 */
import { type Job, WaitingError, Worker } from 'bullmq'
import { DataError } from '../../model/errors.js'
import type { Evaluator } from '../evaluator.js'
import {
  descriptionKey,
  engineOfKey,
  PREFIX,
  parseChunk,
  queueNameOf,
  rowsIn,
  toSent,
  WAITING_KEYS,
} from './queue-messages.js'
import { connectRedis, followLink, queueConnection } from './redis-connection.js'

/** What a worker is made of. */
export interface QueueServerParts {
  readonly url: string
  readonly engineHash: string
  /** How long a chunk stays with a worker that is not heard of. */
  readonly leaseMs: number
  /** Loads a sweep by its description and starts what runs its trials. */
  readonly openPool: (description: string) => Promise<Evaluator>
  /** Told of the trials of a chunk that it ran. */
  readonly onTrials: (trials: number) => void
  /** Told, once, of other engines whose trials wait while this worker has none. */
  readonly onForeign: (engines: readonly string[]) => void
  /** Told when the server no longer answers, and when it does again. */
  readonly onLink: (isUp: boolean) => void
}

/** A worker that has begun. */
export interface QueueServer {
  /** Settles when it has stopped; rejects with what kept it from a sweep that it was asked for. */
  readonly ended: Promise<void>
  /** Ends the trials under way, hands back those behind them with the rows that it has, and takes no others. */
  stop(): void
}

/** A stalled chunk goes back into the queue as often as need be: trials are the same wherever they are run. */
const MOST_STALLS = 1_000_000

/** How long a worker may be idle before it looks for whom the trials are that it does not get. */
const IDLE_MS = 5000

/** Begins to take chunks. Throws a ConfigError when the server does not answer. */
export async function serveQueue(parts: QueueServerParts): Promise<QueueServer> {
  const redis = await connectRedis(parts.url)
  followLink(redis, parts.onLink)
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>()
  let open: { readonly description: string; readonly pool: Evaluator } | undefined
  const worker = new Worker(queueNameOf(parts.engineHash), (job, token) => run(job, token), {
    connection: queueConnection(parts.url),
    prefix: PREFIX,
    concurrency: 1,
    lockDuration: parts.leaseMs,
    stalledInterval: Math.max(1000, Math.floor(parts.leaseMs / 2)),
    maxStalledCount: MOST_STALLS,
  })
  // A connection that breaks is made again.
  worker.on('error', () => undefined)
  let isStopping = false
  let isBusy = false
  // A server that goes meanwhile is told of by `onLink`.
  const looking = setInterval(() => void lookAbroad().catch(() => undefined), IDLE_MS)
  return { ended, stop: () => void stop() }

  async function run(job: Job, token: string | undefined): Promise<readonly unknown[]> {
    isBusy = true
    try {
      const chunk = parseChunk(job.data)
      const rows = rowsIn(chunk)
      const missing = [...rows.keys()].filter((k) => rows[k] === undefined)
      const pool = await poolFor(chunk.description)
      const trials = isStopping ? [] : missing.flatMap((k) => chunk.trials[k] ?? [])
      let ended = 0
      await pool.run(trials, (index, row) => {
        rows[missing[index] ?? 0] = row
        ended++
      })
      parts.onTrials(ended)
      const sent = rows.map((row) => (row === undefined ? null : toSent(row)))
      if (ended === missing.length) return sent
      await job.updateData({ ...chunk, rows: sent })
      await job.moveToWait(token)
      throw new WaitingError()
    } finally {
      isBusy = false
    }
  }

  async function lookAbroad(): Promise<void> {
    if (isBusy || isStopping || redis.status !== 'ready') return
    const engines = new Set<string>()
    let cursor = '0'
    do {
      const [next, keys] = await redis.scan(cursor, 'MATCH', WAITING_KEYS, 'COUNT', 1000)
      for (const key of keys) engines.add(engineOfKey(key))
      cursor = next
    } while (cursor !== '0')
    engines.delete(parts.engineHash)
    if (engines.size === 0 || isStopping) return
    clearInterval(looking)
    parts.onForeign([...engines].sort())
  }

  /** One sweep at a time: the next one's bars take the place of the last one's. */
  async function poolFor(description: string): Promise<Evaluator> {
    if (open?.description === description) return open.pool
    await open?.pool.close()
    open = undefined
    const text = await redis.get(descriptionKey(description))
    // The chunk goes back: who still waits for it describes it anew.
    if (text === null) throw new DataError(`the queue must hold sweep ${description}, does not any more`)
    try {
      open = { description, pool: await parts.openPool(text) }
      return open.pool
    } catch (error) {
      // Another worker may have the data: the chunk goes back, and this one ends.
      void stop(error)
      throw error
    }
  }

  async function stop(fault?: unknown): Promise<void> {
    if (isStopping) return
    isStopping = true
    clearInterval(looking)
    const closed = worker.close()
    open?.pool.stop()
    await closed
    await open?.pool.close()
    redis.disconnect()
    if (fault === undefined) resolve()
    else reject(fault)
  }
}
