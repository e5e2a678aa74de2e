/** The help of `run-backtest.ts`, from the table of flags. Floor 5. */
import { formatSetting } from '../../reports/format-setting.js'
import type { Flag } from './flag.js'
import { FLAG_NAMES, FLAGS } from './flag-table.js'

const SHORT: ReadonlyMap<string, string> = new Map([
  ['param', '-p'],
  ['help', '-h'],
])
const COLUMN = 40

/** The whole help. */
export function helpText(): string {
  return `One backtest: a table on stdout, and a run folder with a report.

  npx tsx run-backtest.ts [strategy] [flags]
  npx tsx run-backtest.ts init NAME     a strategy file to begin from, and its test
  npx tsx run-backtest.ts doctor        whether this machine has what is needed (--store, --rest-url, --key-file, --json)

Example:
  npx tsx run-backtest.ts sma-cross -p fast=60 -p slow=600 --data synthetic:7:100000 --alpha 0.3

Flags (also as NEXTBAR_ATR_PERIOD=20 in the environment, or in a --config file):
${FLAG_NAMES.map((name) => flagLine(name, FLAGS[name])).join('\n')}

Exit codes: 0 done; 1 unexpected; 2 flags or configuration; 3 data missing or damaged; 4 the strategy
threw; 5 a reproduction differs; 130 interrupted.
`
}

/** A flag in a line or two: how it is written, what it does, its default. */
export function flagLine(name: string, flag: Flag<unknown>): string {
  const short = SHORT.get(name)
  const words = `  ${short === undefined ? '' : `${short}, `}--${name}${flag.takes === undefined ? '' : ` ${flag.takes}`}`
  const shown = flag.show(flag.default)
  const isPlain = shown === null || shown === false || (Array.isArray(shown) && shown.length === 0)
  const fallback = isPlain ? '' : ` (${formatSetting(shown ?? undefined)})`
  const repeat = flag.isRepeatable ? '; may be repeated' : ''
  const help = `${flag.help}${repeat}${fallback}`
  return words.length < COLUMN ? `${words.padEnd(COLUMN)}${help}` : `${words}\n${' '.repeat(COLUMN)}${help}`
}
