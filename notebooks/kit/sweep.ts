/** A sweep from a cell: the same as `run-sweep.ts`, its folder included. Roof. */
import { readCommandLine } from '../../engine/app/command-line.js'
import type { Displayable } from '../../engine/app/notebook/to-output.js'
import { readSettings } from '../../engine/app/read-settings.js'
import { rankedTrials, statusOf } from '../../engine/app/sweep/leaderboard.js'
import { readSweepWords } from '../../engine/app/sweep/read-sweep-words.js'
import { runSweep } from '../../engine/app/sweep/run-sweep.js'
import { ConfigError } from '../../engine/model/errors.js'
import type { DoneTrial, SweepResult, SweepTrial } from '../../engine/model/sweep-result.js'
import type { Output } from '../../reports/notebook/output.js'
import type { Row } from './backtest.js'

/** Flags of `run-sweep.ts` by name. */
export interface SweepOptions {
  /** What each parameter may be: `'5:60:5'`, `'5,10,20'`, or one value. */
  readonly params: Readonly<Record<string, string | number | boolean>>
  readonly [flag: string]:
    | string
    | number
    | boolean
    | undefined
    | readonly string[]
    | Readonly<Record<string, string | number | boolean>>
}

/** A sweep in a notebook. `display` shows its best trials and its verdict. */
export interface NotebookSweep extends Displayable {
  readonly sweepId: string
  /** Where its leaderboard, report and best runs are. */
  readonly folder: string
  /** A row a trial, best first: its parameters, its objective, its metrics. */
  readonly trials: readonly Row[]
  readonly result: SweepResult
}

/** Sweeps a strategy of `strategies/` or of a file: workers load it by its name. Throws as `run-sweep.ts` ends. */
export async function sweep(strategy: string, { params, ...flags }: SweepOptions): Promise<NotebookSweep> {
  const words = [
    strategy,
    '--quiet',
    ...Object.entries(flags).flatMap(([name, value]) => wordsOf(name, value)),
  ]
  for (const [key, value] of Object.entries(params)) words.push('-p', `${key}=${value}`)
  const { own, rest } = readSweepWords(words)
  const resolved = readSettings(readCommandLine(rest), {}, () => undefined)
  const { result, folder } = await runSweep(resolved, own.settings())
  return {
    sweepId: result.sweepId,
    folder,
    trials: rankedTrials(result).map((trial) => rowOf(result, trial)),
    result,
    toOutputs: () => outputsOf(result),
  }
}

function wordsOf(name: string, value: SweepOptions[string]): readonly string[] {
  if (value === undefined || value === false) return []
  if (value === true) return [`--${name}`]
  if (typeof value === 'object' && !Array.isArray(value)) {
    throw new ConfigError(`${name} must be text, a number, true or a list of texts`)
  }
  return [value].flat().flatMap((text) => [`--${name}`, String(text)])
}

function rowOf(result: SweepResult, trial: SweepTrial): Row {
  const values = result.params.map(({ name }, k) => [name, trial.params[k] ?? null])
  const measured =
    trial.status === 'DONE' ? { [result.objective]: trial.value, ...trial.metrics, ...splitOf(trial) } : {}
  return { trial: trial.trial, status: statusOf(trial), ...Object.fromEntries(values), ...measured }
}

function splitOf({ train, test, plateau }: DoneTrial) {
  return { train, test, plateau }
}

const SHOWN_TRIALS = 8

function outputsOf(result: SweepResult): readonly Output[] {
  const names = result.params.filter(({ kind }) => kind !== 'fixed').map(({ name }) => name)
  const columns = [
    'trial',
    ...names,
    result.objective,
    'net_return',
    'max_drawdown',
    'trades',
    'train',
    'test',
    'plateau',
  ]
  const rows = rankedTrials(result)
    .slice(0, SHOWN_TRIALS)
    .map((trial) => rowOf(result, trial))
    .map((row) => columns.map((column) => row[column] ?? null))
  const { words, checks } = result.verdict
  return [
    { kind: 'table', columns, rows, total: result.trials.length },
    {
      kind: 'text',
      text: [words, ...checks.map((check) => `${check.isMet ? '✓' : '✗'} ${check.words}`)].join('\n'),
    },
  ]
}
