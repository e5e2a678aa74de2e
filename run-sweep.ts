/** Sweeps: `npx tsx run-sweep.ts --help`. Roof. */
import { sweepMain } from './engine/app/sweep/sweep-main.js'

process.exitCode = await sweepMain(process.argv.slice(2))
