/** Reports of runs: `npx tsx run-report.ts --help`. Roof. */
import { reportMain } from './engine/app/report/report-main.js'

process.exitCode = await reportMain(process.argv.slice(2))
