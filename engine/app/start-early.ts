/**
 * What a run needs from a thread of its own is begun before the app itself is loaded: Vega takes as long to load
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
