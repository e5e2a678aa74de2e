/** Proofs as a terminal shows them. Floor 5. */
import type { ChainHead } from '../../live/ledger/chain.js'
import type { Difference, Proof, ShownRow } from '../../promote/proof.js'
import type { ChangedLine } from '../../promote/strategy-line.js'

/** What was proven of a session, or not. */
export interface ProofReport {
  readonly state: string
  readonly strategy: string
  readonly mode: string
  readonly head: ChainHead
  /** Where the strategy's file is not the one that ran; null when it is. */
  readonly changed: ChangedLine | null
  readonly proofs: readonly Proof[]
  readonly isProven: boolean
}

const COLUMN = 38

/** The whole text. */
export function proofText({ strategy, mode, head, changed, proofs }: ProofReport): string {
  return `${[
    `session   ${strategy} ${mode}, ledger whole to row ${head.seq} (${head.hash.slice(0, 16)}…)`,
    changed
      ? `strategy  ✗ the file has changed, first in line ${changed.line}\n            was  ${changed.was.trim()}\n            is   ${changed.is.trim()}`
      : 'strategy  ✓ the file is the one that ran',
    ...proofs.map(oneProof),
  ].join('\n')}\n`
}

function oneProof({ name, claim, counts, difference, fault }: Proof): string {
  const counted = Object.entries(counts)
    .map(([key, value]) => `${value} ${key}`)
    .join(', ')
  if (!difference && fault !== undefined) return `proof ${name}   ✗ ${claim}: ${fault}`
  if (!difference) return `proof ${name}   ✓ ${claim} (${counted})`
  return `proof ${name}   ✗ ${claim}: they do not\n${differenceText(difference)}`
}

function differenceText({ what, number, time, symbol, recorded, replayed }: Difference): string {
  const names = new Set([recorded, replayed].flatMap((row) => Object.keys(row?.readings ?? {})))
  return [
    `          first at ${what} ${number}, at the close ${time} of ${symbol}`,
    line('', 'recorded', 'replayed'),
    line('inputs', inputsOf(recorded), inputsOf(replayed)),
    ...[...names].map((key) => line(key, readingOf(recorded, key), readingOf(replayed, key))),
    `            branch  recorded  ${recorded?.branch ?? 'nothing'}`,
    `                    replayed  ${replayed?.branch ?? 'nothing'}`,
  ].join('\n')
}

function line(name: string, left: string, right: string): string {
  return `            ${name.padEnd(8)}${left.padEnd(COLUMN)}${right}`
}

function inputsOf(row: ShownRow | undefined): string {
  return row?.inputs === undefined ? '–' : Object.values(row.inputs).join(' ')
}

function readingOf(row: ShownRow | undefined, key: string): string {
  const [now, before] = row?.readings?.[key] ?? []
  return now === undefined ? '–' : `${now} (before ${before})`
}
