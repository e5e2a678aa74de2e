/** The thread that makes a price chart's levels: it joins the bars at once, and the rest when it is asked. Floor 5. */
import { parentPort, workerData } from 'node:worker_threads'
import { type LevelsInput, levelBlocks } from '../../reports/price-chart/level-blocks.js'
import { priceLevels } from '../../reports/price-chart/price-levels.js'
import type { LevelsOf, LevelsReply } from './levels-thread.js'

if (parentPort) {
  const port = parentPort
  // What starts this thread is `levels-thread.ts`, with bars of this type.
  const { bars, first, end } = workerData as LevelsOf
  const levels = priceLevels(bars, first, end)
  port.on('message', (input: LevelsInput) => {
    port.postMessage({ made: levelBlocks(input, levels) } satisfies LevelsReply)
    port.close()
  })
  port.postMessage({} satisfies LevelsReply)
}
