/**
 * Threads of this process that share bars and indicator columns: every distinct column is computed once
 * while it fits, and trials are run in the order of the columns they share. Floor 4.
 */
import type { Worker } from 'node:worker_threads'
import { InvariantError } from '../../model/errors.js'
import type { Evaluator } from '../evaluator.js'
import { failedRow, type TrialSetup } from '../run-trial.js'
import type { Trial, TrialRow } from '../trial.js'
import { ColumnPool, type PooledColumn, type Slot } from './column-pool.js'
import { type ColumnRecipe, columnRecipes, Definitions } from './column-recipes.js'
import { Frames } from './frames.js'
import type { SlotMap, ThreadReply, ThreadRequest } from './thread-messages.js'
import { type WaitingTrial, WaitingTrials } from './waiting-trials.js'

/** What a pool is made of. */
export interface LocalPoolParts {
  readonly setup: TrialSetup
  /** Threads. */
  readonly workers: number
  /** Bytes of shared columns. */
  readonly columnMemory: number
  /** Starts a thread that serves trials of the same setup. */
  readonly startThread: () => Worker
}

/** What a thread does. */
type Task =
  | { readonly kind: 'make'; readonly column: PooledColumn; readonly reads: readonly PooledColumn[] }
  | { readonly kind: 'trial'; readonly waiting: WaitingTrial; readonly reads: readonly PooledColumn[] }

interface Thread {
  readonly worker: Worker
  readonly tasks: Map<number, Task>
  isReady: boolean
}

/** Tasks that a thread has in hand, so that it need not wait for the next message. */
const DEPTH = 2

/** Runs trials on threads. */
export class LocalPool implements Evaluator {
  readonly #parts: LocalPoolParts
  readonly #pool: ColumnPool
  readonly #frames: readonly Frames[]
  readonly #definitions = new Definitions()
  /** Columns whose indicator threw. */
  readonly #unmakable = new Set<string>()
  readonly #threads: Thread[] = []
  #waiting = new WaitingTrials([])
  #onRow: (index: number, row: TrialRow) => void = () => undefined
  #settle: { readonly done: () => void; readonly fail: (error: unknown) => void } | undefined
  /** Why no thread can run a trial, where that is so. */
  #fault: { readonly error: unknown } | undefined
  #taskCount = 0
  #isClosed = false

  constructor(parts: LocalPoolParts) {
    this.#parts = parts
    this.#frames = parts.setup.symbols.map(({ bars }) => new Frames(bars))
    this.#pool = new ColumnPool(parts.columnMemory, {
      onSlot: (slot) => this.#tellAll(slotMessage(slot)),
      onDrop: (number) => this.#tellAll({ kind: 'drop', number }),
    })
    for (let k = 0; k < parts.workers; k++) this.#startThread()
  }

  /** Bytes of the columns that are kept. */
  get columnBytes(): number {
    return this.#pool.bytes
  }

  run(trials: readonly Trial[], onRow: (index: number, row: TrialRow) => void): Promise<void> {
    if (this.#settle) throw new InvariantError('a pool must be done with its trials before it gets others')
    if (this.#fault) return Promise.reject(this.#fault.error)
    this.#onRow = onRow
    const waiting: WaitingTrial[] = []
    for (const [index, trial] of trials.entries()) {
      try {
        waiting.push({ index, trial, recipes: this.#recipesOf(trial) })
      } catch (error) {
        // The strategy's own `indicators` threw.
        onRow(index, failedRow(error, true))
      }
    }
    this.#waiting = new WaitingTrials(waiting)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#settle = { done: resolve, fail: reject }
    this.#pump()
    return promise
  }

  stop(): void {
    this.#waiting.clear()
    this.#pump()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()))
  }

  /** The columns that may be shared, sources first; none where they would fill the pool by themselves. */
  #recipesOf({ params }: Trial): readonly ColumnRecipe[] {
    const { setup, workers, columnMemory } = this.#parts
    const all = columnRecipes(setup.strategy, params, {
      atrPeriod: setup.settings.atrPeriod,
      symbols: setup.symbols.length,
    })
    const shared = this.#definitions.shareable(all)
    const bytes = shared.reduce((sum, one) => sum + one.indicator.outputs.length * 8 * this.#lengthOf(one), 0)
    // Every task under way pins its columns, and one more trial's must find room beside them.
    const hasRoom = bytes * (workers * DEPTH + 1) <= columnMemory
    return hasRoom && !this.#isBroken(shared) ? shared : []
  }

  #lengthOf({ symbolIndex, interval }: ColumnRecipe): number {
    const frames = this.#frames[symbolIndex]
    if (!frames) throw new InvariantError(`a sweep must have symbol ${symbolIndex}`)
    return frames.barsOf(interval).length
  }

  #startThread(): void {
    const worker = this.#parts.startThread()
    const thread: Thread = { worker, tasks: new Map(), isReady: false }
    this.#threads.push(thread)
    worker.on('message', (reply: ThreadReply) => this.#onReply(thread, reply))
    worker.on('error', (error) => this.#onEnd(thread, error))
    worker.on('exit', (code) => this.#onEnd(thread, new Error(`the thread ended with code ${code}`)))
  }

  #onReply(thread: Thread, reply: ThreadReply): void {
    switch (reply.kind) {
      case 'ready':
        thread.isReady = true
        for (const slot of this.#pool.slots) thread.worker.postMessage(slotMessage(slot))
        break
      case 'unready':
        this.#fail(reply.error)
        return
      case 'made':
      case 'unmade':
      case 'row': {
        const task = thread.tasks.get(reply.task)
        thread.tasks.delete(reply.task)
        if (task) this.#release(task)
        if (task?.kind === 'make') {
          if (reply.kind === 'unmade') this.#giveUp(task.column.id)
          else task.column.isReady = true
        }
        if (task?.kind === 'trial' && reply.kind === 'row') this.#onRow(task.waiting.index, reply.row)
      }
    }
    this.#pump()
  }

  /** A thread that ends takes the trial under way with it; what it had not begun goes to the others. */
  #onEnd(thread: Thread, error: unknown): void {
    const k = this.#threads.indexOf(thread)
    if (k < 0 || this.#isClosed) return
    this.#threads.splice(k, 1)
    if (!thread.isReady) {
      this.#fail(error)
      return
    }
    let isFirst = true
    for (const task of thread.tasks.values()) {
      this.#release(task)
      if (task.kind === 'make') {
        this.#pool.remove(task.column.id)
        if (isFirst) this.#fail(error)
      } else if (isFirst) this.#onRow(task.waiting.index, failedRow(error, false))
      else this.#waiting.putBack(task.waiting)
      isFirst = false
    }
    this.#startThread()
    this.#pump()
  }

  /** A column that its indicator cannot make: trials that read it run alone, and fail by themselves. */
  #giveUp(id: string): void {
    this.#pool.remove(id)
    this.#unmakable.add(id)
    this.#waiting.giveUpColumns((recipes) => this.#isBroken(recipes))
  }

  #isBroken(recipes: readonly ColumnRecipe[]): boolean {
    return this.#unmakable.size > 0 && recipes.some(({ id }) => this.#unmakable.has(id))
  }

  #fail(error: unknown): void {
    this.#fault ??= { error }
    this.#waiting.clear()
    const settle = this.#settle
    this.#settle = undefined
    settle?.fail(error)
  }

  #release(task: Task): void {
    for (const column of task.reads) column.pins--
    if (task.kind === 'make') task.column.pins--
  }

  /** Hands out work while a thread has room for it. */
  #pump(): void {
    for (;;) {
      const thread = this.#freest()
      if (!thread || !(this.#giveTrial(thread) || this.#giveColumn(thread))) break
    }
    const isIdle = this.#threads.every(({ tasks }) => tasks.size === 0)
    if (!this.#waiting.isEmpty || !isIdle) return
    const settle = this.#settle
    this.#settle = undefined
    settle?.done()
  }

  #freest(): Thread | undefined {
    return this.#threads
      .filter(({ isReady, tasks }) => isReady && tasks.size < DEPTH)
      .sort((a, b) => a.tasks.size - b.tasks.size)[0]
  }

  #giveTrial(thread: Thread): boolean {
    const waiting = this.#waiting.take((id) => this.#isReady(id))
    if (!waiting) return false
    const read = waiting.recipes.filter(({ isRead }) => isRead)
    const reads = read.map(({ id }) => this.#ready(id))
    this.#begin(thread, { kind: 'trial', waiting, reads }, (task) => ({
      kind: 'trial',
      task,
      trial: waiting.trial,
      columns: this.#slotMap(read),
    }))
    return true
  }

  /** The first column that the next trials lack, of those whose sources are there and for which there is room. */
  #giveColumn(thread: Thread): boolean {
    const needed = new Set<string>()
    for (const { recipes, trial } of this.#waiting.next) {
      for (const { id } of recipes) needed.add(id)
      for (const recipe of recipes) {
        if (this.#pool.column(recipe.id) || !recipe.sources.every((id) => this.#isReady(id))) continue
        const size = { outputs: recipe.indicator.outputs.length, length: this.#lengthOf(recipe) }
        const column = this.#pool.allocate(recipe.id, size, (id) =>
          needed.has(id) ? 0 : this.#waiting.nextUse(id),
        )
        if (!column) return false
        const sources = recipes.filter(({ id }) => recipe.sources.includes(id))
        const reads = sources.map(({ id }) => this.#ready(id))
        column.pins++
        this.#begin(thread, { kind: 'make', column, reads }, (task) => ({
          kind: 'make',
          task,
          place: recipe.place,
          params: trial.params,
          slots: column.slots.map(({ number }) => number),
          sources: this.#slotMap(sources),
        }))
        return true
      }
    }
    return false
  }

  #begin(thread: Thread, task: Task, request: (number: number) => ThreadRequest): void {
    for (const column of task.reads) column.pins++
    const number = ++this.#taskCount
    thread.tasks.set(number, task)
    thread.worker.postMessage(request(number))
  }

  #isReady(id: string): boolean {
    return this.#pool.column(id)?.isReady === true
  }

  #ready(id: string): PooledColumn {
    const column = this.#pool.column(id)
    if (!column?.isReady) throw new InvariantError(`column ${id} must be there before it is read`)
    return column
  }

  #slotMap(recipes: readonly ColumnRecipe[]): SlotMap {
    return recipes.map(({ id, place }) => [place, this.#ready(id).slots.map(({ number }) => number)])
  }

  #tellAll(request: ThreadRequest): void {
    for (const { worker, isReady } of this.#threads) if (isReady) worker.postMessage(request)
  }
}

function slotMessage({ number, column }: Slot): ThreadRequest {
  return { kind: 'slot', number, column }
}
