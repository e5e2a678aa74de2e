/**
 * The thread that draws: Vega-Lite specs in, SVG out. Loading Vega takes longer than most runs, so it is
 * done here while the main thread replays. Node runs this file as it is, without a loader: it imports
 * packages only. Floor 4.
 */
import { parentPort } from 'node:worker_threads'
import { parse, View } from 'vega'
import { type Config, compile, type TopLevelSpec } from 'vega-lite'

/** Looks that all charts share. */
const CONFIG: Config = {
  aria: false,
  background: 'transparent',
  view: { stroke: null },
  axis: {
    domain: false,
    ticks: false,
    grid: true,
    gridColor: 'var(--grid)',
    labelColor: 'var(--quiet)',
    labelFontSize: 12,
    labelOverlap: false,
    labelPadding: 8,
    title: null,
  },
}

/** A chart to draw. */
export interface ChartRequest {
  readonly id: number
  readonly spec: TopLevelSpec
}

/** A chart that was drawn, or why it was not. */
export type ChartReply =
  | { readonly id: number; readonly svg: string }
  | { readonly id: number; readonly error: string }

parentPort?.on('message', async ({ id, spec }: ChartRequest) => {
  parentPort?.postMessage(await draw(id, spec))
})

async function draw(id: number, spec: TopLevelSpec): Promise<ChartReply> {
  try {
    const { spec: compiled } = compile(spec, { config: CONFIG })
    const view = new View(parse(compiled), { renderer: 'none' })
    const svg = await view.toSVG()
    view.finalize()
    return { id, svg }
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}
