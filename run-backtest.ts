/** One backtest: `npx tsx run-backtest.ts --help`. Roof. */
import { main } from './engine/app/main.js'

process.exitCode = await main(process.argv.slice(2))
