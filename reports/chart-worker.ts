/**
 * The thread that draws: Vega-Lite specs in, SVG out. Loading Vega takes longer than most runs, so it is
 * done here while the main thread replays. Node runs this file as it is, without a loader: it imports
 * packages only. Floor 4.
 */
import { parentPort } from 'node:worker_threads'
import { parse, View } from 'vega'
import { type Config, compile, type TopLevelSpec } from 'vega-lite'

/** Drawings before the first that is asked for. */
const WARM_UP = 3

/** A chart to draw. */
export interface ChartRequest {
  readonly id: number
  readonly spec: TopLevelSpec
  readonly config: Config
}

/** A chart that was drawn, or why it was not. */
export type ChartReply =
  | { readonly id: number; readonly svg: string }
  | { readonly id: number; readonly error: string }

parentPort?.on('message', async (request: ChartRequest) => {
  parentPort?.postMessage(await draw(request))
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
await Promise.all(Array.from({ length: WARM_UP }, () => draw({ id: 0, spec: FIRST, config: {} })))
// The first word: the thread has started.
parentPort?.postMessage({ id: 0, svg: '' } satisfies ChartReply)

async function draw({ id, spec, config }: ChartRequest): Promise<ChartReply> {
  try {
    const { spec: compiled } = compile(spec, { config })
    const view = new View(parse(compiled), { renderer: 'none' })
    const svg = await view.toSVG()
    view.finalize()
    return { id, svg }
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}
