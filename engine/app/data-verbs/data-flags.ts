/** The flags of `run-data.ts`, and which verb takes which. Floor 5. */
import { parseArgs } from 'node:util'
import { PREFERABLE } from '../../../data/storage/unite-bars.js'
import { ConfigError } from '../../model/errors.js'
import { hintFor } from '../../model/nearest-name.js'
import { INTERVALS } from '../../model/time.js'
import { checkChoice, quoted } from '../flag.js'
import { checkSymbol, FLAGS } from '../flag-table.js'

/** A flag of `run-data.ts`: what it takes, undefined for a switch, and what it does. */
interface DataFlag {
  readonly takes: string | undefined
  readonly help: string
}

/** All flags in the order of the help. */
export const DATA_FLAGS = {
  store: { takes: 'DIR', help: 'folder of the store (data/store)' },
  symbol: { takes: 'SYMBOL', help: "the data's symbol, where the file's name does not say it" },
  interval: { takes: 'INTERVAL', help: "the bars' interval such as 1m; of trades, that to make (1m)" },
  columns: { takes: 'time=NAME,…', help: 'names of the columns in a file of another layout' },
  prefer: {
    takes: PREFERABLE.join('|'),
    help: 'whose bar stands where two sources differ; else that is an error',
  },
  'off-grid': {
    takes: 'error|skip',
    help: 'rows that open off the grid, as around some outages: refuse, or leave out (error)',
  },
  from: { takes: 'TIME', help: 'first open time, UTC' },
  to: { takes: 'TIME', help: 'end, UTC, not included; with resample, the longer interval' },
  partial: {
    takes: 'drop|keep',
    help: 'resampled bars that lack some of theirs: leave out, or keep as synthetic (drop)',
  },
  format: { takes: 'csv|parquet|arrow', help: 'what to write; else what the name of --out says, or csv' },
  out: { takes: 'FILE', help: 'where to write; else SYMBOL-interval.FORMAT here' },
  kind: { takes: 'klines|aggTrades', help: 'what to fetch (klines); trades are kept as files' },
  'bad-archive': {
    takes: 'error|skip',
    help: 'an archive that is damaged or fails its checksum: stop, or take days and REST (error)',
  },
  'archive-url': { takes: 'URL', help: 'where the archives are (https://data.binance.vision)' },
  'rest-url': { takes: 'URL', help: 'where REST is (https://data-api.binance.vision)' },
  seed: { takes: 'COUNT', help: 'seed of the generator (1)' },
  bars: { takes: 'COUNT', help: 'bars to make (525600)' },
  json: { takes: undefined, help: 'print one JSON document instead of text' },
  quiet: { takes: undefined, help: 'nothing on stderr but errors' },
  debug: { takes: undefined, help: 'show stacks of errors' },
  help: { takes: undefined, help: 'print this help' },
} as const satisfies Readonly<Record<string, DataFlag>>

/** Name of a flag of `run-data.ts`. */
export type DataFlagName = keyof typeof DATA_FLAGS

// Object.keys of a literal are its keys.
const NAMES = Object.keys(DATA_FLAGS) as readonly DataFlagName[]

/** Flags that every verb takes. */
export const COMMON_FLAGS: readonly DataFlagName[] = ['store', 'json', 'quiet', 'debug', 'help']

/** The words of a command: the verb's own and its flags. */
export interface DataWords {
  readonly words: readonly string[]
  readonly flags: ReadonlyMap<DataFlagName, string>
}

/** Reads the words behind a verb. Throws a ConfigError on a flag that it does not take. */
export function readDataWords(
  words: readonly string[],
  verb: string,
  takes: readonly DataFlagName[],
): DataWords {
  const options = Object.fromEntries(
    NAMES.map((name) => [
      name,
      { type: DATA_FLAGS[name].takes === undefined ? ('boolean' as const) : ('string' as const) },
    ]),
  )
  const { tokens } = parseArgs({
    args: [...words],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const found: string[] = []
  const flags = new Map<DataFlagName, string>()
  const allowed = [...takes, ...COMMON_FLAGS]
  for (const token of tokens) {
    if (token.kind === 'positional') found.push(token.value)
    if (token.kind !== 'option') continue
    const name = allowed.find((one) => one === token.name)
    if (name === undefined) {
      throw new ConfigError(
        `--${token.name} must be a flag of run-data ${verb}, is none${hintFor(token.name, allowed, '--')} (--help lists them)`,
      )
    }
    if (flags.has(name)) throw new ConfigError(`--${name} must be given once, was given twice`)
    const { value } = token
    if (
      DATA_FLAGS[name].takes !== undefined &&
      (value === undefined || (value.startsWith('--') && token.inlineValue !== true))
    ) {
      throw new ConfigError(
        `--${name} must be followed by ${DATA_FLAGS[name].takes}, was followed by ${value === undefined ? 'nothing' : quoted(value)}`,
      )
    }
    flags.set(name, value ?? 'true')
  }
  return { words: found, flags }
}

type SharedFlag = 'symbol' | 'interval' | 'columns' | 'from' | 'to' | 'store' | 'seed'

/** The checked value of a flag that `run-backtest.ts` has too; its default when it was not given. */
export function sharedFlag<Name extends SharedFlag>(
  { flags }: DataWords,
  name: Name,
): ReturnType<(typeof FLAGS)[Name]['parse']> {
  const text = flags.get(name)
  // Each entry of the table parses to what it has as a default.
  return (text === undefined ? FLAGS[name].default : FLAGS[name].parse([text], `--${name}`)) as ReturnType<
    (typeof FLAGS)[Name]['parse']
  >
}

/** The symbol that `--symbol` names; undefined without it. */
export function symbolOf(given: DataWords): string | undefined {
  return sharedFlag(given, 'symbol')[0]
}

/** One of a flag's words; `fallback` when it was not given. */
export function choiceOf<Word extends string>(
  { flags }: DataWords,
  name: DataFlagName,
  choices: readonly Word[],
): Word | undefined {
  const text = flags.get(name)
  return text === undefined ? undefined : checkChoice(text, `--${name}`, { choices })
}

/** The one symbol that a verb is about, and its interval. Throws a ConfigError when one is missing. */
export function seriesOf(given: DataWords) {
  const [word, extra] = given.words
  const symbol = symbolOf(given) ?? (word === undefined ? undefined : checkSymbol(word, 'the symbol'))
  if (symbol === undefined) throw new ConfigError('a symbol must be named, such as BTCUSDT, was none')
  if (extra !== undefined) throw new ConfigError(`one symbol must be named, was also ${quoted(extra)}`)
  const interval = sharedFlag(given, 'interval')
  if (interval === undefined)
    throw new ConfigError(`--interval must say which bars, one of ${INTERVALS.join(', ')}`)
  return { symbol, interval }
}
