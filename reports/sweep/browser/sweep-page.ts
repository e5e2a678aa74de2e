/** The program of a sweep's page: it starts what can be chosen and brushed. Floor 4. */
import { startHeatmap } from './heatmap.js'
import { startParallel } from './parallel.js'
import { parseSweepList } from './sweep-data.js'

startSweepPage()

function startSweepPage(): void {
  const text = document.getElementById('trial-data')?.textContent
  if (text === null || text === undefined) return
  const list = parseSweepList(text)
  startHeatmap(list)
  startParallel(list)
}
