/** The yardstick as a process: the same generator, then the bare loop, and nothing else. Argument: bars. */
import { generateBars } from '../data/synthetic.js'
import { bareLoop } from './bare-loop.js'

const started = performance.now()
const count = Number(process.argv[2] ?? 525_600)
const bars = generateBars({ seed: 1, count })
const generated = performance.now()
const { trades } = bareLoop(bars, 240, 1200)
const total = performance.now()
console.log(
  JSON.stringify({ startUp: started, load: generated - started, replay: total - generated, total, trades }),
)
