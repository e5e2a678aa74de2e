/** A checklist as a terminal shows it, and as `promotion.json` holds it. Floor 5. */
import { closedGates, type Gate } from '../../promote/checklist/judge-promotion.js'

/** What was judged. */
export interface PromotionReport {
  readonly isPromoted: boolean
  readonly strategy: string
  readonly mode: string
  readonly run: string
  readonly state: string
  readonly path: string
  readonly gates: readonly Gate[]
}

const COLUMN = 15

/** One line a gate, then the verdict and what comes next. */
export function promotionText(report: PromotionReport): string {
  const { gates, strategy, mode, run, path, isPromoted } = report
  return `${[
    `promotion of ${strategy}: run ${run}, ${mode} session in ${report.state}`,
    ...gates.flatMap(gateLines),
    '',
    ...(isPromoted ? promotedLines(report) : refusedLines(gates)),
    `written   ${path}`,
  ].join('\n')}\n`
}

function gateLines({ name, claim, isMet, found, accepted }: Gate): readonly string[] {
  const mark = isMet ? '[x]' : accepted === undefined ? '[ ]' : '[~]'
  const lines = [`  ${mark} ${name.padEnd(COLUMN)}${isMet ? found : `${claim}: ${found}`}`]
  if (accepted !== undefined) lines.push(`      ${' '.repeat(COLUMN)}accepted: ${accepted}`)
  return lines
}

function promotedLines({ path, gates, run }: PromotionReport): readonly string[] {
  const count = gates.filter(({ accepted }) => accepted !== undefined).length
  return [
    `promoted${count === 0 ? '' : `, ${count} accepted with a reason`}: this very session may go live once it is armed`,
    `next      npx tsx run-live.ts arm --run ${run} --mode live --cash … --price-collar 0.02 --for 24h`,
    `          NEXTBAR_LIVE=… npx tsx run-live.ts with the same words and --promotion ${path}`,
  ]
}

function refusedLines(gates: readonly Gate[]): readonly string[] {
  const closed = closedGates(gates)
  return [
    `not promoted: ${closed.map(({ name }) => name).join(', ')}`,
    'meet them, or --accept GATE "reason" where a reason will do',
  ]
}
