/** The words behind `run-report.ts`: what is to be done, and with which flags. Floor 5. */
import { parseArgs } from 'node:util'
import { MOST_RUNS } from '../../../reports/comparison.js'
import { isMetricKey, METRIC_KEYS } from '../../math/metrics/metric-table.js'
import { ConfigError } from '../../model/errors.js'
import { hintFor } from '../../model/nearest-name.js'
import { checkChoice, type Flag, flagOf, quoted, switchFlag, textFlag, wholeFlag } from '../flag.js'

/** What a list of runs can be sorted by, beside metrics. */
export const SORT_WORDS = ['strategy', 'symbol', 'from', 'to', 'run'] as const

/** The flags in the order of the help, each with the tasks it belongs to. */
export const REPORT_FLAGS = {
  data: textFlag({ takes: 'DIR', help: "draw: a folder with the run's data, rules and strategy" }),
  out: textFlag({
    takes: 'FILE',
    help: 'draw: the page, or a folder for report.html; compare: the page; --compat: write a page too',
  }),
  sort: flagOf<string>({
    default: 'strategy',
    takes: 'KEY',
    help: `list: ${SORT_WORDS.join(', ')} or a metric such as sharpe, the best first`,
    parse: (text, name) =>
      isMetricKey(text) ? text : checkChoice(text, name, { choices: [...SORT_WORDS, ...METRIC_KEYS] }),
    show: (key) => key,
  }),
  compat: switchFlag('Sharpe, Sortino, Calmar and CAGR as other tools define them, with formulas'),
  seed: wholeFlag({ default: 1, min: 0, help: 'compare: random numbers of the interval' }),
  trust: switchFlag('draw: let the strategy import more than the engine'),
  json: switchFlag('print one JSON document instead of text'),
  quiet: switchFlag('nothing on stderr but errors'),
  debug: switchFlag('show stacks of errors'),
  help: switchFlag('print this help'),
} as const

type ReportFlag = keyof typeof REPORT_FLAGS

type ValueOf<F> = F extends Flag<infer Value> ? Value : never

/** The checked value of every flag. */
export type ReportSettings = { readonly [Name in ReportFlag]: ValueOf<(typeof REPORT_FLAGS)[Name]> }

/** What is to be done. */
export type ReportTask =
  | { readonly kind: 'draw'; readonly run: string }
  | { readonly kind: 'list'; readonly folder: string | undefined }
  | { readonly kind: 'compare'; readonly runs: readonly string[] }
  | { readonly kind: 'compat'; readonly run: string }

/** Flags of each task, beside those that all have. */
const FLAGS_OF: Readonly<Record<ReportTask['kind'], readonly ReportFlag[]>> = {
  draw: ['data', 'out', 'trust'],
  list: ['sort'],
  compare: ['out', 'seed', 'compat'],
  compat: ['out', 'compat'],
}
const FLAGS_OF_ALL: readonly ReportFlag[] = ['json', 'quiet', 'debug', 'help']

/** Reads the words. Throws a ConfigError on what is unknown, too much, or does not belong to the task. */
export function readReportWords(words: readonly string[]): {
  readonly task: ReportTask
  readonly settings: ReportSettings
} {
  const given = new Map<ReportFlag, string>()
  const positionals: string[] = []
  const names = Object.keys(REPORT_FLAGS).filter(isReportFlag)
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(
      names.map((name) => [
        name,
        { type: REPORT_FLAGS[name].takes === undefined ? 'boolean' : 'string' } as const,
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const { name, rawName } = token
    if (!isReportFlag(name)) {
      throw new ConfigError(
        `${rawName} must be a flag of run-report, is none${hintFor(name, names, '--')} (--help lists them)`,
      )
    }
    if (given.has(name)) throw new ConfigError(`${rawName} must be given once, was given more often`)
    given.set(name, textOf(token, REPORT_FLAGS[name].takes))
  }
  const settings = toSettings(given)
  const task = taskOf(positionals, settings)
  const allowed = [...FLAGS_OF[task.kind], ...FLAGS_OF_ALL]
  for (const name of given.keys()) {
    if (allowed.includes(name)) continue
    throw new ConfigError(
      `--${name} must not stand here: ${TASK_WORDS[task.kind]} takes ${FLAGS_OF[task.kind].map((one) => `--${one}`).join(', ')}`,
    )
  }
  return { task, settings }
}

const TASK_WORDS: Readonly<Record<ReportTask['kind'], string>> = {
  draw: 'drawing one run again',
  list: 'list',
  compare: 'a comparison',
  compat: 'one run with --compat',
}

function isReportFlag(name: string): name is ReportFlag {
  return Object.hasOwn(REPORT_FLAGS, name)
}

function textOf(
  token: {
    readonly rawName: string
    readonly value: string | undefined
    readonly inlineValue: boolean | undefined
  },
  takes: string | undefined,
): string {
  const { rawName, value, inlineValue } = token
  if (takes === undefined) return value ?? 'true'
  if (value !== undefined && (inlineValue === true || !/^--?[a-z]/i.test(value))) return value
  throw new ConfigError(
    `${rawName} must be followed by ${takes}, was followed by ${value === undefined ? 'nothing' : quoted(value)}`,
  )
}

function toSettings(given: ReadonlyMap<ReportFlag, string>): ReportSettings {
  const read = <Value>(name: ReportFlag, flag: Flag<Value>): Value => {
    const text = given.get(name)
    return text === undefined ? flag.default : flag.parse([text], `--${name}`)
  }
  return {
    data: read('data', REPORT_FLAGS.data),
    out: read('out', REPORT_FLAGS.out),
    sort: read('sort', REPORT_FLAGS.sort),
    compat: read('compat', REPORT_FLAGS.compat),
    seed: read('seed', REPORT_FLAGS.seed),
    trust: read('trust', REPORT_FLAGS.trust),
    json: read('json', REPORT_FLAGS.json),
    quiet: read('quiet', REPORT_FLAGS.quiet),
    debug: read('debug', REPORT_FLAGS.debug),
    help: read('help', REPORT_FLAGS.help),
  }
}

function taskOf(positionals: readonly string[], { compat }: ReportSettings): ReportTask {
  const [first, second, third] = positionals
  if (first === undefined) {
    throw new ConfigError('a run folder must be named, or list, was nothing (--help shows examples)')
  }
  if (first === 'list') {
    if (third !== undefined) throw new ConfigError(`list takes one folder, ${quoted(third)} is one more`)
    return { kind: 'list', folder: second }
  }
  if (second === undefined) return { kind: compat ? 'compat' : 'draw', run: first }
  if (positionals.length > MOST_RUNS) {
    throw new ConfigError(`at most ${MOST_RUNS} runs can be compared, were ${positionals.length}`)
  }
  return { kind: 'compare', runs: positionals }
}
