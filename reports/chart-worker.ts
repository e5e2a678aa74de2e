/**
 * The thread that draws: Vega-Lite specs in, SVG out. Loading Vega takes longer than most runs, so it is
 * done here while the main thread replays. Node runs this file as it is, without a loader: it imports
 * packages only. Floor 4.
 */
import { parentPort } from 'node:worker_threads'
import { parse, View } from 'vega'
import { type Config, compile, type TopLevelSpec } from 'vega-lite'

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
