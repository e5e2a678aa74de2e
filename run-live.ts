/** A strategy on live bars: `npx tsx run-live.ts --help`. Roof. */
import { liveMain } from './engine/app/live/live-main.js'

process.exitCode = await liveMain(process.argv.slice(2))
