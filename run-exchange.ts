/** The local exchange: `npx tsx run-exchange.ts --help`. Roof. */
import { exchangeMain } from './engine/app/exchange/exchange-main.js'

process.exitCode = await exchangeMain(process.argv.slice(2))
