/** One backtest: `npx tsx run-backtest.ts --help`. Roof. */
import { startEarly, withoutMaps } from './engine/app/start-early.js'

const words = process.argv.slice(2)
startEarly(words)
const { main } = await withoutMaps(words, () => import('./engine/app/main.js'))
process.exitCode = await main(words)
