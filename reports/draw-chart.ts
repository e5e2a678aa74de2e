/** Charts drawn, and programs made plain, by a thread of their own, started once a process. Floor 4. */
import { Worker } from 'node:worker_threads'
import type { TopLevelSpec } from 'vega-lite'
import { InvariantError } from '../engine/model/errors.js'
import { CHART_CONFIG } from './chart-ink.js'
import type { ChartReply, ChartRequest } from './chart-worker.js'

/** The thread, and who waits for it. */
interface Drawer {
  readonly worker: Worker
  readonly started: Promise<void>
  readonly waiting: Map<
    number,
    { readonly resolve: (text: string) => void; readonly reject: (error: unknown) => void }
  >
}

let drawer: Drawer | undefined
let lastId = 0

/** Starts the thread, so that it is ready when the first chart is asked for. It keeps no process alive. */
export function startDrawing(): void {
  drawer ??= newDrawer()
}

/** Waits until the thread has started, if there is one: a process that exits meanwhile may crash (Node 24). */
export async function drawingStarted(): Promise<void> {
  if (!drawer) return
  drawer.worker.ref()
  await drawer.started
  drawer.worker.unref()
}

/** Charts kept: those of a run's report, which a sweep draws again with what it says of the run. */
const MOST_KEPT = 64

const kept = new Map<string, Promise<string>>()

/** A Vega-Lite spec as SVG. The same spec gives the same bytes, and is drawn once while it is kept. */
export function drawChart(spec: TopLevelSpec): Promise<string> {
  const key = JSON.stringify(spec)
  const known = kept.get(key)
  if (known) return known
  const drawn = ask({ id: ++lastId, spec, config: CHART_CONFIG })
  kept.set(key, drawn)
  drawn.catch(() => kept.delete(key))
  const [oldest] = kept.keys()
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest)
  return drawn
}

/** A TypeScript program without its types. */
export function withoutTypes(program: string): Promise<string> {
  return ask({ id: ++lastId, program })
}

function ask(request: ChartRequest): Promise<string> {
  startDrawing()
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  drawer?.waiting.set(request.id, { resolve, reject })
  drawer?.worker.ref()
  drawer?.worker.postMessage(request)
  return promise
}

function newDrawer(): Drawer {
  // Node strips the types of the worker's file itself; other loaders would only slow its start.
  const worker = new Worker(new URL('./chart-worker.ts', import.meta.url), {
    execArgv: ['--no-warnings', '--experimental-strip-types'],
  })
  const waiting: Drawer['waiting'] = new Map()
  const { promise: started, resolve: start } = Promise.withResolvers<void>()
  worker.on('exit', start)
  worker.on('message', (reply: ChartReply) => {
    start()
    const one = waiting.get(reply.id)
    waiting.delete(reply.id)
    if (waiting.size === 0) worker.unref()
    if ('text' in reply) one?.resolve(reply.text)
    else one?.reject(new InvariantError(`a chart or program must be made, was not: ${reply.error}`))
  })
  worker.on('error', (error) => {
    drawer = undefined
    for (const one of waiting.values()) one.reject(error)
  })
  worker.unref()
  return { worker, started, waiting }
}
