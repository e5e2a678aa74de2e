/**
 * Runs trials on workers anywhere, through a queue in Redis. A chunk is named by its trials: put twice it is
 * there once, and whoever ran it, its rows are the same. Floor 4.
 */
import { createHash } from 'node:crypto'
import { type Job, Queue, QueueEvents } from 'bullmq'
import type { Redis } from 'ioredis'
import { InvariantError } from '../../model/errors.js'
import type { Evaluator } from '../evaluator.js'
import { columnOrder } from '../pool/column-recipes.js'
import { failedRow, type TrialSetup } from '../run-trial.js'
import type { Trial, TrialRow } from '../trial.js'
import { type ChunkJob, descriptionKey, PREFIX, parseSent, queueNameOf } from './queue-messages.js'
import { connectRedis, followLink, queueConnection } from './redis-connection.js'

/** What a queue's pool is made of. */
export interface QueuePoolParts {
  readonly url: string
  readonly engineHash: string
  /** Everything a worker needs to load the sweep, as text. */
  readonly description: string
  readonly setup: TrialSetup
  /** Told when no worker takes trials for a while. */
  readonly onLonely: () => void
  /** Told when the server no longer answers, and when it does again. */
  readonly onLink: (isUp: boolean) => void
}

interface Chunk {
  readonly id: string
  readonly job: ChunkJob
  /** Places of its trials in the list. */
  readonly indices: readonly number[]
}

/** Bar·trials in a chunk: about a second of work. */
const CHUNK_BARS = 20_000_000
const MOST_IN_CHUNK = 256
/** A small sweep makes so many chunks all the same, where it has as many trials, so that several machines have some. */
const LEAST_CHUNKS = 16
/** How often chunks are looked after whose end was not heard of. */
const LOOK_MS = 1000
/** Silence after which it is asked whether there are workers. */
const LONELY_MS = 5000
/** A chunk that a worker could not take is tried by another. */
const ATTEMPTS = 1000
/** Rows stay in Redis for so long, in seconds, for a coordinator that was killed. */
const KEPT_SECONDS = 7 * 86_400

/** The coordinator's side of a queue. */
export class QueuePool implements Evaluator {
  readonly #parts: QueuePoolParts
  readonly #redis: Redis
  readonly #queue: Queue
  readonly #events: QueueEvents
  readonly #hash: string
  readonly #pending = new Map<string, Chunk>()
  #onRow: (index: number, row: TrialRow) => void = () => undefined
  #settle: { readonly done: () => void; readonly fail: (error: unknown) => void } | undefined
  #isLooking = false
  #hasWarned = false

  private constructor(parts: QueuePoolParts, redis: Redis) {
    this.#parts = parts
    this.#redis = redis
    const options = { connection: queueConnection(parts.url), prefix: PREFIX }
    this.#queue = new Queue(queueNameOf(parts.engineHash), options)
    this.#events = new QueueEvents(queueNameOf(parts.engineHash), options)
    // A connection that breaks is made again.
    this.#queue.on('error', () => undefined)
    this.#events.on('error', () => undefined)
    this.#hash = createHash('sha256').update(parts.description).digest('hex').slice(0, 24)
    const collect = ({ jobId }: { readonly jobId: string }) => void this.#collect(jobId)
    this.#events.on('completed', collect)
    this.#events.on('failed', collect)
  }

  /** Connects, and leaves the sweep's description where workers find it. Throws a ConfigError. */
  static async open(parts: QueuePoolParts): Promise<QueuePool> {
    const redis = await connectRedis(parts.url)
    followLink(redis, parts.onLink)
    const pool = new QueuePool(parts, redis)
    await pool.#describe()
    await pool.#events.waitUntilReady()
    return pool
  }

  async run(trials: readonly Trial[], onRow: (index: number, row: TrialRow) => void): Promise<void> {
    if (this.#settle) throw new InvariantError('a queue must be done with its trials before it gets others')
    if (trials.length === 0) return
    this.#onRow = onRow
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#settle = { done: resolve, fail: reject }
    const chunks = this.#chunksOf(trials)
    for (const chunk of chunks) this.#pending.set(chunk.id, chunk)
    const looking = setInterval(() => void this.#look(), LOOK_MS)
    const lonely = setTimeout(() => void this.#checkWorkers(), LONELY_MS)
    try {
      await this.#queue.addBulk(chunks.map(({ id, job }) => jobOf(id, job)))
      await this.#look()
      await promise
    } finally {
      clearInterval(looking)
      clearTimeout(lonely)
    }
  }

  stop(): void {
    void this.#withdraw()
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#queue.close(), this.#events.close()])
    this.#redis.disconnect()
  }

  #chunksOf(trials: readonly Trial[]): readonly Chunk[] {
    const bars = this.#parts.setup.symbols.reduce((sum, one) => sum + one.bars.length, 0)
    const fair = Math.floor(trials.length / LEAST_CHUNKS)
    const size = Math.max(1, Math.min(MOST_IN_CHUNK, Math.floor(CHUNK_BARS / bars), fair))
    const order = columnOrder(this.#parts.setup, trials)
    const chunks: Chunk[] = []
    for (let from = 0; from < order.length; from += size) {
      const indices = order.slice(from, from + size)
      const own = indices.flatMap((index) => trials[index] ?? [])
      const id = createHash('sha256')
        .update([this.#hash, ...own.map(({ key }) => key)].join('\n'))
        .digest('hex')
        .slice(0, 32)
      chunks.push({ id: `chunk-${id}`, job: { description: this.#hash, trials: own }, indices })
    }
    return chunks
  }

  /** Leaves the sweep's description where workers find it. */
  async #describe(): Promise<void> {
    await this.#redis.set(descriptionKey(this.#hash), this.#parts.description, 'EX', KEPT_SECONDS)
  }

  /** Looks at every chunk that is out: an event may have been missed, a job may have ended long ago. */
  async #look(): Promise<void> {
    if (this.#isLooking) return
    this.#isLooking = true
    try {
      for (const id of [...this.#pending.keys()]) await this.#collect(id)
    } finally {
      this.#isLooking = false
    }
  }

  async #collect(id: string): Promise<void> {
    const chunk = this.#pending.get(id)
    if (!chunk) return
    try {
      const job: Job | undefined = await this.#queue.getJob(id)
      if (!this.#pending.has(id)) return
      if (!job) {
        // Someone emptied the queue, or the server came back without its memory.
        await this.#describe()
        await this.#queue.addBulk([jobOf(id, chunk.job)])
        return
      }
      if (job.finishedOn === undefined) return
      this.#pending.delete(id)
      if (job.failedReason) {
        await job.remove()
        for (const index of chunk.indices) this.#onRow(index, failedRow(job.failedReason, false))
      } else {
        const rows = parseSent(job.returnvalue, chunk.indices.length)
        for (const [k, row] of rows.entries()) this.#onRow(chunk.indices[k] ?? 0, row)
      }
      this.#settleIfDone()
    } catch (error) {
      const settle = this.#settle
      this.#settle = undefined
      settle?.fail(error)
    }
  }

  /** Takes back what no worker has begun; what is under way ends. */
  async #withdraw(): Promise<void> {
    for (const id of [...this.#pending.keys()]) {
      const job: Job | undefined = await this.#queue.getJob(id)
      const state = await job?.getState()
      if (state === 'active' || state === 'completed') continue
      try {
        await job?.remove()
        this.#pending.delete(id)
      } catch {
        // A worker took it in between: it ends there.
      }
    }
    this.#settleIfDone()
  }

  #settleIfDone(): void {
    if (this.#pending.size > 0) return
    const settle = this.#settle
    this.#settle = undefined
    settle?.done()
  }

  async #checkWorkers(): Promise<void> {
    if (this.#hasWarned || (await this.#queue.getWorkersCount()) > 0) return
    this.#hasWarned = true
    this.#parts.onLonely()
  }
}

function jobOf(id: string, data: ChunkJob) {
  return {
    name: 'chunk',
    data,
    opts: {
      jobId: id,
      attempts: ATTEMPTS,
      backoff: { type: 'fixed', delay: 500 },
      removeOnComplete: { age: KEPT_SECONDS },
    },
  }
}
