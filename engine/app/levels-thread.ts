/**
 * What a long run, or one with many fills, leaves to a thread of its own: the levels of its price chart and the hash of
 * its bars. The thread joins the bars while they are replayed, and writes the blocks while the rest of the report is
 * drawn. Floor 5.
 */
import { Worker } from 'node:worker_threads'
import type { BarsHash, HashedBars } from '../../data/content-hash.js'
import type { LevelsInput, LevelsMade } from '../../reports/price-chart/level-blocks.js'
import type { LevelBars } from '../../reports/price-chart/price-levels.js'
import type { Bars } from '../model/bars.js'
import { InvariantError } from '../model/errors.js'
import { THREAD_OPTIONS } from './thread-options.js'

/** What a thread sees of bars: columns in shared memory. */
export type ThreadBars = LevelBars & HashedBars

/** What a thread begins with. */
export interface LevelsOf {
  /** Those that it joins. */
  readonly bars: ThreadBars
  readonly first: number
  readonly end: number
  /** Those that it hashes; undefined where their hash is known. */
  readonly hashed: ThreadBars | undefined
}

/** What a thread is given: first the bars, then what it makes of them. */
export type LevelsRequest = { readonly of: LevelsOf } | { readonly asked: Omit<LevelsInput, keyof LevelsOf> }

/** What a thread says: that it has joined the bars, with their hash where that was asked for, and then what it made. */
export type LevelsReply =
  | { readonly isJoined: true; readonly hash: string | undefined }
  | { readonly made: LevelsMade }

/** Bars from which on a thread takes less time than it takes to start. */
export const LONG_RUN = 1 << 20

/** Fills from which on it does so over fewer bars: a page keeps the bars around each. */
export const MANY_FILLS = 50_000

const running = new Set<LevelsThread>()

let spare: LevelsThread | undefined

/** Starts a thread for the next run, which is known to be long: it has started when the bars are there. */
export function prepareLevels(): void {
  spare ??= new LevelsThread()
}

/** Ends the thread that no run has taken. */
export async function endSpareThread(): Promise<void> {
  await spare?.end()
}

/** A thread at work on a run's bars, which must stay what they are while it reads them. */
export function startLevels(data: LevelsData): LevelsThread {
  const thread = spare ?? new LevelsThread()
  spare = undefined
  thread.begin(data)
  return thread
}

/** What a thread needs of a run's data. */
export interface LevelsData {
  readonly bars: Bars
  readonly first: number
  readonly end: number
  readonly hash: BarsHash
}

/**
 * Fulfilled when a thread has read what it needs of these bars for now; undefined where none reads them, so that they
 * may be changed before anything else is waited for. Runs of a notebook go on side by side over the same bars.
 */
export function reading(bars: Bars): Promise<void> | undefined {
  for (const thread of running) {
    const read = thread.reading(bars)
    if (read) return read
  }
  return undefined
}

/** Ends every thread: a process that exits while one starts may crash (Node 24). */
export async function endLevelsThreads(): Promise<void> {
  await Promise.all([...running].map((thread) => thread.end()))
}

/** A thread; it keeps no process alive before it has bars. */
export class LevelsThread {
  readonly #worker: Worker
  #data: LevelsData | undefined
  readonly #joined = Promise.withResolvers<void>()
  readonly #made = Promise.withResolvers<LevelsMade>()
  /** What it has been asked for and has not answered. */
  #work: Promise<unknown> | undefined

  constructor() {
    this.#worker = new Worker(new URL('./levels-worker.ts', import.meta.url), {
      execArgv: [...THREAD_OPTIONS],
    })
    this.#worker.unref()
    running.add(this)
    // Whoever waits is told; where nobody waits, the run has failed already.
    this.#joined.promise.catch(() => undefined)
    this.#made.promise.catch(() => undefined)
    this.#worker.on('message', (reply: LevelsReply) => {
      if ('made' in reply) {
        this.#work = undefined
        return this.#made.resolve(reply.made)
      }
      if (this.#work === this.#joined.promise) this.#work = undefined
      if (reply.hash !== undefined && this.#data) this.#data.hash.text = reply.hash
      this.#joined.resolve()
    })
    this.#worker.on('error', (cause) => this.#fail(cause))
    this.#worker.on('exit', () => {
      running.delete(this)
      this.#fail(undefined)
    })
  }

  /** Gives it the bars: once. */
  begin(data: LevelsData): void {
    const { bars, end, first, hash } = data
    this.#data = data
    this.#worker.ref()
    const hashed = hash.isMade ? undefined : columnsOf(hash.bars)
    this.#work = this.#joined.promise
    this.#ask({ of: { bars: columnsOf(bars), first, end, hashed } })
  }

  /** Fulfilled when it has read these bars, or never will; undefined where it does not read them. */
  reading(bars: Bars): Promise<void> | undefined {
    const own = this.#data && [this.#data.bars, this.#data.hash.bars]
    if (!this.#work || !own?.some(({ close }) => close.buffer === bars.close.buffer)) return undefined
    const done = () => undefined
    return this.#work.then(done, done)
  }

  /** Makes the blocks of a run over the joined bars: once, since a page that is drawn again has the same chart. */
  make({ lines, fillBars, detail, share, firstBlock }: LevelsInput): Promise<LevelsMade> {
    this.#work = this.#made.promise
    this.#ask({ asked: { lines, fillBars, detail, share, firstBlock } })
    return this.#made.promise
  }

  /** Ends the thread, whatever it does. */
  async end(): Promise<void> {
    await this.#worker.terminate()
  }

  #ask(request: LevelsRequest): void {
    this.#worker.postMessage(request)
  }

  #fail(cause: unknown): void {
    this.#work = undefined
    if (spare === this) spare = undefined
    const error = new InvariantError('the levels of the price chart must be made, their thread ended', {
      cause,
    })
    this.#joined.reject(error)
    this.#made.reject(error)
  }
}

/** The columns that a thread reads: what else bars have need not pass. */
function columnsOf({ interval, length, openTime, open, high, low, close, volume }: Bars): ThreadBars {
  return { interval, length, openTime, open, high, low, close, volume }
}
