/**
 * How the app is loaded soon. What a run needs from a thread of its own is begun before: Vega takes as long to load
 * as all of the app does, and a second core has nothing else to do. Imports next to nothing. Floor 5.
 */
import { startDrawing } from '../../reports/draw-chart.js'

/** With one of these words no report is drawn. */
const WITHOUT_REPORT: ReadonlySet<string> = new Set([
  'init',
  'doctor',
  '-h',
  '--help',
  '--show-config',
  '--measure-warmup',
])

/** Starts the thread that draws charts, where the words of `run-backtest.ts` may end in a report. */
export function startEarly(words: readonly string[]): void {
  if (!words.some((word) => WITHOUT_REPORT.has(word))) startDrawing()
}

/**
 * What `load` imports, without the maps from each module's lines to those of its source, which a tenth of the time
 * goes into: only stacks have lines, and they are shown with `--debug`. What is loaded later, such as a strategy, has
 * its maps.
 */
export async function withoutMaps<Loaded>(
  words: readonly string[],
  load: () => Promise<Loaded>,
): Promise<Loaded> {
  if (!process.sourceMapsEnabled || words.includes('--debug')) return load()
  process.setSourceMapsEnabled(false)
  try {
    return await load()
  } finally {
    process.setSourceMapsEnabled(true)
  }
}
