/** The help of `run-promote.ts`. Floor 5. */
import { GATES } from '../../promote/checklist/gate-names.js'
import { DEFAULT_POLICY } from '../../promote/checklist/promotion-policy.js'
import { DEFAULT_BANDS, DIVERGENCE_PARTS, PART_NAMES } from '../../promote/divergence/divergence-parts.js'
import { PROMOTE_FLAGS, type PromoteVerb } from './promote-words.js'

const COLUMN = 24

/** The whole help. */
export function promoteHelp(): string {
  return `From what was tested to what trades: a checklist, and what came of it.

  npx tsx run-promote.ts RUN --state DIR --sweep DIR       the checklist; writes promotion.json
  npx tsx run-promote.ts --state DIR --proof               the proofs alone
  npx tsx run-promote.ts drill                             the fault drill on a local exchange; writes state/drill.json
  npx tsx run-promote.ts divergence --state DIR            live less replayed, in parts that add up; code 5 outside a band
  npx tsx run-promote.ts calibrate --state DIR --run RUN   alpha from own fills, and the run priced again
  npx tsx run-promote.ts explain --state DIR --at TIME     one bar: what was seen, asked for, filled, and why at that price

Example:
  npx tsx run-promote.ts reports/out/<runId> --state state/paper/sma-cross --sweep reports/out/<sweepId>

Proof A, every mode: the recorded events through a fresh session give the same decisions and orders, to the byte.
Proof B, paper and dry-run: the bars alone through the backtester give the same orders and fills.
Where a proof fails, the first difference is shown: inputs, indicator values and what was asked for, on both sides.

Gates:
${Object.entries(GATES)
  .map(([name, claim]) => `  ${name.padEnd(COLUMN - 2)}${claim}`)
  .join('\n')}

Bounds, as a --policy-file (JSON or TOML) may change them:
${Object.entries(DEFAULT_POLICY)
  .map(([name, value]) => `  ${name.padEnd(COLUMN)}${JSON.stringify(value)}`)
  .join('\n')}
  (key: restricted to addresses, trades, or any)

Parts of the divergence, and the most that each may be in a day, as --bands may change them (fractions of the cash):
${PART_NAMES.map((name) => `  ${name.padEnd(COLUMN - 2)}${DEFAULT_BANDS[name]}  ${DIVERGENCE_PARTS[name]}`).join('\n')}

Flags:
${Object.entries(PROMOTE_FLAGS).map(flagLine).join('\n')}

Exit codes: 0 promoted, or the proofs hold; 2 flags; 3 ledger, run or data damaged or missing; 4 the strategy threw; 5 a gate is
not met, or a proof does not hold; 6 the exchange refused.
`
}

function flagLine([name, flag]: readonly [
  string,
  { readonly takes?: string; readonly of: readonly PromoteVerb[]; readonly help: string },
]): string {
  const words = `  --${name}${flag.takes === undefined ? '' : ` ${flag.takes}`}`
  const verbs = flag.of.length === 5 || flag.of.includes('promote') ? '' : ` [${flag.of.join(', ')}]`
  const text = `${flag.help}${verbs}`
  return words.length < COLUMN ? `${words.padEnd(COLUMN)}${text}` : `${words}\n${' '.repeat(COLUMN)}${text}`
}
