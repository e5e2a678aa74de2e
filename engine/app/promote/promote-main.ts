/** `run-promote.ts`: from words to an exit code. Floor 5. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { strategyParams } from '../../core/strategy.js'
import { FILES, lastKnownHead } from '../../live/files/state-folder.js'
import { verifyLedger } from '../../live/ledger/verify-ledger.js'
import { ConfigError, GateError, NextbarError } from '../../model/errors.js'
import { hintFor } from '../../model/nearest-name.js'
import { holds } from '../../promote/proof.js'
import { proveBars } from '../../promote/prove-bars.js'
import { type ProofCode, proveReplay } from '../../promote/prove-replay.js'
import { readRecord, type SessionRecord } from '../../promote/read-record.js'
import { changedLine } from '../../promote/strategy-line.js'
import { prettyJson } from '../canonical-json.js'
import { errorText } from '../error-text.js'
import { findStrategy, loadStrategy } from '../load-strategy.js'
import { type ProofReport, proofText } from './proof-text.js'

interface Stream {
  write(text: string): unknown
}

const FLAGS = ['state', 'proof', 'strategy', 'trust', 'json', 'debug', 'help'] as const

const HELP = `Whether what ran live decided as the code decides.

  npx tsx run-promote.ts --state DIR --proof

Example:
  npx tsx run-promote.ts --state state/dry-run/sma-cross --proof

Proof A, every mode: the recorded events through a fresh session give the same decisions and orders, to the byte.
Proof B, paper and dry-run: the bars alone through the backtester give the same orders and fills.
Where a proof fails, the first difference is shown: inputs, indicator values and what was asked for, on both sides.

Flags:
  --state DIR            the state folder of a session; it may be running
  --proof                the proofs alone
  --strategy NAME|FILE   the strategy's code; else the file that the ledger names
  --trust                let the strategy import more than the engine
  --json                 print one JSON document
  --debug                show stacks of errors
  --help                 print this help

Exit codes: 0 the proofs hold; 2 flags; 3 the ledger is damaged; 4 the strategy threw; 5 a proof does not hold.
`

/** Runs the command and gives its exit code. */
export async function promoteMain(
  words: readonly string[],
  { stdout, stderr }: { readonly stdout: Stream; readonly stderr: Stream } = process,
): Promise<number> {
  try {
    const given = readWords(words)
    if (given.has('help')) {
      stdout.write(HELP)
      return 0
    }
    const state = given.get('state')
    if (state === undefined)
      throw new ConfigError('--state must name the state folder of a session, was not given')
    if (!given.has('proof')) {
      throw new ConfigError(
        'the promotion checklist is not available yet in this version; --proof runs the proofs',
      )
    }
    const report = await prove(state, { strategy: given.get('strategy'), isTrusted: given.has('trust') })
    stdout.write(given.has('json') ? prettyJson({ schema: 'nextbar/proof@1', ...report }) : proofText(report))
    return report.isProven ? 0 : new GateError('').exitCode
  } catch (error) {
    stderr.write(errorText(error, words.includes('--debug')))
    return error instanceof NextbarError ? error.exitCode : 1
  }
}

async function prove(
  state: string,
  { strategy: asked, isTrusted }: { readonly strategy: string | undefined; readonly isTrusted: boolean },
): Promise<ProofReport> {
  const path = join(state, FILES.ledger)
  verifyLedger(path, lastKnownHead(state))
  const record = readRecord(path)
  const { genesis } = record
  const name = asked ?? nameOfFile(genesis.strategy.file)
  const { strategy } = await loadStrategy(name, isTrusted)
  const changed = changedLine(genesis.strategy.source, readFileSync(findStrategy(name), 'utf8'))
  const code = { strategy, params: strategyParams(strategy, genesis.params) }
  const proofs = proofsOf(record, code)
  return {
    state,
    strategy: genesis.strategy.name,
    mode: genesis.mode,
    head: record.head,
    changed: changed ?? null,
    proofs,
    isProven: changed === undefined && proofs.every(holds),
  }
}

function proofsOf(record: SessionRecord, code: ProofCode) {
  const { mode } = record.genesis
  const isSimulated = mode === 'paper' || mode === 'dry-run'
  return [proveReplay(record, code), ...(isSimulated ? [proveBars(record, code)] : [])]
}

/** A file of `strategies/` is found by its name, any other by its path from here. */
function nameOfFile(file: string): string {
  try {
    return findStrategy(file.replace(/\.[mc]?[jt]s$/, ''))
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return `./${file}`
  }
}

function readWords(words: readonly string[]): ReadonlyMap<string, string> {
  const { tokens } = parseArgs({
    args: [...words],
    options: { state: { type: 'string' }, strategy: { type: 'string' } },
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const given = new Map<string, string>()
  for (const token of tokens) {
    if (token.kind === 'positional') {
      throw new ConfigError(
        `a run folder is not taken yet in this version, was ${token.value}; --state DIR --proof`,
      )
    }
    if (token.kind !== 'option') continue
    const name = FLAGS.find((one) => one === token.name)
    if (name === undefined) {
      throw new ConfigError(
        `--${token.name} must be a flag of run-promote, is none${hintFor(token.name, FLAGS, '--')}`,
      )
    }
    if (given.has(name)) throw new ConfigError(`--${name} must be given once, was given twice`)
    if ((name === 'state' || name === 'strategy') && token.value === undefined) {
      throw new ConfigError(`--${name} must be followed by a value, was followed by nothing`)
    }
    given.set(name, token.value ?? 'true')
  }
  return given
}
