/** Charts drawn by a thread of their own, started once a process. Floor 4. */
import { Worker } from 'node:worker_threads'
import type { TopLevelSpec } from 'vega-lite'
import { InvariantError } from '../engine/model/errors.js'
import { CHART_CONFIG } from './chart-ink.js'
import type { ChartReply, ChartRequest } from './chart-worker.js'

/** The thread, and who waits for it. */
interface Drawer {
  readonly worker: Worker
  readonly waiting: Map<
    number,
    { readonly resolve: (svg: string) => void; readonly reject: (error: unknown) => void }
  >
}

let drawer: Drawer | undefined
let lastId = 0

/** Starts the thread, so that it is ready when the first chart is asked for. It keeps no process alive. */
export function startDrawing(): void {
  drawer ??= newDrawer()
}

/** A Vega-Lite spec as SVG. The same spec gives the same bytes. */
export function drawChart(spec: TopLevelSpec): Promise<string> {
  startDrawing()
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const request: ChartRequest = { id: ++lastId, spec, config: CHART_CONFIG }
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
  worker.on('message', (reply: ChartReply) => {
    const one = waiting.get(reply.id)
    waiting.delete(reply.id)
    if (waiting.size === 0) worker.unref()
    if ('svg' in reply) one?.resolve(reply.svg)
    else one?.reject(new InvariantError(`a chart must be drawn, Vega said: ${reply.error}`))
  })
  worker.on('error', (error) => {
    drawer = undefined
    for (const one of waiting.values()) one.reject(error)
  })
  worker.unref()
  return { worker, waiting }
}
