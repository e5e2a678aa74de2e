/** The help of `run-sweep.ts`, from the tables of flags. Floor 5. */
import type { Flag } from '../flag.js'
import { FLAG_NAMES, FLAGS } from '../flag-table.js'
import { flagLine } from '../help.js'
import { NOT_HERE } from './read-sweep-words.js'
import { SWEEP_FLAG_NAMES, SWEEP_FLAGS } from './sweep-flags.js'
import { WORKER_FLAGS } from './worker-verb.js'

/** The whole help. */
export function sweepHelp(): string {
  const own: readonly (readonly [string, Flag<unknown>])[] = SWEEP_FLAG_NAMES.map((name) => [
    name,
    SWEEP_FLAGS[name] as Flag<unknown>,
  ])
  const workers: readonly (readonly [string, Flag<unknown>])[] = Object.entries(WORKER_FLAGS)
  const shared = FLAG_NAMES.filter((name) => !NOT_HERE.has(name))
  return `Many trials of one strategy: a leaderboard, what luck may explain of the best, run folders of the best few.

  npx tsx run-sweep.ts [strategy] -p key=from:to:step [-p key=a,b,c …] [flags]
  npx tsx run-sweep.ts list [DIR]             the sweeps of a folder (reports/out)
  npx tsx run-sweep.ts show SWEEP [--trial N]  a sweep again, or one of its trials with its command
  npx tsx run-sweep.ts worker --queue URL     serves sweeps of any machine

Example:
  npx tsx run-sweep.ts sma-cross -p fast=20:200:20 -p slow=200:2000:200 --data synthetic:7:100000

-p key=from:to:step takes steps, key=from:to a range, key=a,b,c these values, key=a one. What is not named
keeps its default; where nothing is given a range, all parameters take the whole of the strategy's own.

Flags of sweeps (also as NEXTBAR_SAMPLER=tpe in the environment, or in a --config file):
${own.map(([name, flag]) => flagLine(name, flag)).join('\n')}

Flags of a worker:
${workers.map(([name, flag]) => flagLine(name, flag)).join('\n')}

Flags of every run (also as NEXTBAR_ATR_PERIOD=20 in the environment, or in a --config file):
${shared.map((name) => flagLine(name, FLAGS[name])).join('\n')}

Exit codes: 0 done; 1 unexpected; 2 flags or configuration; 3 data missing or damaged; 4 the strategy threw
in every trial; 5 a --fail-if holds; 130 interrupted, and --resume goes on.
`
}
