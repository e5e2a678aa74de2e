/** The rules that a symbol's orders must meet: asked for, kept in the store, built in, or none. Floor 5. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { ConfigError, DataError } from '../model/errors.js'
import { hintFor } from '../model/nearest-name.js'
import { isSymbol } from '../model/symbol-name.js'
import { openRules, type SymbolRules } from '../model/symbol-rules.js'
import { exchangeInfoSymbols, exchangeInfoTime, rulesFromExchangeInfo } from '../venue/exchange-info.js'
import { knownRules, splitSymbol } from '../venue/known-symbols.js'

/** Rules, and whether they are the user's, the built-in ones, or a guess. */
export interface LoadedRules {
  readonly rules: SymbolRules
  /**
   * What the manifest says: a file's name (never a path), `store:SYMBOL/DAY`, `none`, `built-in`, or `unknown`
   * for a guess.
   */
  readonly given: string
  /** The exchangeInfo answer that was read, where one was. */
  readonly path?: string
  /** Nothing is known of the symbol, and nobody said so. */
  readonly isGuess: boolean
  /** When an exchangeInfo answer was given, UTC milliseconds. */
  readonly since?: number
}

/** Where rules are looked up that nobody named. */
export interface RulesHome {
  readonly store: string
  /** End of the bars that they are for, UTC milliseconds. */
  readonly to: number
}

const BUILT_IN = 'built-in'
const STORE = 'store:'

/** Whether a word names rules that were found and no file: of the store, or the built-in table. */
export function isFoundRules(word: string): boolean {
  return word === BUILT_IN || word.startsWith(STORE)
}

/**
 * Rules of a symbol: from the exchangeInfo answer at `asked`, none at all for `none`, else what `fetch` kept
 * in the store (of the last day before the bars end, or of the first after that), else built in.
 * `built-in` and `store:SYMBOL/DAY`, which a manifest says, ask for those. Throws a DataError when a file is
 * missing or damaged, a ConfigError when it lacks the symbol.
 */
export function loadRules(asked: string | undefined, symbol: string, home: RulesHome): LoadedRules {
  if (asked !== undefined && asked !== 'none' && !isFoundRules(asked)) {
    return { ...readRules(asked, symbol), given: basename(asked), isGuess: false }
  }
  const day =
    asked === undefined ? dayOf(symbol, home) : daysIn(asked).find(({ named }) => named === symbol)?.day
  if (day !== undefined) {
    const read = readRules(join(folderOf(home.store, symbol), `${day}.json`), symbol)
    return { since: Date.parse(day), ...read, given: `${STORE}${symbol}/${day}`, isGuess: false }
  }
  const known = asked === 'none' ? undefined : knownRules(symbol)
  if (known) return { rules: known, given: BUILT_IN, isGuess: false }
  const { baseAsset, quoteAsset } = splitSymbol(symbol)
  const isGuess = asked !== 'none'
  return {
    rules: openRules(symbol, baseAsset, quoteAsset),
    given: isGuess ? 'unknown' : 'none',
    isGuess,
  }
}

/** Where `fetch` keeps a symbol's answers, one a day. */
function folderOf(store: string, symbol: string): string {
  return join(store, symbol, 'exchangeInfo')
}

/** The day whose rules are nearest to bars that end at `to`: later answers leave an earlier choice alone. */
function dayOf(symbol: string, { store, to }: RulesHome): string | undefined {
  let names: readonly string[]
  try {
    names = readdirSync(folderOf(store, symbol))
  } catch {
    return undefined
  }
  const days = names.flatMap((name) => /^(\d{4}-\d\d-\d\d)\.json$/.exec(name)?.[1] ?? []).sort()
  return days.findLast((day) => Date.parse(day) < to) ?? days[0]
}

/** Where the answers are that `store:SYMBOL/DAY,…` names; nowhere for any other word. */
export function storedRulesPaths(asked: string, store: string): readonly string[] {
  return daysIn(asked).map(({ named, day }) => join(folderOf(store, named), `${day}.json`))
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

function readRules(
  path: string,
  symbol: string,
): { readonly rules: SymbolRules; readonly path: string; readonly since?: number } {
  const json = readJson(path)
  try {
    const symbols = exchangeInfoSymbols(json)
    if (symbols.includes(symbol)) {
      const since = exchangeInfoTime(json)
      return { rules: rulesFromExchangeInfo(json, symbol), path, ...(since !== undefined && { since }) }
    }
    throw new ConfigError(
      `${path} must hold the symbol ${symbol}, holds ${symbols.length} others${hintFor(symbol, symbols)}`,
    )
  } catch (error) {
    if (!(error instanceof DataError)) throw error
    throw new DataError(`${path}: ${error.message}`, { cause: error })
  }
}

function readJson(path: string): unknown {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new DataError(`the rules must be a file that can be read, was ${path}: ${messageOf(cause)}`, {
      cause,
    })
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new DataError(`${path} must be an exchangeInfo answer in JSON: ${messageOf(cause)}`, { cause })
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
