/** Which run this is: what its id is made of, and its line of command. Floor 5. */
import type { ParamSpecs, ParamValues } from '../core/params.js'
import { defaultValues } from '../core/params.js'
import { InvariantError } from '../model/errors.js'
import type { SymbolRules } from '../model/symbol-rules.js'
import { canonicalJson, type Json, sha256 } from './canonical-json.js'
import type { EngineIdentity } from './engine-identity.js'
import type { Flag, ShownValue } from './flag.js'
import { ADDING_FLAGS, FLAGS, type FlagName, RESULT_FLAGS, type Settings } from './flag-table.js'
import type { LoadedBnb } from './load-bnb.js'
import type { RunData } from './load-data.js'
import type { LoadedFine } from './load-fine.js'
import { BUILT_IN, type LoadedRules, rulesNames } from './load-rules.js'
import type { LoadedStrategy } from './load-strategy.js'

/** Everything that a run is made of. */
export interface RunParts {
  readonly engine: EngineIdentity
  readonly strategy: LoadedStrategy
  readonly params: ParamValues<ParamSpecs>
  /** Its symbols by name. */
  readonly symbols: readonly RunSymbolParts[]
  readonly settings: Settings
  /** What decides inside bars; undefined where nothing does. */
  readonly fine?: LoadedFine | undefined
  /** What BNB was worth; undefined where no commission is paid in it. */
  readonly bnb?: LoadedBnb | undefined
}

/** One symbol of a run. */
export interface RunSymbolParts {
  readonly data: RunData
  readonly rules: LoadedRules
}

/** The first symbol of a run. */
export function firstOf({ symbols }: Pick<RunParts, 'symbols'>): RunSymbolParts {
  const [first] = symbols
  if (!first) throw new InvariantError('a run must have a symbol')
  return first
}

/** A flag's value as manifests print it. */
export function shownSetting(settings: Settings, name: FlagName): ShownValue {
  const flag: Flag<unknown> = FLAGS[name]
  return flag.show(settings[name])
}

/** The flags that decide the files of a run. */
function resultFlags(settings: Settings): readonly FlagName[] {
  return [...RESULT_FLAGS, ...ADDING_FLAGS.filter((name) => settings[name])]
}

/** Every flag that can change a number, with its value; files by name. */
export function shownSettings({
  bnb,
  fine,
  settings,
  symbols,
}: Pick<RunParts, 'bnb' | 'fine' | 'settings' | 'symbols'>): Readonly<Record<string, ShownValue>> {
  const shown = resultFlags(settings).map((name) => [name, shownSetting(settings, name)] as const)
  return {
    ...Object.fromEntries(shown),
    rules: rulesGiven(symbols),
    fine: fine?.given ?? null,
    'bnb-data': bnb?.given ?? null,
  }
}

/** What the rules were taken from: one word for all symbols, `unknown` where one of them has none. */
function rulesGiven(symbols: readonly RunSymbolParts[]): string {
  const [first] = symbols
  const stored = symbols.flatMap(({ rules: { given } }) =>
    given.startsWith('store:') ? [given.slice(6)] : [],
  )
  if (stored.length > 0) return `store:${stored.join(',')}`
  const files = symbols.flatMap(({ rules: { given } }) => rulesNames(given))
  if (files.length > 0) return [...new Set(files)].sort().join(',')
  return symbols.find(({ rules }) => rules.isGuess)?.rules.given ?? first?.rules.given ?? ''
}

/** Flags that choose bars or rules: what they chose is in a run's id, not how it was said. */
const CHOOSERS: ReadonlySet<FlagName> = new Set([
  ...(['symbol', 'interval', 'columns', 'benchmark', 'from', 'to', 'rules', 'fine', 'bnb-data'] as const),
])

/**
 * First 12 hex digits of the SHA-256 over everything that can change a result. Names of files and the
 * way a value was said do not.
 */
export function runIdOf(parts: RunParts): string {
  const { engine, strategy, params, symbols, settings } = parts
  const values = resultFlags(settings)
    .filter((name) => !CHOOSERS.has(name))
    .map((name) => [name, shownSetting(settings, name)] as const)
  const content: Json = {
    engine: engine.hash,
    strategy: strategy.sha256,
    params,
    data: symbols.map(({ data: { hash, symbol, interval, first, end } }) => {
      return { sha256: hash.text, symbol, interval, first, end }
    }),
    benchmark: benchmarkOf(parts),
    settings: Object.fromEntries(values),
    seed: settings.seed,
    ...(parts.fine && { fine: parts.fine.sha256 }),
    ...(parts.bnb && { bnb: parts.bnb.sha256 ?? parts.bnb.given }),
    rules: symbols.map(({ rules }) => ({ ...rulesJson(rules.rules), isGuess: rules.isGuess })),
  }
  return sha256(canonicalJson(content)).slice(0, 12)
}

/** The symbol whose prices stand for buying and holding. */
export function benchmarkOf({ settings, symbols }: Pick<RunParts, 'settings' | 'symbols'>): string {
  return settings.benchmark ?? symbols[0]?.data.symbol ?? ''
}

/** Rules as plain data, amounts as text. */
export function rulesJson(rules: SymbolRules): Readonly<Record<string, Json>> {
  // Amounts become text; what is left is plain.
  return JSON.parse(
    JSON.stringify(rules, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
  )
}

/** How every command begins. */
export const COMMAND = ['npx', 'tsx', 'run-backtest.ts'] as const

/**
 * The command that runs it again: the strategy, then flags that are not defaults in order of their
 * names, data and other files by name, then parameters that are not the strategy's defaults.
 */
export function commandOf(parts: RunParts): string {
  const { settings } = parts
  const words = [...COMMAND, parts.strategy.given]
  for (const name of [...resultFlags(settings), 'data', 'seed'].sort() as readonly FlagName[]) {
    const flag: Flag<unknown> = FLAGS[name]
    const shown = commandValue(name, parts)
    if (canonicalJson(shown) === canonicalJson(flag.show(flag.default))) continue
    if (flag.takes === undefined) words.push(`--${name}`)
    else for (const text of [shown].flat()) words.push(`--${name}`, String(text))
  }
  const defaults = defaultValues(parts.strategy.strategy.params)
  for (const key of Object.keys(parts.params).sort()) {
    const value = parts.params[key]
    if (value !== defaults[key]) words.push('-p', `${key}=${value}`)
  }
  return words.map(shellWord).join(' ')
}

function commandValue(name: FlagName, { bnb, fine, symbols, settings }: RunParts): ShownValue {
  if (name === 'data') return symbols.flatMap(({ data }) => data.sources)
  if (name === 'fine') return fine?.given ?? null
  if (name === 'bnb-data') return bnb?.given ?? null
  if (name === 'rules') return rulesWord(rulesGiven(symbols), settings.rules)
  return shownSetting(settings, name)
}

/** Rules as the command names them: the built-in ones need a word where they were asked for. */
function rulesWord(given: string, asked: string | undefined): string | null {
  if (given !== BUILT_IN && given !== 'unknown') return given
  return asked === BUILT_IN ? BUILT_IN : null
}

/** A word as a POSIX shell reads it back. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
