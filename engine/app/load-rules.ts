/** The rules that a symbol's orders must meet: asked for, kept in the store, built in, or none. Floor 5. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { ConfigError, DataError } from '../model/errors.js'
import { hintFor } from '../model/nearest-name.js'
import { isSymbol } from '../model/symbol-name.js'
import { openRules, type SymbolRules } from '../model/symbol-rules.js'
import { knownRules, splitSymbol } from '../venue/known-symbols.js'
import { holdsSymbol, type RulesAnswer, readAnswer, rulesIn } from './rules-answer.js'
import { inForceOver, type RulesVersion, versionsOf } from './rules-versions.js'

/** Rules, and whether they are the user's, the built-in ones, or a guess. */
export interface LoadedRules {
  /** The first version, with the later ones in it. */
  readonly rules: SymbolRules
  /**
   * What the manifest says: files' names (never a path), `store:SYMBOL/DAY`, `none`, `built-in`, or `unknown`
   * for a guess. Several stand between commas.
   */
  readonly given: string
  /** What is in force over the bars, oldest first, one at least. */
  readonly versions: readonly RulesVersion[]
  /** Nothing is known of the symbol, and nobody said so. */
  readonly isGuess: boolean
}

/** Where rules are looked up that nobody named, and for which bars. */
export interface RulesHome {
  readonly store: string
  /** Open of the first bar that they are for, UTC milliseconds. */
  readonly from: number
  /** End of the last one. */
  readonly to: number
}

/** The word for the built-in table. */
export const BUILT_IN = 'built-in'
const STORE = 'store:'

/** When the built-in rules were taken. */
const BUILT_IN_SINCE = Date.UTC(2025, 7, 1)

/** Whether a word names rules that were found and no file: of the store, or the built-in table. */
export function isFoundRules(word: string): boolean {
  return word === BUILT_IN || word.startsWith(STORE)
}

/** Whether a word names files or folders. */
function isRulesFiles(word: string): boolean {
  return word !== 'none' && !isFoundRules(word)
}

/**
 * Rules of a symbol: from the exchangeInfo answers that `asked` names (files, folders, several between commas),
 * none at all for `none`, else what `fetch` kept in the store, else built in. Of several answers each is in force
 * from its day on, the first also before. `built-in` and `store:SYMBOL/DAY`, which a manifest says, ask for those.
 * Throws a DataError when a file is missing or damaged, a ConfigError when none holds the symbol.
 */
export function loadRules(asked: string | undefined, symbol: string, home: RulesHome): LoadedRules {
  if (asked !== undefined && isRulesFiles(asked)) return fromFiles(asked, symbol, home)
  const days =
    asked === undefined
      ? daysOf(symbol, home)
      : daysIn(asked).flatMap(({ named, day }) => (named === symbol ? [day] : []))
  if (days.length > 0) return fromStore(days, symbol, home)
  const known = asked === 'none' ? undefined : knownRules(symbol)
  if (known) return single(known, BUILT_IN, { since: BUILT_IN_SINCE })
  const { baseAsset, quoteAsset } = splitSymbol(symbol)
  const isGuess = asked !== 'none'
  return single(openRules(symbol, baseAsset, quoteAsset), isGuess ? 'unknown' : 'none', { isGuess })
}

/** Where the answers are that `store:SYMBOL/DAY,…` names; nowhere for any other word. */
export function storedRulesPaths(asked: string, store: string): readonly string[] {
  return daysIn(asked).map(({ named, day }) => join(folderOf(store, named), `${day}.json`))
}

/** The files that a manifest's word for rules names. */
export function rulesNames(given: string): readonly string[] {
  return isRulesFiles(given) && given !== 'unknown' ? given.split(',') : []
}

function single(
  rules: SymbolRules,
  given: string,
  { since, isGuess = false }: { readonly since?: number; readonly isGuess?: boolean },
): LoadedRules {
  const version = { name: given, path: undefined, since, rules }
  return { rules, given, versions: [version], isGuess }
}

function fromFiles(asked: string, symbol: string, home: RulesHome): LoadedRules {
  const answers = filesOf(asked).map((path) => readAnswer(path, basename(path)))
  const holding = answers.filter((answer) => holdsSymbol(answer, symbol))
  const [only] = answers
  // The one answer says in its own words what it holds; of several, each may be of other symbols.
  if (only && answers.length === 1) return loaded([only], symbol, home)
  if (holding.length === 0) {
    throw new ConfigError(`--rules must hold the symbol ${symbol}, none of ${answers.length} answers does`)
  }
  return loaded(holding, symbol, home)
}

function fromStore(days: readonly string[], symbol: string, home: RulesHome): LoadedRules {
  const answers = days.map((day) => {
    const path = join(folderOf(home.store, symbol), `${day}.json`)
    return { ...readAnswer(path, `${symbol}/${day}`), since: Date.parse(day) }
  })
  const { given, ...rules } = loaded(answers, symbol, home)
  return { ...rules, given: `${STORE}${given}` }
}

function loaded(answers: readonly RulesAnswer[], symbol: string, home: RulesHome): LoadedRules {
  const versions = inForceOver(
    versionsOf(answers, (answer) => rulesIn(answer, symbol)),
    home,
  )
  const [first, ...rest] = versions
  const later = rest.map(({ since, rules }) => ({ since: since ?? 0, rules }))
  return {
    rules: later.length === 0 ? first.rules : { ...first.rules, later },
    given: versions.map(({ name }) => name).join(','),
    versions,
    isGuess: false,
  }
}

/** Files that `--rules` names: a path, several between commas, and what folders hold. */
function filesOf(asked: string): readonly string[] {
  const paths = existsSync(asked) ? [asked] : asked.split(',')
  return paths.flatMap((path) => {
    const entry = statSync(path, { throwIfNoEntry: false })
    if (!entry)
      throw new DataError(
        `--rules must name a file, a folder or built-in, no file is at ${path}${hintAt(path)}`,
      )
    if (!entry.isDirectory()) return [path]
    const names = readdirSync(path).filter((name) => /\.json(\.gz)?$/.test(name))
    if (names.length === 0) throw new DataError(`${path} must hold exchangeInfo answers, has no .json file`)
    return names.sort().map((name) => join(path, name))
  })
}

/** The word or the file beside it that a path was meant to be, as the end of a message. */
function hintAt(path: string): string {
  const folder = dirname(path)
  const word = hintFor(path, [BUILT_IN, 'none'])
  if (word !== '' || !existsSync(folder)) return word
  return hintFor(basename(path), readdirSync(folder), folder === '.' ? '' : `${folder}/`)
}

/** Where `fetch` keeps a symbol's answers, one a day. */
function folderOf(store: string, symbol: string): string {
  return join(store, symbol, 'exchangeInfo')
}

/**
 * The days whose answers were kept before the bars end, or else the first after that: later answers leave an
 * earlier choice alone.
 */
function daysOf(symbol: string, { store, to }: RulesHome): readonly string[] {
  let names: readonly string[]
  try {
    names = readdirSync(folderOf(store, symbol))
  } catch {
    return []
  }
  const days = names.flatMap((name) => /^(\d{4}-\d\d-\d\d)\.json$/.exec(name)?.[1] ?? []).sort()
  const before = days.filter((day) => Date.parse(day) < to)
  return before.length > 0 ? before : days.slice(0, 1)
}

/** Symbols and days that `store:SYMBOL/DAY,…` names. */
function daysIn(asked: string): readonly { readonly named: string; readonly day: string }[] {
  if (!asked.startsWith(STORE)) return []
  return asked
    .slice(STORE.length)
    .split(',')
    .map((one) => {
      const [, named = '', day] = /^([^/]+)\/(\d{4}-\d\d-\d\d)$/.exec(one) ?? []
      if (isSymbol(named) && day !== undefined) return { named, day }
      throw new ConfigError(`--rules ${STORE} must be followed by SYMBOL/YYYY-MM-DD, was ${one || 'nothing'}`)
    })
}
