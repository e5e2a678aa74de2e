/**
 * The levels of a long run's price chart, or of one with many fills, made by a thread of its own: it joins the bars
 * while they are replayed, and writes the blocks while the rest of the report is drawn. Floor 5.
 */
import { Worker } from 'node:worker_threads'
import type { LevelsInput, LevelsMade } from '../../reports/price-chart/level-blocks.js'
import type { LevelBars } from '../../reports/price-chart/price-levels.js'
import type { Bars } from '../model/bars.js'
import { InvariantError } from '../model/errors.js'
import { THREAD_OPTIONS } from './thread-options.js'

/** The bars that a thread joins; plain data in shared memory. */
export interface LevelsOf {
  readonly bars: LevelBars
  readonly first: number
  readonly end: number
}

/** What a thread says: that it has joined the bars, and then what it made of them. */
export interface LevelsReply {
  readonly made?: LevelsMade
}

/** Bars from which on a thread takes less time than it takes to start. */
export const LONG_RUN = 1 << 20

/** Fills from which on it does so over fewer bars: a page keeps the bars around each. */
export const MANY_FILLS = 50_000

const running = new Set<LevelsThread>()

/** Ends every thread: a process that exits while one starts may crash (Node 24). */
export async function endLevelsThreads(): Promise<void> {
  await Promise.all([...running].map((thread) => thread.end()))
}

/** A thread under way. */
export class LevelsThread {
  readonly #bars: LevelBars
  readonly #worker: Worker
  readonly #joined = Promise.withResolvers<void>()
  readonly #made = Promise.withResolvers<LevelsMade>()

  /** Begins to join the bars, which must stay what they are until `joined` is fulfilled. */
  constructor({ bars, first, end }: { readonly bars: Bars; readonly first: number; readonly end: number }) {
    const { interval, openTime, open, high, low, close, volume } = bars
    this.#bars = { interval, openTime, open, high, low, close, volume }
    this.#worker = new Worker(new URL('./levels-worker.ts', import.meta.url), {
      workerData: { bars: this.#bars, first, end } satisfies LevelsOf,
      execArgv: [...THREAD_OPTIONS],
    })
    running.add(this)
    // Whoever waits is told; where nobody waits, the run has failed already.
    this.#joined.promise.catch(() => undefined)
    this.#made.promise.catch(() => undefined)
    this.#worker.on('message', ({ made }: LevelsReply) => {
      if (made) this.#made.resolve(made)
      else this.#joined.resolve()
    })
    this.#worker.on('error', (cause) => this.#fail(cause))
    this.#worker.on('exit', () => {
      running.delete(this)
      this.#fail(undefined)
    })
  }

  /** Waits until the bars are joined: they may change from then on. */
  joined(): Promise<void> {
    return this.#joined.promise
  }

  /** Makes the blocks of a run over the joined bars: once, since a page that is drawn again has the same chart. */
  make(input: LevelsInput): Promise<LevelsMade> {
    this.#worker.postMessage({ ...input, bars: this.#bars })
    return this.#made.promise
  }

  /** Ends the thread, whatever it does. */
  async end(): Promise<void> {
    await this.#worker.terminate()
  }

  #fail(cause: unknown): void {
    const error = new InvariantError('the levels of the price chart must be made, their thread ended', {
      cause,
    })
    this.#joined.reject(error)
    this.#made.reject(error)
  }
}
