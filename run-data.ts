/** Market data: `npx tsx run-data.ts --help`. Roof. */
import { dataMain } from './engine/app/data-verbs/data-main.js'

process.exitCode = await dataMain(process.argv.slice(2))
