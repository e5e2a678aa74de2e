/** `run-sweep.ts list` and `show`: what sweeps left behind. Floor 5. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { formatCount, formatFixed, formatPercent } from '../../../reports/format-number.js'
import { ConfigError, DataError } from '../../model/errors.js'
import { hintFor } from '../../model/nearest-name.js'
import { prettyJson } from '../canonical-json.js'
import { textOfCell } from '../csv.js'
import { quoted } from '../flag.js'
import type { Paint } from '../paint.js'
import { csvRows } from '../report/csv-rows.js'
import { textTable } from '../report/text-table.js'
import { COMMAND, shellWord } from '../run-identity.js'
import { RERUN_FILE, SWEEP_FILE } from './sweep-folder.js'
import { RERUN_SCHEMA, SWEEP_SCHEMA } from './sweep-json.js'

const SWEEPS_DIR = join('reports', 'out')
const ROWS = 20
/** Columns of the leaderboard behind the parameters. */
const SHOWN = ['sharpe', 'net_return', 'max_drawdown', 'trades', 'plateau']

/** What is read of a `sweep.json`. */
interface StoredSweep {
  readonly sweepId: string
  readonly folder: string
  readonly strategy: string
  readonly symbols: string
  readonly objective: string
  readonly trials: number
  readonly best: string
  readonly value: number
  readonly pbo: number
  readonly dsr: number
  readonly verdict: string
  /** Of its parameters, in the order of the leaderboard. */
  readonly names: readonly string[]
  /** The line that runs a trial, before its parameters. */
  readonly trialCommand: string
  readonly text: string
}

/** `list [DIR] [--json]`: the sweeps of a folder. */
export function listSweeps(words: readonly string[]): string {
  const { texts, isJson } = read(words, 1)
  const [folder = SWEEPS_DIR] = texts
  const sweeps = existsSync(folder)
    ? readdirSync(folder)
        .sort()
        .filter((name) => existsSync(join(folder, name, SWEEP_FILE)))
        .map((name) => readSweep(join(folder, name)))
    : []
  if (isJson) {
    return prettyJson({ schema: 'nextbar/sweeps@1', sweeps: sweeps.map(({ text: _, ...one }) => one) })
  }
  if (sweeps.length === 0) return `no sweep is in ${folder}\n`
  return textTable({
    head: ['sweep', 'strategy', 'data', 'trials', 'objective', 'best', 'PBO', 'DSR', 'parameters'],
    rows: sweeps.map((one) => [
      one.sweepId,
      one.strategy,
      one.symbols,
      String(one.trials),
      one.objective,
      formatFixed(one.value, 3),
      formatPercent(one.pbo, 1),
      formatPercent(one.dsr, 1),
      one.best,
    ]),
    numbers: [3, 5, 6, 7],
    paint: (_tone, text) => text,
  })
}

/** `show SWEEP [--trial N] [--json]`: the leaderboard of a sweep, and the command of each trial or of one. */
export function showSweep(words: readonly string[], paint: Paint): string {
  const { texts, isJson, trial } = read(words, 1)
  const [name] = texts
  if (name === undefined)
    throw new ConfigError('show must be followed by a sweep: its folder, or its id in reports/out')
  const sweep = readSweep(findSweep(name))
  if (isJson) return sweep.text
  const { names } = sweep
  const rows = readLeaderboard(sweep)
  if (trial !== undefined) {
    const row = rows.find((one) => one.trial === trial)
    if (!row)
      throw new ConfigError(
        `--trial must be one of the ${rows.length} trials of sweep ${sweep.sweepId}, was ${trial}`,
      )
    return `${commandOf(sweep, row)}\n`
  }
  const board = textTable({
    head: ['trial', 'status', ...names, ...SHOWN],
    rows: rows
      .slice(0, ROWS)
      .map((row) => [
        row.trial ?? '',
        row.status ?? '',
        ...names.map((key) => row[key] ?? ''),
        ...SHOWN.map((key) => (row[key] ? formatFixed(Number(row[key]), key === 'trades' ? 0 : 3) : '–')),
      ]),
    numbers: [0, ...names.map((_, k) => k + 2), ...SHOWN.map((_, k) => k + 2 + names.length)],
    paint,
  })
  const more =
    rows.length > ROWS ? `  ${rows.length - ROWS} more in ${join(sweep.folder, 'leaderboard.csv')}\n` : ''
  const [first] = rows
  return [
    `  sweep ${sweep.sweepId} of ${sweep.strategy} on ${sweep.symbols}, ${formatCount(sweep.trials, 'trial')} by ${sweep.objective}\n\n`,
    board,
    more,
    `\n  ${sweep.verdict}\n`,
    first ? `\n  first row  ${commandOf(sweep, first)}\n` : '',
    '  --trial N prints the command of trial N\n',
  ].join('')
}

function read(words: readonly string[], most: number) {
  const texts: string[] = []
  let isJson = false
  let trial: string | undefined
  for (let k = 0; k < words.length; k++) {
    const word = words[k] ?? ''
    if (word === '--json') isJson = true
    else if (word === '--trial') trial = words[++k] ?? ''
    else if (word.startsWith('--trial=')) trial = word.slice('--trial='.length)
    else if (word.startsWith('-') || texts.length === most) {
      throw new ConfigError(
        `${quoted(word)} must be --json or --trial N, is not${hintFor(word, ['--json', '--trial'])}`,
      )
    } else texts.push(word)
  }
  return { texts, isJson, trial }
}

function findSweep(name: string): string {
  const folders = [name, join(SWEEPS_DIR, name)]
  const found = folders.find((folder) => existsSync(join(folder, SWEEP_FILE)))
  if (found !== undefined) return found
  const known = statSync(SWEEPS_DIR, { throwIfNoEntry: false })
    ? readdirSync(SWEEPS_DIR).filter((one) => existsSync(join(SWEEPS_DIR, one, SWEEP_FILE)))
    : []
  throw new DataError(
    `no sweep is at ${folders.join(' or ')}${hintFor(name, known)}; run-sweep.ts list shows them`,
  )
}

type Fields = Readonly<Record<string, unknown>>

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function readSweep(folder: string): StoredSweep {
  const path = join(folder, SWEEP_FILE)
  const text = readFileSync(path, 'utf8')
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new DataError(`${path} must be the JSON of a sweep, is damaged; sweep again`, { cause })
  }
  const sweep = fieldsOf(json)
  if (sweep.schema !== SWEEP_SCHEMA) {
    throw new DataError(`${path} must be of schema ${SWEEP_SCHEMA}, is of ${String(sweep.schema)}`)
  }
  const best = fieldsOf(sweep.best)
  const number = (value: unknown): number => (typeof value === 'number' ? value : Number.NaN)
  const data = Array.isArray(sweep.data) ? sweep.data.map(fieldsOf) : []
  return {
    sweepId: String(sweep.sweepId),
    folder,
    strategy: String(fieldsOf(sweep.strategy).name),
    symbols: data.map((one) => `${one.symbol} ${one.interval}`).join(', '),
    objective: String(sweep.objective),
    trials: number(sweep.trials),
    best: Object.entries(fieldsOf(best.params))
      .map(([key, value]) => `${key}=${value}`)
      .join(' '),
    value: number(best.value),
    pbo: number(sweep.pbo),
    dsr: number(sweep.dsr),
    verdict: String(fieldsOf(sweep.verdict).words),
    names: Array.isArray(sweep.params) ? sweep.params.map((one) => String(fieldsOf(one).name)) : [],
    trialCommand:
      trialCommandHere(folder) ??
      (typeof sweep.trialCommand === 'string' ? sweep.trialCommand : COMMAND.join(' ')),
    text,
  }
}

/** How a trial is run from here: files by their paths. Undefined for a sweep that came from elsewhere. */
function trialCommandHere(folder: string): string | undefined {
  const path = join(folder, RERUN_FILE)
  if (!existsSync(path)) return undefined
  let rerun: Fields
  try {
    rerun = fieldsOf(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return undefined
  }
  const { folder: begun, schema, trialCommand } = rerun
  if (schema !== RERUN_SCHEMA || typeof begun !== 'string' || typeof trialCommand !== 'string')
    return undefined
  if (begun === process.cwd()) return trialCommand
  return existsSync(begun) ? `cd ${shellWord(begun)} && ${trialCommand}` : undefined
}

/** The rows by column. */
function readLeaderboard({ folder, names }: StoredSweep): readonly Readonly<Record<string, string>>[] {
  const path = join(folder, 'leaderboard.csv')
  if (!existsSync(path))
    throw new DataError(`${path} must be there beside ${SWEEP_FILE}, is not; sweep again`)
  const columns = ['trial', 'status', ...names, ...SHOWN]
  return csvRows(readFileSync(path, 'utf8'), {
    ...{ file: path, columns },
    read: (row) => Object.fromEntries(columns.map((column) => [column, textOfCell(row.text(column))])),
  })
}

function commandOf({ names, trialCommand }: StoredSweep, row: Readonly<Record<string, string>>): string {
  return [trialCommand, ...names.flatMap((name) => ['-p', shellWord(`${name}=${row[name]}`)])].join(' ')
}
