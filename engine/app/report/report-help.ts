/** The help of `run-report.ts`, from its table of flags. Floor 5. */
import { formatSetting } from '../../../reports/format-setting.js'
import type { Flag } from '../flag.js'
import { REPORT_FLAGS } from './report-words.js'

const COLUMN = 20

/** The whole help. */
export function reportHelp(): string {
  return `Reports of runs that are there: draw one again, list them, compare them.

  npx tsx run-report.ts RUN             draw the report again from the run's inputs
  npx tsx run-report.ts list [DIR]      the runs of a folder (reports/out), and a sortable index.html in it
  npx tsx run-report.ts A B [C …]       compare 2 to 6 runs in one page; differences are from the first
  npx tsx run-report.ts RUN --compat    ratios as quantstats, freqtrade, backtesting.py and vectorbt have them

RUN is a run folder, its manifest.json, or a run's id in reports/out.

Example:
  npx tsx run-report.ts reports/out/0123456789ab reports/out/ba9876543210 --out compare.html

Flags:
${Object.entries(REPORT_FLAGS).map(flagLine).join('\n')}

Exit codes: 0 done; 1 unexpected; 2 flags; 3 a run folder or an input is missing or damaged; 4 the strategy
threw; 5 the run came out differently; 130 interrupted.
`
}

function flagLine([name, flag]: readonly [string, Flag<unknown>]): string {
  const words = `  --${name}${flag.takes === undefined ? '' : ` ${flag.takes}`}`
  const shown = flag.show(flag.default)
  const fallback = shown === null || shown === false ? '' : ` (${formatSetting(shown)})`
  return `${words.padEnd(COLUMN)}${flag.help}${fallback}`
}
