/**
 * The thread that draws: Vega-Lite specs in, SVG out. Loading Vega takes longer than most runs, so it is
 * done here while the main thread replays. It also takes the types out of a page's programs, because Node
 * has loaded here what does that: 0.3 s less of the main thread. Node runs this file as it is, without a
 * loader: it imports packages only. Floor 4.
 */
import { stripTypeScriptTypes } from 'node:module'
import { parentPort } from 'node:worker_threads'
import type * as Vega from 'vega'
import type * as VegaLite from 'vega-lite'
import type { Config, TopLevelSpec } from 'vega-lite'

// The packages' builds in one file each, which define one name: to load their 220 modules takes 0.15 s longer.
await import(new URL('vega.min.js', import.meta.resolve('vega')).href)
await import(new URL('vega-lite.min.js', import.meta.resolve('vega-lite')).href)
// What the two files have just defined.
const { vega, vegaLite } = globalThis as unknown as {
  readonly vega: typeof Vega
  readonly vegaLite: typeof VegaLite
}

/** Most drawings before the first that is asked for. */
const WARM_UP = 3

/** A chart to draw, or a program whose types are to be taken out. */
export type ChartRequest =
  | { readonly id: number; readonly spec: TopLevelSpec; readonly config: Config }
  | { readonly id: number; readonly program: string }

/** What was made, as text, or why it was not. */
export type ChartReply =
  | { readonly id: number; readonly text: string }
  | { readonly id: number; readonly error: string }

let isAsked = false

parentPort?.on('message', async (request: ChartRequest) => {
  isAsked ||= 'spec' in request
  parentPort?.postMessage(await answer(request))
})

/** A drawing that no one asked for: while the run is replayed, Vega's code is made fast. */
const FIRST: TopLevelSpec = {
  data: { values: [{ x: 1, y: 2, c: 'a' }] },
  encoding: { x: { field: 'x', type: 'quantitative' }, y: { field: 'y', type: 'quantitative' } },
  layer: [
    { mark: 'bar', encoding: { color: { field: 'c', type: 'nominal' } } },
    { mark: 'line', encoding: { x: { field: 'x', type: 'temporal', scale: { type: 'utc' } } } },
    { mark: 'text', encoding: { text: { field: 'c' } } },
  ],
}
// The first word: the thread has started.
parentPort?.postMessage({ id: 0, text: '' } satisfies ChartReply)
// What is asked for makes it fast as well: nobody waits for a drawing that no one asked for.
for (let drawn = 0; drawn < WARM_UP && !isAsked; drawn++) {
  await draw(FIRST, {})
  await new Promise((resolve) => setImmediate(resolve))
}

async function answer(request: ChartRequest): Promise<ChartReply> {
  const { id } = request
  try {
    const text =
      'program' in request
        ? stripTypeScriptTypes(request.program, { mode: 'strip' })
        : await draw(request.spec, request.config)
    return { id, text }
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

async function draw(spec: TopLevelSpec, config: Config): Promise<string> {
  const { spec: compiled } = vegaLite.compile(spec, { config })
  const view = new vega.View(vega.parse(compiled), { renderer: 'none' })
  const svg = await view.toSVG()
  view.finalize()
  return svg
}
