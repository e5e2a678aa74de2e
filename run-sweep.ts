/** Sweeps: `npx tsx run-sweep.ts --help`. Roof. */
import { inlineMore } from './engine/app/inline-more.js'
import { sweepMain } from './engine/app/sweep/sweep-main.js'

inlineMore()
process.exitCode = await sweepMain(process.argv.slice(2))
